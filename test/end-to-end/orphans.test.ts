import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runPrune } from '../../lib/backup/run-prune.ts';
import type { EndEvent } from '../../lib/report/events.ts';
import { GRACE_DAYS } from '../../lib/snapshots/orphans.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { JOB, World } from '../support/world.ts';

const DAY_MS = 86_400_000;

let world: World;

beforeEach(async () => {
  world = await World.start({ job: { retention: { last: 2 } } });
  new ShareBuilder(world.source).file('a', 'first');
});

afterEach(async () => {
  vi.useRealTimers();
  await world.close();
});

function prune() {
  const stop = new AbortController().signal;
  return runPrune({ configuration: world.configuration, job: JOB, dryRun: false, stop, lockWaitMs: 0 });
}

/** What is decided so many days later, by this machine's clock alone. */
async function pruneAfter(days: number) {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + days * DAY_MS });
  const report = await prune();
  vi.useRealTimers();
  return report;
}

/** Makes the snapshot of a run once more, as a request does whose answer was lost and that was sent again. */
function makeTwin(side: 'source' | 'target', end: EndEvent): string {
  const of = side === 'source' ? end.point?.sourceSnapshot : end.point?.targetSnapshot;
  const { metadata } = world[side].properties(of === undefined ? {} : { snapshot: of });
  return world[side].createSnapshot(metadata).id;
}

describe('a twin that appears after its recovery point was made', () => {
  it.each(['source', 'target'] as const)('is shown, and pruned after its grace: %s', async (side) => {
    const end = await world.backup();
    const twin = makeTwin(side, end);
    const shown = await world.points();
    expect(shown.points).toMatchObject([end.point]);
    expect(shown.unpaired).toMatchObject([{ role: side, snapshot: twin, twin: true, kept: true }]);
    await pruneAfter(GRACE_DAYS - 0.1);
    expect(world[side].snapshotIds()).toContain(twin);
    expect(await pruneAfter(GRACE_DAYS + 0.1)).toMatchObject({ superseded: [{ snapshot: twin }] });
    expect(world[side].snapshotIds()).not.toContain(twin);
    const after = await world.points();
    expect(after.points).toMatchObject([{ ...end.point, level: 'listing-verified' }]);
    expect(after.unpaired).toEqual([]);
  });

  it('goes at once when its run was cut off before it had ended', async () => {
    const stop = world.emulator.onRequest(({ operation, account, phase }) => {
      if (operation !== 'SnapshotShare' || account !== 'dracct' || phase !== 'after') return;
      stop();
      world.emulator.faults.add({
        match: { account: 'dracct' },
        times: 1000,
        action: { kind: 'cut-before' },
      });
    });
    const cut = await world.backup();
    world.emulator.faults.remove();
    const [target = ''] = world.target.snapshotIds();
    const [source = ''] = world.source.snapshotIds();
    const younger = world.target.createSnapshot(world.target.properties({ snapshot: target }).metadata).id;
    world.source.createSnapshot(world.source.properties({ snapshot: source }).metadata);
    world.target.lease({ action: 'acquire', duration: -1 }, younger);
    world.target.createSnapshot(world.target.properties({ snapshot: target }).metadata);
    world.emulator.state.clock.advance(61_000);
    const end = await world.backup();
    expect(end).toMatchObject({ outcome: 'complete', run: cut.run, point: { targetSnapshot: target } });
    expect(world.source.snapshotIds()).toEqual([source]);
    expect(world.target.snapshotIds()).toEqual([target, younger]);
  });

  it('stays while somebody leases it', async () => {
    const twin = makeTwin('source', await world.backup());
    world.source.lease({ action: 'acquire', duration: -1 }, twin);
    await pruneAfter(100);
    expect(world.source.snapshotIds()).toContain(twin);
  });
});

