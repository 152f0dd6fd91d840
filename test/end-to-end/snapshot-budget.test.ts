import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { plantBackupSnapshot } from '../../emulator/state/backup-snapshot.ts';
import { forecastJobBudget } from '../../lib/target/forecast-budget.ts';
import { pinPoint } from '../../lib/target/pin-point.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { JOB, World } from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await World.start({ job: { retention: { last: 3 }, budget: { snapshots: 6 } } });
  new ShareBuilder(world.source).file('a', 'a');
});

afterEach(() => world.close());

function retaining(last: number) {
  const job = world.configuration.jobs[JOB];
  if (job === undefined) throw new Error('no job');
  return { ...world.configuration, jobs: { [JOB]: { ...job, retention: { last } } } };
}

const runs = async () => (await world.points()).points.map(({ id }) => id);

async function backUp(times: number, configuration = world.configuration): Promise<string[]> {
  const made: string[] = [];
  for (let index = 0; index < times; index += 1) {
    const end = await world.backup({ configuration });
    expect(end).toMatchObject({ outcome: 'complete' });
    made.push(end.run);
  }
  return made;
}

describe('a run', () => {
  it('makes room on both sides by the oldest that the retention can spare, and by no more', async () => {
    const made = await backUp(5, retaining(5));
    world.source.createSnapshot({ somebody: 'else' });
    const gone: string[][] = [];
    const end = await world.backup({
      observe: (event) => {
        if (event.event === 'phase' && event.phase === 'mirror') gone.push([...world.target.snapshotIds()]);
      },
    });
    expect(end).toMatchObject({ outcome: 'complete' });
    expect(gone.map((left) => left.length)).toEqual([4]);
    expect(await runs()).toEqual([...made.slice(3), end.run]);
  });

  it('makes room by the oldest that differ, as they add up while no run is complete', async () => {
    const [complete = ''] = await backUp(1);
    const tampered: string[] = [];
    for (let index = 0; index < 6; index += 1) {
      const end = await world.backup({
        observe: (event) => {
          const isMirrored = event.event === 'phase' && event.phase === 'snapshot-target';
          if (isMirrored) new ShareBuilder(world.target).file('written by', 'somebody');
        },
      });
      expect(end, end.message).toMatchObject({ outcome: 'differs' });
      tampered.push(end.run);
    }
    expect(await runs()).toEqual([complete, ...tampered.slice(1)]);
    const [end = ''] = await backUp(1);
    expect(await runs()).toEqual([complete, end]);
  });

  it('counts the snapshots of everybody on the source, and refuses where nothing can be spared', async () => {
    const made = await backUp(3);
    plantBackupSnapshot(world.source);
    const leased = plantBackupSnapshot(world.source).snapshot;
    const other = world.source.createSnapshot({ somebody: 'else' }).id;
    const before = [...world.source.snapshotIds()];
    const end = await world.backup();
    expect(end).toMatchObject({ outcome: 'guard', point: null });
    expect(end.message).toContain('6 snapshots in each share');
    expect(end.message).toContain(
      'Source prodacct/finance has 6 snapshots: 3 of job finance, 2 of Azure Backup (2 leased), 1 of others',
    );
    expect(end.message).toContain('Target dracct/finance-copy has 3 snapshots: 3 of job finance');
    expect([...world.source.snapshotIds()]).toEqual(before);
    expect(before).toEqual(expect.arrayContaining([leased, other]));
    expect(await runs()).toEqual(made);
  });

  it('counts the target’s, too, with what is pinned', async () => {
    const [first = ''] = await backUp(2);
    await pinPoint(
      { configuration: world.configuration, job: JOB, point: first },
      { reason: 'audit', by: 'ada', at: '2026-11-21T10:00:00Z' },
    );
    for (let index = 0; index < 4; index += 1) world.target.createSnapshot({ somebody: 'else' });
    const end = await world.backup();
    expect(end).toMatchObject({ outcome: 'guard' });
    expect(end.message).toContain('Target dracct/finance-copy has 6 snapshots: 2 of job finance (1 pinned)');
    expect(end.message).toContain('4 of others');
  });

  it('that was refused is in the journal, is no run in progress, and the next one goes on when there is room', async () => {
    const others = [...Array(6).keys()].map(() => world.source.createSnapshot({ somebody: 'else' }).id);
    const refused = await world.backup();
    expect(refused).toMatchObject({ outcome: 'guard' });
    expect(new ShareBuilder(world.target).exists(`.sharepair/journal/${refused.run}.json`)).toBe(true);
    expect(new ShareBuilder(world.target).exists('.sharepair/run.json')).toBe(false);
    world.source.deleteSnapshot(others[0] ?? '');
    const end = await world.backup();
    expect(end).toMatchObject({ outcome: 'complete' });
    expect(end.run).not.toBe(refused.run);
  });

  it('says in a dry run that it would be refused', async () => {
    await backUp(2);
    for (let index = 0; index < 4; index += 1) world.source.createSnapshot({ somebody: 'else' });
    const before = [...world.source.snapshotIds()];
    const end = await world.backup({ dryRun: true });
    expect(end).toMatchObject({ outcome: 'guard' });
    expect(end.message).toContain('6 snapshots: 2 of job finance, 4 of others');
    expect([...world.source.snapshotIds()]).toEqual(before);
  });

  it('says nothing of it in a dry run where room can be made', async () => {
    await backUp(6, retaining(6));
    expect(await world.backup({ dryRun: true })).toMatchObject({ outcome: 'complete' });
  });

  it('that goes on with its own source snapshot needs room for one in the target alone', async () => {
    const stop = new AbortController();
    for (let index = 0; index < 5; index += 1) world.source.createSnapshot({ somebody: 'else' });
    const stopped = await world.backup({
      stop: stop.signal,
      observe: (event) => {
        if (event.event === 'phase' && event.phase === 'mirror') stop.abort();
      },
    });
    expect(stopped).toMatchObject({ outcome: 'incomplete' });
    // Meanwhile others take what is left, and more.
    world.source.createSnapshot({ somebody: 'else' });
    expect(world.source.snapshotIds()).toHaveLength(7);
    expect(await world.backup({ dryRun: true })).toMatchObject({ outcome: 'complete' });
    expect(await world.backup()).toMatchObject({ outcome: 'complete', run: stopped.run });
  });
});

