import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ShareServiceClient } from '@azure/storage-file-share';
import { describe, expect, it } from 'vitest';
import { startCommand } from '../support/command.ts';

const KEY = Buffer.alloc(64, 3).toString('base64');

async function startReady(...parameters: string[]) {
  const command = startCommand(['emulator', ...parameters]);
  const { stdout } = command.process;
  if (stdout === null) throw new Error('the command has no standard output');
  const early = command.result.then(({ stderr }) => {
    throw new Error(`the emulator ended before it was ready: ${stderr}`);
  });
  const [line] = await Promise.race([once(createInterface({ input: stdout }), 'line'), early]);
  early.catch(() => undefined);
  return { ...command, line: String(line) };
}

describe('emulator', () => {
  it.each<NodeJS.Signals>(['SIGTERM', 'SIGINT'])(
    'says that it is ready in one line, and ends with 0 on %s',
    async (signal) => {
      const {
        line,
        process: child,
        result,
      } = await startReady('--json', '--account', `prod=${KEY}`, '--account', 'other');
      const ready = JSON.parse(line);
      expect(ready).toMatchObject({
        ready: true,
        control: expect.stringMatching(/^http:/),
        accounts: [{ name: 'prod', key: KEY, endpoint: expect.stringMatching(/\/prod$/) }, { name: 'other' }],
      });
      const service = ShareServiceClient.fromConnectionString(ready.accounts[0].connectionString);
      expect((await service.getShareClient('made').create())._response.status).toBe(201);
      child.kill(signal);
      expect(await result).toMatchObject({ code: 0, signal: null, stderr: '' });
    },
  );

  it('keeps its state in a folder from one start to the next', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sharepair-test-'));
    try {
      const parameters = ['--json', '--account', `prod=${KEY}`, '--data', folder];
      const shares: string[][] = [];
      for (let start = 0; start < 2; start += 1) {
        const { line, process: child, result } = await startReady(...parameters);
        const service = ShareServiceClient.fromConnectionString(
          JSON.parse(line).accounts[0].connectionString,
        );
        const names: string[] = [];
        for await (const { name } of service.listShares()) names.push(name);
        shares.push(names);
        if (start === 0) await service.getShareClient('kept').create();
        child.kill('SIGTERM');
        expect(await result).toMatchObject({ code: 0 });
      }
      expect(shares).toEqual([[], ['kept']]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
