import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { plantBackupSnapshot } from '../../emulator/state/backup-snapshot.ts';
import { type CommandResult, runCommand, withConfigurationFile } from '../support/command.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { JOB, World } from '../support/world.ts';

let world: World;
let run: string;

beforeEach(async () => {
  world = await World.start();
  new ShareBuilder(world.source).file('a.txt', 'a');
  run = (await world.backup()).run;
});
afterEach(() => world.close());

function sharepair(...parameters: string[]): Promise<CommandResult> {
  return sharepairWith({}, ...parameters);
}

/** With these settings of the job. */
function sharepairWith(settings: object, ...parameters: string[]): Promise<CommandResult> {
  const configuration = JSON.parse(world.configurationText);
  Object.assign(configuration.jobs[JOB], settings);
  return withConfigurationFile(JSON.stringify(configuration), (file) =>
    runCommand([...parameters, '--config', file], world.environment),
  );
}

describe('pin and unpin', () => {
  it('keep a recovery point and let it go, and points says why it is kept', async () => {
    const pinned = await sharepairWith(
      { timeZone: 'Europe/Berlin' },
      ...['pin', JOB, run, '--reason', 'annual audit', '--until', '2999-03-31'],
    );
    expect(pinned).toEqual({
      code: 0,
      signal: null,
      stdout: `Recovery point ${run} of job ${JOB} is pinned until 2999-04-01 00:00 +02:00.\n`,
      stderr: '',
    });
    const { stdout } = await sharepair('points', JOB);
    expect(stdout).toMatch(
      new RegExp(`^Pinned or leased:\\n  ${run}: "annual audit", by .+ on .+, until 2999-03-31 22:00`, 'm'),
    );
    const listed = JSON.parse((await sharepair('points', JOB, '--json')).stdout);
    expect(listed.points).toMatchObject([
      {
        id: run,
        pinned: true,
        leased: ['source', 'target'],
        pin: { state: 'whole', reason: 'annual audit', until: '2999-03-31T22:00:00.000Z' },
      },
    ]);
    const unpinned = await sharepair('unpin', JOB, run, '--json');
    expect(unpinned.code).toBe(0);
    expect(JSON.parse(unpinned.stdout)).toMatchObject({ job: JOB, point: run, foreign: [], warnings: [] });
    expect((await sharepair('points', JOB)).stdout).not.toContain('Pinned');
  });

  it('end with 3 where somebody else has leased a snapshot, and say so', async () => {
    const [snapshot] = world.source.snapshotIds();
    world.source.lease({ action: 'acquire', duration: -1 }, snapshot);
    const half = await sharepair('pin', JOB, run, '--reason', 'audit');
    expect(half.code).toBe(3);
    expect(half.stdout).toContain('The source snapshot is leased by another program or person');
    expect((await sharepair('points', JOB)).stdout).toContain('only the target snapshot');
    const undone = await sharepair('unpin', JOB, run);
    expect(undone.code).toBe(3);
    expect(undone.stdout).toMatch(/is not pinned any more\.\n.* which Sharepair leaves as it is\.\n$/);
    expect((await sharepair('points', JOB)).stdout).toContain(`${run}: leased by another program or person`);
  });

  it.each<[string, readonly string[], string]>([
    ['no reason', [], "Required option '--reason <text>' not specified"],
    ['an empty reason', ['--reason', ' '], 'says nothing'],
    ['an end that is over', ['--reason', 'a', '--until', '2020-01-01'], 'not in the future'],
    ['an end that is none', ['--reason', 'a', '--until', 'soon'], 'neither a day'],
  ])('end with 2 with %s', async (_, flags, message) => {
    const { code, stderr } = await sharepair('pin', JOB, run, ...flags);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect((await world.points()).points[0]?.pinned).toBe(false);
  });

  it('end with 2 for a recovery point that is not there', async () => {
    for (const parameters of [
      ['pin', JOB, 'none', '--reason', 'a'],
      ['unpin', JOB, 'none'],
    ]) {
      const { code, stderr } = await sharepair(...parameters);
      expect(code).toBe(2);
      expect(stderr).toContain(run);
    }
  });
});

describe('points', () => {
  it('tells who holds the snapshots of others', async () => {
    plantBackupSnapshot(world.source);
    plantBackupSnapshot(world.source);
    world.target.createSnapshot({ somebody: 'else' });
    const { stdout } = await sharepair('points', JOB);
    expect(stdout).toContain('3 snapshots that another job or program made');
    expect(stdout).toContain('\n  source: Azure Backup, 2 (2 leased)\n  target: others, 1\n');
    const list = JSON.parse((await sharepair('points', JOB, '--json')).stdout);
    expect(list.foreign[0]).toMatchObject({ side: 'source', holder: 'Azure Backup', leased: true });
  });
});

describe('budget', () => {
  const daily = { schedule: '0 0 3 * * *', retention: { last: 30 } };

  it('foresees a year', async () => {
    const { code, stdout, stderr } = await sharepairWith(daily, 'budget', JOB);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Job finance, .*: 365 backups played out\.$/m);
    expect(stdout).toMatch(/^prodacct\/finance +1 +31 +\d{4}-\d\d-\d\d +180$/m);
    expect(stdout).toContain('At its fullest, dracct/finance-copy has 31 of job finance.');
  });

  it('ends with 4 where a run would find no room, with Azure Backup counted in', async () => {
    const settings = { ...daily, retention: { last: 100 } };
    const parameters = ['budget', JOB, '--azure-backup', 'daily=90', '--json'];
    const { code, stdout } = await sharepairWith(settings, ...parameters);
    expect(code).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({
      job: JOB,
      limit: 180,
      outcome: 'guard',
      shares: [
        { share: 'prodacct/finance', refused: { holder: 'job finance', at: expect.stringMatching(/Z$/) } },
        { share: 'dracct/finance-copy', now: 1, most: 101 },
      ],
    });
    const people = await sharepairWith(settings, ...parameters.slice(0, -1));
    expect(people.stdout).toContain('no room for another');
  });

  it('ends with 2 for a policy that is none', async () => {
    const { code, stdout, stderr } = await sharepair('budget', JOB, '--azure-backup', 'daily=many');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('"daily=many"');
  });
});
