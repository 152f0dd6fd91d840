import { describe, expect, it } from 'vitest';
import { AccountArgumentError, parseAccount, runEmulatorCommand } from '../../emulator/command.ts';

const KEY = Buffer.from('some key').toString('base64');

describe('the emulator command', () => {
  it('prints one line of JSON first and ends with its signal', async () => {
    const lines: string[] = [];
    const abort = new AbortController();
    const running = runEmulatorCommand({
      port: 0,
      accounts: [`prodacct=${KEY}`, 'dracct'],
      json: true,
      signal: abort.signal,
      print: (line) => {
        lines.push(line);
        abort.abort();
      },
    });
    await running;
    const ready = JSON.parse(lines[0] ?? '');
    expect(ready).toMatchObject({
      ready: true,
      accounts: [{ name: 'prodacct', key: KEY }, { name: 'dracct' }],
    });
    const [account] = ready.accounts;
    expect(account.connectionString).toContain(`FileEndpoint=${account.endpoint};`);
    await expect(fetch(ready.control)).rejects.toThrow();
  });

  it('tells people what they need', async () => {
    const lines: string[] = [];
    await runEmulatorCommand({
      port: 0,
      accounts: [],
      json: false,
      signal: AbortSignal.abort(),
      print: (line) => lines.push(line),
    });
    const text = lines.join('\n');
    expect(text).toContain('Account source');
    expect(text).toContain('Account target');
    expect(text).toContain('/_emulator/');
  });

  it('reads accounts and says what is wrong with one', () => {
    expect(parseAccount('prod')).toEqual({ name: 'prod' });
    expect(parseAccount(`prod=${KEY}`)).toEqual({ name: 'prod', key: KEY });
    for (const text of ['', 'ab', 'Upper', 'with-hyphen', 'prod=', 'prod=not base64']) {
      expect(() => parseAccount(text), text).toThrow(AccountArgumentError);
    }
  });
});
