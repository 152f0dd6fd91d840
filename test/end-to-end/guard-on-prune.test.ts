import { afterEach, beforeEach, expect, it } from 'vitest';
import { runPrune } from '../../lib/backup/run-prune.ts';
import type { Configuration } from '../../lib/jobs/configuration.ts';
import { listPoints } from '../../lib/target/list-points.ts';
import { pinPoint } from '../../lib/target/pin-point.ts';
import { readStatus } from '../../lib/target/read-status.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { JOB, type JobSettings, World } from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await World.start();
  new ShareBuilder(world.source).file('a', 'a');
});

afterEach(() => world.close());

async function makePoints(count: number): Promise<void> {
  for (let made = 0; made < count; made += 1) {
    expect(await world.backup()).toMatchObject({ outcome: 'complete', pruned: [] });
  }
}

/** As somebody wrote it who meant 30. */
const mistaken = (settings: JobSettings = {}): Configuration =>
  world.configured({ retention: { last: 3 }, ...settings });

const prune = (configuration: Configuration, dryRun: boolean) =>
  runPrune({ configuration, job: JOB, dryRun, stop: new AbortController().signal, lockWaitMs: 0 });

const ids = async () => (await world.points()).points.map(({ id }) => id);

it('a run leaves its prune to a person where most of the recovery points would go at once', async () => {
  await makePoints(9);
  const first = await world.backup({ configuration: mistaken() });
  expect(first).toMatchObject({
    outcome: 'guard',
    point: { level: 'listing-verified' },
    pruned: [],
  });
  expect(first.message).toContain('and the recovery point is good');
  expect(first.message).toContain(
    '7 of 10 recovery points would be pruned, more than the default guard allows, which is 3 recovery points or 50 % of 10 recovery points, whichever is more',
  );
  expect(first.message).toContain(`sharepair prune ${JOB} --dry-run`);
  expect(await ids()).toHaveLength(10);
  // It is said at every run, until somebody has looked.
  expect(await world.backup({ configuration: mistaken() })).toMatchObject({ outcome: 'guard' });
  expect(await ids()).toHaveLength(11);
  const status = await readStatus(mistaken(), JOB, new Date());
  expect(status).toMatchObject({ verdict: 'good', lastRun: { outcome: 'guard' } });
  // The policy that was meant goes on as if nothing had been.
  expect(await world.backup()).toMatchObject({ outcome: 'complete', pruned: [] });
  expect(await ids()).toHaveLength(12);
});

it('the command deletes what a run has left to a person, and a dry run says that one would', async () => {
  await makePoints(8);
  await world.backup({ configuration: mistaken() });
  const planned = await prune(mistaken(), true);
  expect(planned.drop).toHaveLength(6);
  expect(planned.guard).toContain('6 of 9 recovery points would be pruned, more than the default guard');
  expect((await listPoints(mistaken(), JOB)).guard).toBe(planned.guard);
  expect((await world.points()).guard).toBeUndefined();
  expect(await prune(mistaken(), false)).toMatchObject({ done: true, guard: undefined });
  expect(await ids()).toHaveLength(3);
  expect(await world.backup({ configuration: mistaken() })).toMatchObject({ outcome: 'complete' });
  expect(await prune(mistaken(), true)).toMatchObject({ drop: [], guard: undefined });
});

it.each<[maxPruned: number | string, held: boolean]>([
  [0, true],
  [4, true],
  [5, false],
  ['60%', true],
  ['63%', false],
  ['100%', false],
])('a job that lets %s go at once: 5 of 8 are held back: %s', async (maxPruned, held) => {
  await makePoints(7);
  const configuration = mistaken({ guards: { maxPruned } });
  expect(await world.backup({ configuration })).toMatchObject({ outcome: held ? 'guard' : 'complete' });
  expect(await ids()).toHaveLength(held ? 8 : 3);
});

it('a few may go, however large a part of all they are', async () => {
  await makePoints(3);
  const configuration = world.configured({ retention: { last: 1 } });
  expect(await world.backup({ configuration })).toMatchObject({ outcome: 'complete' });
  expect(await ids()).toHaveLength(1);
});

it('a prune that is left to a person releases no pin whose end has come', async () => {
  await makePoints(8);
  const [oldest = ''] = await ids();
  const record = {
    reason: 'audit',
    until: '2026-01-01T00:00:00.000Z',
    by: 'ada',
    at: '2025-12-01T00:00:00.000Z',
  };
  await pinPoint({ configuration: world.configuration, job: JOB, point: oldest }, record);
  expect(await world.backup({ configuration: mistaken() })).toMatchObject({ outcome: 'guard' });
  expect((await world.points()).points[0]).toMatchObject({ id: oldest, pin: { state: 'whole' } });
  await prune(mistaken(), false);
  expect(await ids()).toHaveLength(3);
});

it('a run that would have to delete most of them for room is stopped, and says so beforehand', async () => {
  await makePoints(9);
  const narrow = { budget: { snapshots: 4 } };
  const before = await ids();
  const said =
    'has room for another recovery point only when others go: 6 of 9 recovery points would be pruned, more than the default guard';
  const planned = await world.backup({ configuration: mistaken(narrow), dryRun: true });
  expect(planned).toMatchObject({ outcome: 'guard', message: expect.stringContaining(said) });
  const end = await world.backup({ configuration: mistaken(narrow) });
  expect(end).toMatchObject({ outcome: 'guard', point: null, message: expect.stringContaining(said) });
  expect(await ids()).toEqual(before);
  // Nothing is left behind that a later run would take up.
  expect(world.source.snapshotIds()).toHaveLength(9);
  const allowed = mistaken({ ...narrow, guards: { maxPruned: '100%' } });
  expect(await world.backup({ configuration: allowed })).toMatchObject({ outcome: 'complete' });
  expect(await ids()).toHaveLength(3);
});

it('a job that leaves every prune to a person has room made by the few that have to go', async () => {
  await makePoints(5);
  const configuration = mistaken({ budget: { snapshots: 5 }, guards: { maxPruned: 0 } });
  expect(await world.backup({ configuration })).toMatchObject({ outcome: 'guard', point: {} });
  expect(await ids()).toHaveLength(5);
});

it('where the budget has no room, the oldest still go that the policy no longer keeps, as few as will do', async () => {
  await makePoints(9);
  const configuration = mistaken({ budget: { snapshots: 9 } });
  const before = await ids();
  expect(await world.backup({ configuration })).toMatchObject({ outcome: 'guard' });
  const after = await ids();
  expect(after).toHaveLength(9);
  expect(after.slice(0, 8)).toEqual(before.slice(1));
});
