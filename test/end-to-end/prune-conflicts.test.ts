import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PruneFailedError, runPrune } from '../../lib/backup/run-prune.ts';
import { pinPoint } from '../../lib/target/pin-point.ts';
import { forgePoint } from '../support/forge-point.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { readSystemJson } from '../support/system-files.ts';
import { JOB, World } from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await World.start({ job: { retention: { last: 1 }, budget: { snapshots: 4 } } });
  new ShareBuilder(world.source).file('a', 'first');
});

afterEach(() => world.close());

const keeping = (last: number) => world.configured({ retention: { last }, budget: { snapshots: 20 } });
const ids = async () => (await world.points()).points.map(({ id }) => id);

function prune() {
  const stop = new AbortController().signal;
  return runPrune({ configuration: world.configuration, job: JOB, dryRun: false, stop, lockWaitMs: 0 });
}

async function backUp(times: number) {
  const made = [];
  for (let index = 0; index < times; index += 1) {
    const { point } = await world.backup({ configuration: keeping(9) });
    if (point === null) throw new Error('no recovery point');
    made.push(point);
  }
  return made;
}

/** Leases a snapshot as soon as the first one is about to be deleted. */
function leaseMeanwhile(side: 'source' | 'target', snapshot: string): void {
  const stop = world.emulator.onRequest(({ operation, phase }) => {
    if (operation !== 'DeleteShare' || phase !== 'before') return;
    stop();
    world[side].lease({ action: 'acquire', duration: -1 }, snapshot);
  });
}

describe('what somebody leases while a prune is under way', () => {
  it('stays, is told to, and does not pass for pruned', async () => {
    const [first, second, third] = await backUp(3);
    leaseMeanwhile('target', first?.targetSnapshot ?? '');
    const report = await prune();
    expect(report.drop.map(({ id }) => id)).toEqual([second?.id]);
    expect(report.keep.map(({ id }) => id).sort()).toEqual([first?.id, third?.id]);
    expect(report.keep.find(({ id }) => id === first?.id)?.reasons).toMatchObject([{ rule: 'pinned' }]);
    expect(await ids()).toEqual([first?.id, third?.id]);
    expect(readSystemJson(world.target, 'prune.json')).toEqual({ runs: [second?.id] });
  });

  it('keeps no other from going when it is a source snapshot, and goes later', async () => {
    const [first] = await backUp(2);
    const lone = first?.sourceSnapshot ?? '';
    leaseMeanwhile('source', lone);
    const end = await world.backup();
    expect(end).toMatchObject({ outcome: 'complete' });
    expect(await ids()).toEqual([end.run]);
    expect((await world.points()).unpaired).toMatchObject([{ snapshot: lone, leased: true, kept: true }]);
    world.source.lease({ action: 'break', breakPeriod: 0 }, lone);
    await world.backup();
    expect(world.source.snapshotIds()).not.toContain(lone);
  });
});

it('a prune that could not be finished tells what is gone', async () => {
  const [first, second, third] = await backUp(4);
  world.emulator.faults.add({
    match: { operation: 'DeleteShare', account: 'dracct' },
    skip: 1,
    times: 100,
    action: { kind: 'status', status: 403, code: 'AuthorizationFailure' },
  });
  const failure = await prune().catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(PruneFailedError);
  expect(failure).toMatchObject({
    points: [first?.id],
    message: expect.stringMatching(
      new RegExp(
        `To go were 3 recovery points and 0 snapshots .+; certainly gone: ${first?.id}\\. .*AuthorizationFailure`,
      ),
    ),
  });
  expect((await ids()).slice(0, 2)).toEqual([second?.id, third?.id]);
});

it('what a prune that was cut off had set out to delete does not pass for pruned while it stands', async () => {
  const [first] = await backUp(2);
  const id = first?.id ?? '';
  world.emulator.faults.add({
    match: { operation: 'DeleteShare' },
    times: 100,
    action: { kind: 'cut-before' },
  });
  await expect(prune()).rejects.toThrow('DeleteShare');
  expect(readSystemJson(world.target, 'prune.json')).toEqual({ runs: [id] });
  world.emulator.faults.remove();
  await pinPoint(
    { configuration: world.configuration, job: JOB, point: id },
    { reason: 'audit', by: 'ada', at: '2026-11-21T10:00:00Z' },
  );
  const { run } = await world.backup({ configuration: keeping(9) });
  const { chain } = readSystemJson(world.target, `manifests/${run}.json`);
  expect(chain.gone).toEqual([]);
  expect(chain.points.map((link: { run: string }) => link.run)).toContain(id);
  expect(readSystemJson(world.target, 'prune.json')).toEqual({ runs: [] });
});

it('is remembered for having been pruned, and nothing else of it, though a thousand newer ones were before', async () => {
  const [first] = await backUp(2);
  const id = first?.id ?? '';
  const newer = Array.from({ length: 1000 }, (_, at) => `2099${at}`);
  new ShareBuilder(world.target).file('.sharepair/prune.json', JSON.stringify({ runs: newer }));
  const report = await prune();
  expect(report.drop.map((point) => point.id)).toEqual([id]);
  expect(readSystemJson(world.target, 'prune.json')).toEqual({ runs: [...newer.slice(1), id] });
  const records = new ShareBuilder(world.target).names('.sharepair/records');
  expect(records.filter((name) => name.startsWith(id))).toEqual([]);
  const { run } = await world.backup({ configuration: keeping(9) });
  expect(readSystemJson(world.target, `manifests/${run}.json`).chain.gone).toEqual([
    { run: id, pruned: true },
  ]);
});

describe('a snapshot that the service will not delete', () => {
  it('keeps no other from going, and no later run from making room', async () => {
    const [first, second, third] = await backUp(3);
    world.emulator.faults.add({
      match: { operation: 'DeleteShare', snapshot: first?.targetSnapshot ?? '' },
      times: 1000,
      action: { kind: 'status', status: 409, code: 'OperationNotAllowedOnSnapshot' },
    });
    const refused = await world.backup();
    expect(refused).toMatchObject({ outcome: 'failed', pruned: [second?.id, third?.id] });
    expect(refused.message).toContain('OperationNotAllowedOnSnapshot');
    expect(await ids()).toEqual([first?.id, refused.run]);
    for (let index = 0; index < 3; index += 1) {
      expect(await world.backup()).toMatchObject({ outcome: 'failed', point: { level: 'listing-verified' } });
    }
    expect(await ids()).toHaveLength(2);
  });

  it('is what a run fails by that needs its room, rather than a guard that nobody can do anything about', async () => {
    const [model] = await backUp(1);
    for (const run of ['1', '2', '3'])
      forgePoint(world, model?.id ?? '', { id: `2020010${run}T000000Z-0000` });
    const fault = world.emulator.faults.add({
      match: { operation: 'DeleteShare' },
      times: 1000,
      action: { kind: 'status', status: 403, code: 'AuthorizationPermissionMismatch' },
    });
    const end = await world.backup();
    expect(end).toMatchObject({ outcome: 'failed', point: null });
    expect(end.message).toContain('AuthorizationPermissionMismatch');
    expect(fault).toBeDefined();
    world.emulator.faults.remove();
    expect(await world.backup()).toMatchObject({ outcome: 'complete', run: end.run });
  });
});
