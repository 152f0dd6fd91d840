import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CommandResult, runCommand, withConfigurationFile } from '../support/command.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { JOB, World } from '../support/world.ts';

let world: World;
let source: ShareBuilder;

beforeEach(async () => {
  world = await World.start();
  source = new ShareBuilder(world.source).file('a.txt', 'first').file('folder/b.txt', 'b');
});
afterEach(() => world.close());

function sharepair(...parameters: string[]): Promise<CommandResult> {
  return sharepairWith(world.configurationText, ...parameters);
}

function sharepairWith(configuration: string, ...parameters: string[]): Promise<CommandResult> {
  return withConfigurationFile(configuration, (file) =>
    runCommand([...parameters, '--config', file], world.environment),
  );
}

async function twoPoints() {
  const first = await world.backup();
  source.file('a.txt', 'second');
  const second = await world.backup();
  return [first, second] as const;
}

/** A pair of snapshots that is tagged as a recovery point, and is none. */
async function forgePoint(): Promise<string> {
  const { run } = await world.backup();
  new ShareBuilder(world.target).write('a.txt', 0, 'wrong');
  const forged = '20991231T000000Z-0000';
  const tags = { sharepair_job: JOB, sharepair_run: forged, sharepair_version: '0' };
  const from = world.source.createSnapshot({
    ...tags,
    sharepair_role: 'source',
    sharepair_counterpart: 'dracct/finance-copy',
  });
  world.target.createSnapshot({
    ...tags,
    sharepair_role: 'target',
    sharepair_counterpart: 'prodacct/finance',
    sharepair_partner: from.id,
  });
  expect(run < forged).toBe(true);
  return forged;
}

describe('points', () => {
  it('lists recovery points as JSON, oldest first', async () => {
    const [first, second] = await twoPoints();
    const { code, stdout, stderr } = await sharepair('points', JOB, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const list = JSON.parse(stdout);
    expect(Object.keys(list)).toEqual(['points', 'unpaired', 'foreign', 'warnings']);
    expect(list).toMatchObject({
      points: [
        { ...first.point, run: first.run, time: expect.stringMatching(/Z$/), pinned: false },
        { ...second.point, run: second.run },
      ],
      unpaired: [],
      foreign: [],
    });
  });

  it('lists them as a table, in the time zone of the job, too', async () => {
    const [first, second] = await twoPoints();
    world.source.createSnapshot({ somebody: 'else' });
    const configuration = JSON.parse(world.configurationText);
    configuration.jobs[JOB].timeZone = 'Asia/Kolkata';
    const { code, stdout } = await sharepairWith(JSON.stringify(configuration), 'points', JOB);
    expect(code).toBe(0);
    expect(stdout).toContain('time (Asia/Kolkata)');
    expect(stdout).toMatch(new RegExp(`^${first.run} .* \\+05:30 .* listing-verified +3 `, 'm'));
    expect(stdout.indexOf(first.run)).toBeLessThan(stdout.indexOf(second.run));
    expect(stdout).toContain('1 snapshot that another job or program made');
  });

  it('says so when there is none', async () => {
    expect(await sharepair('points', JOB)).toMatchObject({
      code: 0,
      stdout: `Job ${JOB} has no recovery point.\n`,
    });
  });
});

describe('prune', () => {
  const keepOne = () => JSON.stringify({ ...JSON.parse(world.configurationText), jobs: { [JOB]: job() } });
  const job = () => ({ ...JSON.parse(world.configurationText).jobs[JOB], retention: { last: 1 } });

  it('says why each recovery point is kept or dropped, and deletes none in a dry run', async () => {
    const [first, second] = await twoPoints();
    const { code, stdout } = await sharepairWith(keepOne(), 'prune', JOB, '--dry-run');
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^${first.run} +to be deleted +\\S.+\\.$`, 'm'));
    expect(stdout).toMatch(
      new RegExp(`^${second.run} +kept +It is the newest complete recovery point\\.$`, 'm'),
    );
    expect(stdout).toContain('nothing was deleted');
    expect((await world.points()).points).toHaveLength(2);
  });

  it('deletes what the retention no longer keeps', async () => {
    const [first, second] = await twoPoints();
    const { code, stdout } = await sharepairWith(keepOne(), 'prune', JOB, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      job: JOB,
      done: true,
      keep: [{ id: second.run, reason: expect.any(String) }],
      drop: [{ id: first.run, reason: expect.any(String) }],
      superseded: [],
    });
    expect((await world.points()).points.map(({ id }) => id)).toEqual([second.run]);
  });
});

describe('verify', () => {
  it('proves every recovery point and records the level', async () => {
    const [first, second] = await twoPoints();
    const { code, stdout } = await sharepair('verify', JOB, '--content', '--json');
    expect(code).toBe(0);
    const result = { level: 'content-verified', entries: 3, differences: 0, filesRead: 2 };
    expect(JSON.parse(stdout)).toMatchObject({
      job: JOB,
      outcome: 'complete',
      results: [
        { point: first.run, ...result },
        { point: second.run, ...result },
      ],
    });
    expect((await world.points()).points.map(({ level }) => level)).toEqual([
      'content-verified',
      'content-verified',
    ]);
  });

  it('proves the one that is named', async () => {
    const [first, second] = await twoPoints();
    const { code, stdout } = await sharepair('verify', JOB, '--point', second.run);
    expect(code).toBe(0);
    expect(stdout).toContain(second.run);
    expect(stdout).not.toContain(first.run);
  });

  it('ends with 6 for snapshots that differ', async () => {
    const forged = await forgePoint();
    const { code, stdout } = await sharepair('verify', JOB, '--point', forged);
    expect(code).toBe(6);
    expect(stdout).toMatch(new RegExp(`^${forged} +differs`, 'm'));
    expect(stdout).toContain('"a.txt"');
  });

  it('ends with 2 for a recovery point that is not there', async () => {
    const [first] = await twoPoints();
    const { code, stdout, stderr } = await sharepair('verify', JOB, '--point', 'nothing');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(first.run);
  });

  it('does not end as complete when there is nothing to prove', async () => {
    world.createTarget();
    const { code, stdout } = await sharepair('verify', JOB, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({ job: JOB, results: [], outcome: 'failed' });
  });
});

it('unlock breaks a lock, and says so when there is none', async () => {
  const target = world.createTarget();
  const unlocked = await sharepair('unlock', JOB, '--yes');
  expect(unlocked).toMatchObject({ code: 0, stdout: `Job ${JOB} is not locked.\n` });
  target.lease({ action: 'acquire', duration: 60 });
  const asked = await sharepair('unlock', JOB);
  expect(asked.code).toBe(2);
  expect(asked.stderr).toContain('say --yes');
  expect(target.properties().lease.state).toBe('leased');
  const locked = await sharepair('unlock', JOB, '--yes');
  expect(locked).toMatchObject({
    code: 0,
    stdout: `The lock of job ${JOB}, held by another run, is broken.\n`,
  });
  expect(target.properties().lease.state).toBe('broken');
});
