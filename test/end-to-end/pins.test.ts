import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runPrune } from '../../lib/backup/run-prune.ts';
import { pinLeaseId } from '../../lib/snapshots/pin-lease.ts';
import { LeasedByOthersError, type PinReport, pinPoint, unpinPoint } from '../../lib/target/pin-point.ts';
import type { PinRecord } from '../../lib/target/pins.ts';
import { UnknownPointError } from '../../lib/target/unknown-point-error.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { JOB, World } from '../support/world.ts';

const RECORD: PinRecord = {
  reason: 'annual audit',
  until: undefined,
  by: 'ada@backup-host',
  at: '2026-11-21T10:00:00.000Z',
};
const PAST = '2026-01-01T00:00:00.000Z';
const FUTURE = '2999-01-01T00:00:00.000Z';

let world: World;
let run: string;
let snapshots: { readonly source: string; readonly target: string };

beforeEach(async () => {
  world = await World.start({ job: { retention: { last: 1 } } });
  new ShareBuilder(world.source).file('a', 'first');
  const end = await world.backup();
  if (end.point === null) throw new Error(end.message);
  run = end.run;
  snapshots = { source: end.point.sourceSnapshot, target: end.point.targetSnapshot };
});

afterEach(async () => {
  vi.useRealTimers();
  await world.close();
});

const of = () => ({ configuration: world.configuration, job: JOB, point: run });

function pin(record: Partial<PinRecord> = {}): Promise<PinReport> {
  return pinPoint(of(), { ...RECORD, ...record });
}

function prune(dryRun = false) {
  const stop = new AbortController().signal;
  return runPrune({ configuration: world.configuration, job: JOB, dryRun, stop, lockWaitMs: 0 });
}

const leaseOf = (side: 'source' | 'target') => world[side].properties({ snapshot: snapshots[side] }).lease;
const ids = async () => (await world.points()).points.map(({ id }) => id);
const pinOf = async () => (await world.points()).points.find(({ id }) => id === run)?.pin;

/** Leases a snapshot as another program would, with an id of its own. */
function leaseByOther(side: 'source' | 'target', id = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee') {
  world[side].lease({ action: 'acquire', duration: -1, proposedId: id }, snapshots[side]);
}

describe('a pin', () => {
  it('is an infinite lease on both snapshots, and says why', async () => {
    expect(await pin({ until: FUTURE })).toMatchObject({ state: 'whole', foreign: [], warnings: [] });
    for (const side of ['source', 'target'] as const) {
      expect(leaseOf(side)).toMatchObject({ status: 'locked', duration: 'infinite' });
      expect(() => world[side].deleteSnapshot(snapshots[side])).toThrow('lease');
    }
    expect(await pinOf()).toEqual({
      ...RECORD,
      state: 'whole',
      own: ['source', 'target'],
      foreign: [],
      until: FUTURE,
    });
  });

  it('keeps the recovery point through prunes by any policy, and takes none of its places', async () => {
    await pin();
    const second = await world.backup();
    const third = await world.backup();
    expect(third.pruned).toEqual([second.run]);
    expect(await ids()).toEqual([run, third.run]);
  });

  it('holds, and can be released, when all that was written down about it is lost', async () => {
    await pin();
    new ShareBuilder(world.target).remove(`.sharepair/pins/${run}.json`).remove('.sharepair/pins');
    expect(await pinOf()).toEqual({ state: 'whole', own: ['source', 'target'], foreign: [] });
    await world.backup();
    expect(await ids()).toContain(run);
    expect(await unpinPoint(of())).toMatchObject({ state: undefined, warnings: [] });
    expect(leaseOf('source').status).toBe('unlocked');
    await world.backup();
    expect(await ids()).not.toContain(run);
  });

  it('can be made and released while a run holds the lock of the target', async () => {
    const pinned: Promise<PinReport>[] = [];
    await world.backup({
      observe: (event) => {
        if (event.event === 'phase' && event.phase === 'mirror') pinned.push(pin());
      },
    });
    expect(await Promise.all(pinned)).toMatchObject([{ state: 'whole' }]);
  });

  it('has another reason and end when it is made again', async () => {
    await pin({ until: FUTURE });
    await pin({ reason: 'legal hold' });
    expect(await pinOf()).toMatchObject({ state: 'whole', reason: 'legal hold' });
    expect(await pinOf()).not.toHaveProperty('until', FUTURE);
  });

  it('is refused for a recovery point that is not there', async () => {
    await expect(pinPoint({ ...of(), point: 'nothing' }, RECORD)).rejects.toThrow(UnknownPointError);
    await expect(unpinPoint({ ...of(), point: 'nothing' })).rejects.toThrow(UnknownPointError);
  });

  it('leaves no lease on one half when a prune was faster', async () => {
    const stop = world.emulator.onRequest(({ operation, phase }) => {
      if (operation !== 'AcquireShareLease' || phase !== 'after') return;
      stop();
      world.source.deleteSnapshot(snapshots.source);
    });
    await expect(pin()).rejects.toThrow(UnknownPointError);
    expect(leaseOf('target').status).toBe('unlocked');
  });
});