describe('a target snapshot whose source snapshot is gone', () => {
  it('stays for as long as the retention would keep its recovery point, and goes after its grace', async () => {
    const first = await world.backup();
    world.source.deleteSnapshot(first.point?.sourceSnapshot ?? '');
    await world.backup();
    const lone = { role: 'target', run: first.run, twin: false };
    await pruneAfter(100);
    expect((await world.points()).unpaired).toMatchObject([{ ...lone, kept: true }]);
    await world.backup();
    await prune();
    expect((await world.points()).unpaired).toMatchObject([{ ...lone, reasons: [{ rule: 'grace' }] }]);
    expect(await pruneAfter(GRACE_DAYS + 0.1)).toMatchObject({ superseded: [lone] });
    expect((await world.points()).unpaired).toEqual([]);
    expect(new ShareBuilder(world.target).exists(`.sharepair/manifests/${first.run}.json`)).toBe(false);
  });

  it('stays, as all of them, when the source share is lost with its snapshots and begins anew', async () => {
    const first = await world.backup();
    const second = await world.backup();
    for (const id of world.source.snapshotIds()) world.source.deleteSnapshot(id);
    await pruneAfter(400);
    expect((await world.points()).unpaired.map(({ run }) => run)).toEqual([first.run, second.run]);
    const third = await world.backup();
    await pruneAfter(400);
    expect((await world.points()).unpaired.map(({ run }) => run)).toEqual([second.run]);
    expect((await world.points()).points).toMatchObject([third.point]);
  });
});

describe('a source snapshot whose target snapshot was deleted by mistake', () => {
  it.each([
    ['at the prune', { operation: 'DeleteShare' } as const, 'failed'],
    [
      'at the comparison',
      { operation: 'ListFiles', account: 'dracct', snapshot: true } as const,
      'incomplete',
    ],
  ])('stays, also where its run had failed afterwards: %s', async (_, match, outcome) => {
    await world.backup();
    await world.backup();
    const fault = { kind: 'status', status: 403, code: 'AuthorizationFailure' } as const;
    world.emulator.faults.add({ match, times: 1000, action: fault });
    const failed = await world.backup();
    expect(failed).toMatchObject({ outcome, point: { id: failed.run } });
    world.emulator.faults.remove();
    world.target.deleteSnapshot(failed.point?.targetSnapshot ?? '');
    await world.backup();
    expect((await world.points()).unpaired).toMatchObject([
      { role: 'source', run: failed.run, kept: true, reasons: [{ rule: 'grace' }] },
    ]);
  });
});

it('a source snapshot stays of whose recovery point only a record tells, as the journal could not be written again', async () => {
  await world.backup();
  const { run, point } = await world.backup();
  const stopped = { run, outcome: 'incomplete', message: 'stopped before the mirror was complete' };
  new ShareBuilder(world.target).file(`.sharepair/journal/${run}.json`, JSON.stringify(stopped));
  world.target.deleteSnapshot(point?.targetSnapshot ?? '');
  await world.backup();
  expect((await world.points()).unpaired).toMatchObject([
    { role: 'source', run, kept: true, reasons: [{ rule: 'grace' }] },
  ]);
});

describe('a source snapshot of a run that failed', () => {
  const failCopies = () =>
    world.emulator.faults.add({
      match: { operation: 'CopyFile' },
      times: 100,
      action: { kind: 'status', status: 403, code: 'CannotVerifyCopySource' },
    });

  it('is deleted by the next run, which makes one of its own', async () => {
    failCopies();
    const failed = await world.backup();
    expect(failed).toMatchObject({ outcome: 'incomplete', point: null });
    expect((await world.points()).unpaired).toMatchObject([
      { role: 'source', run: failed.run, kept: false, reasons: [{ rule: 'abandoned' }] },
    ]);
    world.emulator.faults.remove();
    const end = await world.backup();
    expect(world.source.snapshotIds()).toEqual([end.point?.sourceSnapshot]);
  });

  it('goes by the retention after its grace when nothing is known about its run any more', async () => {
    failCopies();
    const failed = await world.backup();
    world.emulator.faults.remove();
    new ShareBuilder(world.target).remove('.sharepair');
    await world.backup({ adopt: true });
    await world.backup();
    expect((await world.points()).unpaired).toMatchObject([{ run: failed.run, kept: true }]);
    await pruneAfter(GRACE_DAYS + 0.1);
    expect((await world.points()).unpaired).toEqual([]);
    expect((await world.points()).points).toHaveLength(2);
  });
});
