import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from '../support/command.ts';
import { World } from '../support/world.ts';

const COMMAND = join(import.meta.dirname, '../../bin/sharepair.js');
const SECRET = 'bm90LWEtcmVhbC1rZXktYnV0LXNlY3JldA==';

let world: World;
let folder: string;

beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sharepair-test-'));
  world.requests();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Runs the command in the test's folder. */
async function runThere(parameters: readonly string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [COMMAND, ...parameters], {
    cwd: folder,
    env: { ...process.env, ...world.environment, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = [child.stdout, child.stderr].map((stream) => stream.setEncoding('utf8').toArray());
  const [code] = await once(child, 'close');
  return { code, stdout: (await stdout)?.join(''), stderr: (await stderr)?.join('') };
}

const NEEDS_A_JOB = [
  ['backup', 'finance'],
  ['backup'],
  ['backup', '--json', '--dry-run'],
  ['points', 'finance', '--json'],
  ['prune', 'finance'],
  ['verify', 'finance', '--content'],
  ['unlock', 'finance', '--yes'],
];

describe('a configuration with mistakes', () => {
  it.each(NEEDS_A_JOB)('keeps "%s %s %s" from sending anything', async (...parameters) => {
    const { accounts, jobs } = JSON.parse(world.configurationText);
    accounts.prod.credential = { accountKey: SECRET.slice(1) };
    jobs.finance.retention = { last: 0 };
    jobs.finance.sorce = jobs.finance.source;
    await writeFile(join(folder, 'sharepair.config.json'), JSON.stringify({ accounts, jobs }));
    const { code, stdout, stderr } = await runThere(parameters.filter((word) => word !== undefined));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('jobs.finance.retention.last');
    expect(stderr).toContain('sorce');
    expect(stderr).toContain('accounts.prod.credential.accountKey');
    expect(stderr).toContain('Nothing was touched.');
    expect(stderr).not.toContain(SECRET.slice(1, 12));
    expect(world.requests()).toEqual({});
  });

  it('that is missing altogether is named', async () => {
    const { code, stdout, stderr } = await runThere(['backup']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(join(folder, 'sharepair.config.json'));
    expect(stderr).toContain('no such file');
  });
});

describe('a job that the configuration lacks', () => {
  it.each(NEEDS_A_JOB.filter(([, job]) => job === 'finance').map(([command = '']) => command))(
    'keeps %s from sending anything',
    async (command) => {
      await writeFile(join(folder, 'sharepair.config.json'), world.configurationText);
      const { code, stdout, stderr } = await runThere([command, 'finanse']);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain('There is no job "finanse"; did you mean "finance"?');
      expect(world.requests()).toEqual({});
    },
  );

  it('keeps the other jobs of the command line from being begun', async () => {
    await writeFile(join(folder, 'sharepair.config.json'), world.configurationText);
    const { code, stderr } = await runThere(['backup', 'finance', 'wages', 'finance']);
    expect(code).toBe(2);
    expect(stderr).toContain('There is no job "wages".');
    expect(world.requests()).toEqual({});
  });
});

describe('the configuration file', () => {
  it('is that of the command line before that of the environment before that of the folder', async () => {
    const files = ['sharepair.config.json', 'from-environment.json', 'from-option.json'];
    const [, fromEnvironment = '', fromOption = ''] = files;
    for (const file of files) await writeFile(join(folder, file), '{}');
    const environment = { SHAREPAIR_CONFIG: fromEnvironment };
    expect((await runThere(['backup'])).stderr).toContain(`${join(folder, 'sharepair.config.json')} has`);
    expect((await runThere(['backup'], environment)).stderr).toContain(
      `${join(folder, fromEnvironment)} has`,
    );
    expect((await runThere(['backup', '--config', fromOption], environment)).stderr).toContain(
      `${join(folder, fromOption)} has`,
    );
  });
});

it('shows where an error came from only when asked', async () => {
  const plain = await runCommand(['backup', '--config', join(folder, 'none.json')]);
  const debug = await runCommand(['backup', '--config', join(folder, 'none.json'), '--debug']);
  expect(plain.stderr).not.toMatch(/^\s+at /m);
  expect(debug.stderr).toMatch(/^\s+at /m);
});