describe('a pin that was cut off between its two leases', () => {
  beforeEach(async () => {
    world.emulator.faults.add({
      match: { operation: 'AcquireShareLease', account: 'prodacct' },
      times: 10,
      action: { kind: 'cut-before' },
    });
    await expect(pin()).rejects.toThrow('AcquireShareLease');
    world.emulator.faults.remove();
  });

  it('shows as half-done, and keeps the recovery point all the same', async () => {
    expect(await pinOf()).toEqual({ state: 'half', own: ['target'], foreign: [] });
    await world.backup();
    expect(await ids()).toContain(run);
  });

  it('is finished by the same command', async () => {
    expect(await pin()).toMatchObject({ state: 'whole' });
    expect(await pinOf()).toMatchObject({ state: 'whole', reason: 'annual audit' });
  });

  it('is undone by the opposite one', async () => {
    expect(await unpinPoint(of())).toMatchObject({ state: undefined, warnings: [] });
    expect(leaseOf('target').status).toBe('unlocked');
    expect(await pinOf()).toBeUndefined();
  });
});

describe('the release of a pin', () => {
  it('leaves the recovery point to the next prune, and can be repeated', async () => {
    await pin();
    expect(await unpinPoint(of())).toMatchObject({ state: undefined, record: { reason: 'annual audit' } });
    expect(await unpinPoint(of())).toMatchObject({ state: undefined, record: undefined, warnings: [] });
    await world.backup();
    expect(await ids()).not.toContain(run);
  });

  it('is whole when the answer to a request was lost', async () => {
    await pin();
    world.emulator.faults.add({
      match: { operation: 'ReleaseShareLease', account: 'prodacct' },
      action: { kind: 'cut-after' },
    });
    expect(await unpinPoint(of())).toMatchObject({ state: undefined, warnings: [] });
    expect([leaseOf('source').status, leaseOf('target').status]).toEqual(['unlocked', 'unlocked']);
  });

  it('is half-done when it was cut off, and is finished by the same command', async () => {
    await pin();
    world.emulator.faults.add({
      match: { operation: 'ReleaseShareLease', account: 'dracct' },
      times: 10,
      action: { kind: 'cut-before' },
    });
    await expect(unpinPoint(of())).rejects.toThrow('ReleaseShareLease');
    world.emulator.faults.remove();
    expect(await pinOf()).toMatchObject({ state: 'half', own: ['target'] });
    await unpinPoint(of());
    expect(await pinOf()).toBeUndefined();
  });
});