describe('the forecast of a job', () => {
  const now = new Date('2026-11-21T00:00:00Z');

  function scheduled(extra: Record<string, object> = {}) {
    const job = world.configuration.jobs[JOB];
    if (job === undefined) throw new Error('no job');
    const daily = { ...job, schedule: '0 0 3 * * *', retention: { last: 3 } };
    return { ...world.configuration, jobs: { [JOB]: daily, ...(extra as Record<string, typeof job>) } };
  }

  it('goes from what is there, by the schedule and the retention', async () => {
    await backUp(2);
    world.source.createSnapshot({ somebody: 'else' });
    const report = await forecastJobBudget({ configuration: scheduled(), job: JOB, now });
    expect(report).toMatchObject({
      outcome: 'complete',
      limit: 6,
      warnings: [],
      shares: [
        { share: 'prodacct/finance', now: 3, most: 5, refused: undefined },
        { share: 'dracct/finance-copy', now: 2, most: 4 },
      ],
    });
    expect(report.occurrences).toBe(365);
  });

  it('counts other jobs of the same source, and Azure Backup by its policy', async () => {
    await backUp(1);
    plantBackupSnapshot(world.source);
    const job = world.configuration.jobs[JOB];
    const people = {
      ...job,
      name: 'people',
      target: { account: 'dr', share: 'elsewhere' },
      schedule: '0 0 4 * * *',
      retention: { last: 2 },
      budget: { snapshots: 200 },
    };
    const configuration = scheduled({ people });
    const bare = await forecastJobBudget({ configuration, job: JOB, now });
    expect(bare.warnings).toEqual([expect.stringContaining('1 snapshots of the source')]);
    expect(bare).toMatchObject({
      outcome: 'guard',
      shares: [{ now: 2, most: 7, refused: { holder: 'job finance', count: 6 } }, { most: 4 }],
    });
    const azureBackup = { daily: 10 };
    const report = await forecastJobBudget({ configuration, job: JOB, azureBackup, now });
    expect(report.warnings).toEqual([]);
    expect(report.shares[0]).toMatchObject({ now: 2, most: 3 + 2 + 10 + 1 });
    expect(report.shares[0]?.holders).toEqual(
      expect.arrayContaining([{ holder: 'job people', count: expect.any(Number) }]),
    );
  });

  it('says that a job without a schedule is counted as it is', async () => {
    await backUp(1);
    const report = await forecastJobBudget({ configuration: world.configuration, job: JOB, now });
    expect(report).toMatchObject({ occurrences: 0, outcome: 'complete' });
    expect(report.warnings).toEqual([expect.stringContaining('no schedule')]);
  });
});
