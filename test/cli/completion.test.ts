import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { candidatesFor } from '../../cli/completion/candidates.ts';
import { buildProgram } from '../../cli/program.ts';
import { runCommand } from '../support/command.ts';

const COMMAND = join(import.meta.dirname, '../../bin/sharepair.js');

let folder: string;
let configuration: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sharepair-test-'));
  configuration = join(folder, 'jobs.json');
  // Neither complete nor right otherwise: names of jobs are all that completion needs.
  await writeFile(
    configuration,
    '{ "accounts": 3, "jobs": { "finance": {}, "wages": {}, /* new */ "files": {} } }',
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function complete(...words: string[]): Promise<string[]> {
  const candidates = await candidatesFor(buildProgram(), words, { SHAREPAIR_CONFIG: configuration });
  return candidates.map(({ word }) => word);
}

describe('what is offered', () => {
  it('is the commands first', async () => {
    expect(await complete('')).toEqual([
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
      'help',
    ]);
    expect(await complete('p')).toEqual(['points', 'prune', 'pin']);
    expect(await complete('--')).toEqual(['--version', '--help']);
    expect(await complete('nonsense', '')).toEqual([]);
    expect(await complete('help', 'b')).toEqual(['backup', 'budget']);
  });

  it('is the options of a command after a dash', async () => {
    expect(await complete('backup', '--d')).toEqual(['--dry-run', '--debug']);
    expect(await complete('verify', 'finance', '--c')).toEqual(['--content', '--chain', '--config']);
    expect(await complete('unlock', '--')).toContain('--help');
  });

  it('is the jobs of the configuration where a job may stand', async () => {
    expect(await complete('backup', '')).toEqual(['finance', 'wages', 'files']);
    expect(await complete('backup', 'finance', 'f')).toEqual(['files']);
    expect(await complete('points', 'w')).toEqual(['wages']);
    expect(await complete('prune', 'wages', '')).toEqual([]);
    expect(await complete('backup', '--lock-wait', '9', 'f')).toEqual(['finance', 'files']);
  });

  it('is nothing where the shell offers files, or anything may stand', async () => {
    expect(await complete('backup', '--config', '')).toEqual([]);
    expect(await complete('emulator', '--data', '')).toEqual([]);
    expect(await complete('backup', '--lock-wait', '')).toEqual([]);
  });

  it('is taken from the configuration that the line names', async () => {
    const other = join(folder, 'other.json');
    await writeFile(other, '{"jobs":{"elsewhere":{}}}');
    expect(await complete('points', '--config', other, '')).toEqual(['elsewhere']);
    expect(await complete('points', `--config=${other}`, '')).toEqual(['elsewhere']);
    expect(await complete('points', '--config', '=', other, '')).toEqual(['elsewhere']);
    expect(await complete('points', '-c', join(folder, 'none.json'), '')).toEqual([]);
  });

  it('is the shells after completion', async () => {
    expect(await complete('completion', '')).toEqual(['bash', 'zsh', 'fish']);
  });
});

describe('the scripts', () => {
  it.each(['bash', 'zsh', 'fish'])('are printed for %s', async (shell) => {
    const { code, stdout, stderr } = await runCommand(['completion', shell]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('__complete --');
  });

  const shells = ['bash', 'zsh', 'fish'].filter((shell) => spawnSync(shell, ['-c', 'exit']).status === 0);

  it.skipIf(!shells.includes('bash'))('work in bash', async () => {
    const { stdout: script } = await runCommand(['completion', 'bash']);
    const line = (...words: string[]) =>
      `COMP_WORDS=(${[COMMAND, ...words].map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _sharepair; echo "\${COMPREPLY[*]}"`;
    const { stdout } = spawnSync(
      'bash',
      ['-c', `${script}\n${line('backup', 'f')}\n${line('verify', '--co')}\n${line('')}`],
      { encoding: 'utf8', env: nodeFirst({ SHAREPAIR_CONFIG: configuration }) },
    );
    const [jobs, options, commands] = stdout.split('\n');
    expect(jobs).toBe('finance files');
    expect(options).toBe('--content --config');
    expect(commands).toContain('backup points status');
  });

  it.for(['zsh', 'fish'])('are read by %s without complaint', async (shell, { skip }) => {
    skip(!shells.includes(shell), `there is no ${shell} here`);
    const { stdout: script } = await runCommand(['completion', shell]);
    const file = join(folder, `completion.${shell}`);
    await writeFile(file, script);
    const { status, stderr } = spawnSync(shell, ['--no-execute', file], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

/** The scripts start the command by its own first line, which asks the path for Node. */
function nodeFirst(environment: Record<string, string>) {
  return {
    ...process.env,
    ...environment,
    PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
  };
}