describe('a pin whose end has come', () => {
  it('is released by the next prune, which then goes by the policy', async () => {
    await pin({ until: PAST });
    const second = await world.backup();
    expect(second).toMatchObject({ outcome: 'complete', pruned: [run] });
    expect(await ids()).toEqual([second.run]);
    expect(world.source.snapshotIds()).toHaveLength(1);
    expect(new ShareBuilder(world.target).exists(`.sharepair/pins/${run}.json`)).toBe(false);
  });

  it('is told by a dry run, and by the list, before it is', async () => {
    await pin({ until: PAST });
    const [listed] = (await world.points()).points;
    expect(listed).toMatchObject({ kept: true, pin: { until: PAST, state: 'whole' } });
    expect(listed?.reasons.map(({ rule }) => rule)).not.toContain('pinned');
    expect(await prune(true)).toMatchObject({ unpin: [{ id: run, until: PAST, reason: 'annual audit' }] });
    expect(leaseOf('target').status).toBe('locked');
    expect(await prune()).toMatchObject({ unpin: [{ id: run }] });
    expect([leaseOf('source').status, leaseOf('target').status]).toEqual(['unlocked', 'unlocked']);
    expect(await ids()).toEqual([run]);
  });

  it('stays when it was given another end while the prune was deciding', async () => {
    await world.backup({ configuration: keeping(5) });
    await pin({ until: PAST });
    const path = `.sharepair/pins/${run}.json`;
    const stop = world.emulator.onRequest((request) => {
      if (request.operation !== 'GetFile' || request.path !== path || request.phase !== 'after') return;
      stop();
      new ShareBuilder(world.target).file(path, JSON.stringify({ ...RECORD, until: FUTURE }));
    });
    const report = await prune();
    expect(report).toMatchObject({ unpin: [], drop: [] });
    expect(report.keep.map(({ id }) => id)).toContain(run);
    expect(await ids()).toContain(run);
    expect(await pinOf()).toMatchObject({ state: 'whole', until: FUTURE });
  });

  it.each(['GetFile', 'ReleaseShareLease'])(
    'stays when it is made anew in a prune that is ending it: %s',
    async (moment) => {
      await world.backup({ configuration: keeping(5) });
      await pin({ until: PAST });
      const record = `.sharepair/pins/${run}.json`;
      const anew: Promise<unknown>[] = [];
      let looks = 0;
      const stop = world.emulator.onRequest(async ({ operation, path, phase }) => {
        if (phase !== 'after' || operation !== moment || (operation === 'GetFile' && path !== record)) return;
        looks += 1;
        // The first look of a prune decides, the second one is just before the release.
        if (operation === 'GetFile' && looks < 2) return;
        stop();
        const pinned = pin({ until: FUTURE });
        anew.push(pinned);
        await pinned;
      });
      await prune();
      expect(await Promise.all(anew)).toMatchObject([{ state: 'whole' }]);
      expect(await ids()).toContain(run);
      expect(await pinOf()).toMatchObject({ state: 'whole' });
      expect([leaseOf('source').status, leaseOf('target').status]).toEqual(['locked', 'locked']);
    },
  );

  it('stays when it is made anew and a prune has released it before that was written down', async () => {
    await world.backup({ configuration: keeping(5) });
    await pin({ until: PAST });
    const record = `.sharepair/pins/${run}.json`;
    const leased = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    let anew: Promise<unknown> | undefined;
    let acquired = 0;
    let looks = 0;
    const stop = world.emulator.onRequest(async ({ operation, path, phase }) => {
      if (operation === 'AcquireShareLease' && phase === 'after') {
        acquired += 1;
        if (acquired === 2) leased.resolve();
      }
      if (operation === 'GetFile' && path === record && phase === 'after') {
        looks += 1;
        if (looks === 2) {
          anew = pin({ until: FUTURE });
          await leased.promise;
        }
      }
      if (operation === 'DeleteFile' && path === record && phase === 'after') released.resolve();
      if (operation === 'CreateFile' && path.startsWith(record) && phase === 'before') await released.promise;
      if (operation === 'DeleteShare' && phase === 'before') await anew;
    });
    await prune();
    stop();
    expect(await anew).toMatchObject({ state: 'whole' });
    expect(await ids()).toContain(run);
    expect(await pinOf()).toMatchObject({ state: 'whole', until: FUTURE });
  });

  it('stays while the clock of the target says that its end has not come', async () => {
    const until = new Date(Date.now() + 5 * 60_000).toISOString();
    await pin({ until });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10 * 60_000 });
    world.emulator.state.clock.advance(-10 * 60_000);
    await prune();
    expect([leaseOf('source').status, leaseOf('target').status]).toEqual(['locked', 'locked']);
    expect(await pinOf()).toMatchObject({ state: 'whole', until });
    world.emulator.state.clock.advance(10 * 60_000);
    await prune();
    expect(await pinOf()).toBeUndefined();
    vi.useRealTimers();
  });

  it('stays until its leases can be released', async () => {
    await pin({ until: PAST });
    world.emulator.faults.add({
      match: { operation: 'ReleaseShareLease', account: 'prodacct' },
      times: 10,
      action: { kind: 'status', status: 403, code: 'AuthorizationPermissionMismatch' },
    });
    expect(await world.backup()).toMatchObject({ outcome: 'complete', pruned: [] });
    expect(await ids()).toContain(run);
  });
});

