import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../lib/report/exit-codes.ts';
import { runCommand } from '../support/command.ts';

const COMMANDS = [
  'backup',
  'points',
  'status',
  'prune',
  'pin',
  'unpin',
  'budget',
  'verify',
  'unlock',
  'emulator',
  'demo',
  'completion',
];
const ROOT = join(import.meta.dirname, '../..');

describe('the help', () => {
  it('lists every command and every exit code', async () => {
    const { code, stdout, stderr } = await runCommand(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
    for (const exit of Object.values(EXIT_CODES)) expect(stdout).toMatch(new RegExp(`^  ${exit}  \\w`, 'm'));
    expect(stdout).not.toContain('__complete');
  });

  it.each(COMMANDS)('of %s shows how it is used', async (command) => {
    const { code, stdout } = await runCommand([command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: sharepair ${command}`);
    expect(stdout).toMatch(new RegExp(`Examples:\\n  (?:\\$ |.*\\()?.*sharepair ${command}`));
  });

  it('tells the version of the package', async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    const { code, stdout } = await runCommand(['--version']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${version}\n` });
  });
});

describe('a command line that makes no sense', () => {
  it.each<[string, readonly string[], string]>([
    ['no command', [], 'Usage: sharepair'],
    ['an unknown command', ['bakup'], "Unknown command 'bakup'.\n(Did you mean backup?)"],
    ['an unknown option', ['backup', '--fast'], "Unknown option '--fast'."],
    ['a missing argument', ['prune'], "Missing required argument 'job'."],
    ['an argument too many', ['prune', 'a', 'b'], 'Too many arguments'],
    ['a bad duration', ['backup', '--budget', 'soon'], 'It must be a duration, such as 90s'],
    ['a duration of nothing', ['backup', '--budget', '0s'], 'It must be a duration'],
    ['a bad number of seconds', ['backup', '--lock-wait', '-1'], 'It must be a number of seconds'],
    ['a bad port', ['emulator', '--port', '70000'], 'It must be a port number'],
    ['an account name with a capital', ['emulator', '--account', 'Prod'], '"Prod" is no name'],
    ['an unknown shell', ['completion', 'tcsh'], 'Allowed choices are bash, zsh, fish'],
  ])('%s ends with 2 and says so on standard error', async (_name, parameters, message) => {
    const { code, stdout, stderr } = await runCommand(parameters);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

it('documents each exit code', async () => {
  const page = await readFile(join(ROOT, 'docs/exit-codes.md'), 'utf8');
  const { configuration, ...outcomes } = EXIT_CODES;
  expect(page).toMatch(new RegExp(`^\\| ${configuration} \\|`, 'm'));
  for (const [outcome, code] of Object.entries(outcomes)) {
    expect(page).toMatch(new RegExp(`^\\| ${code} \\| \`${outcome}\` \\|`, 'm'));
  }
});
