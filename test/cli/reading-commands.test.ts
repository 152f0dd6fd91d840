import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CommandResult, runCommand, withConfigurationFile } from '../support/command.ts';
import { forgePoint } from '../support/forge-point.ts';
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
async function forgeDifferingPoint(): Promise<string> {
  const { run } = await world.backup();
  new ShareBuilder(world.target).write('a.txt', 0, 'wrong');
  return forgePoint(world, run);
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

  it('tells what keeps each, and what the next prune deletes', async () => {
    const [first, second] = await twoPoints();
    const configuration = JSON.parse(world.configurationText);
    configuration.jobs[JOB].retention = { daily: 1, yearly: 5 };
    const text = JSON.stringify(configuration);
    const { stdout } = await sharepairWith(text, 'points', JOB);
    expect(stdout).toMatch(new RegExp(`^${first.run} .* nothing: the next prune deletes it$`, 'm'));
    expect(stdout).toMatch(new RegExp(`^${second.run} .* newest-complete, base, daily, yearly$`, 'm'));
    const list = JSON.parse((await sharepairWith(text, 'points', JOB, '--json')).stdout);
    expect(list.points).toMatchObject([
      { kept: false, reasons: [{ rule: 'none' }] },
      {
        kept: true,
        reasons: [{}, {}, { rule: 'daily', text: expect.stringMatching(/^daily, 1 of 1: newest of/) }, {}],
      },
    ]);
  });

  it('lists those of every job when none is named, also where one cannot be read', async () => {
    const end = await world.backup();
    const configuration = JSON.parse(world.configurationText);
    const { source: shares, target } = configuration.jobs[JOB];
    configuration.jobs = {
      gone: { source: { ...shares, share: 'no-share' }, target: { ...target, share: 'no-copy' } },
      ...configuration.jobs,
      people: { source: shares, target: { ...target, share: 'people-copy' } },
    };
    const text = JSON.stringify(configuration);
    const { code, stdout, stderr } = await sharepairWith(text, 'points', '--json');
    expect(code).toBe(1);
    expect(stderr).toContain('either share of job "gone" exists');
    const lists = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lists).toMatchObject([
      { job: JOB, points: [{ id: end.run }], foreign: [] },
      { job: 'people', points: [], foreign: [{ holder: `job ${JOB} with dracct/finance-copy` }] },
    ]);
    const table = await sharepairWith(text, 'points', JOB, 'people');
    expect(table.code).toBe(0);
    expect(table.stdout).toMatch(new RegExp(`^${JOB}:\\n.*\\n${end.run} `, 'm'));
    expect(table.stdout).toContain('Job people has no recovery point.');
  });

  it('does not say that there is none where the source cannot be read, and neither does verify', async () => {
    const { run } = await world.backup();
    const environment = { ...world.environment, PROD_KEY: world.emulator.account('dracct').key };
    const refused = (...parameters: string[]) =>
      withConfigurationFile(world.configurationText, (file) =>
        runCommand([...parameters, JOB, '--config', file], environment),
      );
    const { code, stdout, stderr } = await refused('points');
    expect(code).toBe(0);
    expect(stderr).toContain('Warning: the source could not be read');
    expect(stdout).toContain('can be seen with both of its snapshots');
    expect(stdout).toContain(`run ${run}: target snapshot`);
    const verified = await refused('verify');
    expect(verified.code).toBe(1);
    expect(verified.stdout).toContain('Nothing was verified');
    for (const said of [stdout, verified.stdout]) expect(said).not.toContain('has no recovery point');
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
    expect(stdout).toMatch(new RegExp(`^${first.run} +to be deleted +no rule keeps it$`, 'm'));
    expect(stdout).toMatch(
      new RegExp(
        `^${second.run} +kept +newest complete; newest proven, base of the next run; last, 1 of 1$`,
        'm',
      ),
    );
    expect(stdout).toContain('nothing was deleted');
    expect((await world.points()).points).toHaveLength(2);
  });

  it('says what a backup would leave to a person, and so does points', async () => {
    for (let index = 0; index < 5; index += 1) await world.backup();
    const refusal = '4 of 5 recovery points would be pruned, more than the default guard allows';
    const { stdout } = await sharepairWith(keepOne(), 'prune', JOB, '--dry-run');
    expect(stdout).toContain(`A backup would leave this to you: ${refusal}`);
    const points = await sharepairWith(keepOne(), 'points', JOB);
    expect(points.stdout).toContain(`A backup would leave this prune to you: ${refusal}`);
  });

  it('deletes what the retention no longer keeps', async () => {
    const [first, second] = await twoPoints();
    const { code, stdout } = await sharepairWith(keepOne(), 'prune', JOB, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      job: JOB,
      done: true,
      keep: [{ id: second.run, reasons: [{ rule: 'newest-complete' }, { rule: 'base' }, { rule: 'last' }] }],
      drop: [{ id: first.run, reasons: [{ rule: 'none', text: 'no rule keeps it' }] }],
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
    const forged = await forgeDifferingPoint();
    const { code, stdout } = await sharepair('verify', JOB, '--point', forged);
    expect(code).toBe(6);
    expect(stdout).toMatch(new RegExp(`^${forged} +differs`, 'm'));
    expect(stdout).toContain('  "a.txt": missing from the target snapshot, or another file there\n');
  });

  it('ends with 2 for a file that holds no public key, or cannot be read', async () => {
    await world.backup();
    const none = await sharepair('verify', JOB, '--chain', '--public-key', 'no-such.pem');
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('--public-key: no-such.pem cannot be read: ENOENT');
    const other = await sharepair('verify', JOB, '--chain', '--public-key', 'package.json');
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('--public-key: package.json is no Ed25519 public key in PEM');
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
    expect(JSON.parse(stdout)).toEqual({
      job: JOB,
      results: [],
      chain: { checked: 0, signed: 0, problems: [] },
      warnings: [],
      outcome: 'failed',
    });
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