describe('a pin of a recovery point that has lost a half', () => {
  it.each(['source', 'target'] as const)('can be released still: %s', async (lost) => {
    const left = lost === 'source' ? 'target' : 'source';
    await pin();
    world[lost].lease({ action: 'break', breakPeriod: 0 }, snapshots[lost]);
    world[lost].deleteSnapshot(snapshots[lost]);
    expect((await world.points()).unpaired).toMatchObject([{ role: left, run, leased: true, kept: true }]);
    expect(await unpinPoint(of())).toMatchObject({ state: undefined, warnings: [] });
    expect(leaseOf(left).status).toBe('unlocked');
    expect(new ShareBuilder(world.target).exists(`.sharepair/pins/${run}.json`)).toBe(false);
  });

  it('is told to be somebody else’s where it is', async () => {
    leaseByOther('target');
    world.source.deleteSnapshot(snapshots.source);
    expect(await unpinPoint(of())).toMatchObject({ state: 'foreign', foreign: ['target'] });
    expect(leaseOf('target').status).toBe('locked');
  });
});

describe('a lease of somebody else’s', () => {
  it('is told apart from a pin, and keeps the recovery point', async () => {
    leaseByOther('target');
    expect(await pinOf()).toEqual({ state: 'foreign', own: [], foreign: ['target'] });
    await world.backup();
    expect(await ids()).toContain(run);
  });

  it('is never touched: not by a pin, not by its release, not when the end of a pin has come', async () => {
    leaseByOther('source');
    const half = await pin({ until: PAST });
    expect(half).toMatchObject({ state: 'half', foreign: ['source'], warnings: [expect.any(String)] });
    expect(await pinOf()).toMatchObject({ state: 'half', own: ['target'], foreign: ['source'] });
    await world.backup();
    expect(await ids()).toContain(run);
    expect(await unpinPoint(of())).toMatchObject({ state: 'foreign', foreign: ['source'] });
    expect(leaseOf('source')).toMatchObject({ status: 'locked', duration: 'infinite' });
    expect(leaseOf('target').status).toBe('unlocked');
  });

  it('is told when it has taken the place of the pin while that was being written down', async () => {
    const stop = world.emulator.onRequest(({ operation, path, phase }) => {
      if (operation !== 'CreateFile' || phase !== 'before' || !path.startsWith('.sharepair/pins/')) return;
      stop();
      world.target.lease({ action: 'break', breakPeriod: 0 }, snapshots.target);
      leaseByOther('target');
    });
    expect(await pin()).toMatchObject({
      state: 'half',
      foreign: ['target'],
      warnings: [expect.stringContaining('target snapshot')],
    });
  });

  it('on both snapshots leaves nothing to pin', async () => {
    leaseByOther('source');
    leaseByOther('target');
    await expect(pin()).rejects.toThrow(LeasedByOthersError);
  });

  it('under an id that happens to be written down as ours counts by the id alone', async () => {
    leaseByOther('target', pinLeaseId('another run'));
    expect(await pinOf()).toMatchObject({ state: 'foreign' });
  });
});

function keeping(last: number) {
  const job = world.configuration.jobs[JOB];
  if (job === undefined) throw new Error('no job');
  return { ...world.configuration, jobs: { [JOB]: { ...job, retention: { last } } } };
}
