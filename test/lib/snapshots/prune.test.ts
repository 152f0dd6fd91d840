import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RequestFailedError } from '../../../lib/azure/errors.ts';
import { type PruneOptions, planPrune, prune } from '../../../lib/snapshots/prune.ts';
import type { Catalogue, RecoveryPoint } from '../../../lib/snapshots/recovery-points.ts';
import type { SnapshotStore } from '../../../lib/snapshots/snapshot-store.ts';
import { MemorySnapshotStore } from '../../support/memory-snapshot-store.ts';

const NOW = new Date('2026-12-31T00:00:00Z');

function point(day: number, pinned = false): RecoveryPoint {
  const two = String(day).padStart(2, '0');
  return {
    id: `202611${two}T053000Z-0000`,
    job: 'finance',
    time: `2026-11-${two}T05:30:00Z`,
    sourceSnapshot: `2026-11-${two}T05:30:01.1234567Z`,
    targetSnapshot: `2026-11-${two}T05:40:01.7654321Z`,
    entries: 1,
    bytes: 1,
    pinned,
    leased: pinned ? ['source', 'target'] : [],
  };
}

const plan = (from: Catalogue, options: Partial<PruneOptions>) =>
  planPrune(from, {
    policy: { last: 1 },
    timeZone: 'UTC',
    runInProgress: undefined,
    levelOf: () => 'listing-verified',
    abandoned: new Set(),
    released: new Set(),
    now: NOW,
    ...options,
  });

const known = (points: readonly RecoveryPoint[], rest: Partial<Catalogue> = {}): Catalogue => ({
  points,
  unpaired: [],
  foreign: [],
  ...rest,
});

describe('planPrune', () => {
  it('drops what the policy no longer keeps, and says why', () => {
    const { drop } = plan(known([point(1), point(2), point(3)]), {
      policy: { last: 2 },
      runInProgress: undefined,
    });
    expect(drop.map(({ id }) => id)).toEqual([point(1).id]);
    expect(drop[0]?.reasons).toEqual([{ rule: 'none', text: 'no rule keeps it' }]);
  });

  it('spares the run in progress', () => {
    const { drop } = plan(known([point(1), point(2)]), { policy: { last: 1 }, runInProgress: point(1).id });
    expect(drop).toEqual([]);
  });

  it('counts the days of the time zone, by the source snapshots', () => {
    const late = { ...point(1), sourceSnapshot: '2026-11-01T23:30:00.0000000Z' };
    const { drop } = plan(known([late, point(2)]), { policy: { daily: 2 }, timeZone: 'Europe/Berlin' });
    expect(drop.map(({ id }) => id)).toEqual([late.id]);
    expect(plan(known([late, point(2)]), { policy: { daily: 2 } }).drop).toEqual([]);
  });

  it('is not moved by a clock of this machine that lags behind', () => {
    const now = new Date('2026-10-01T00:00:00Z');
    const { keep, drop } = plan(known([point(1), point(2), point(3)]), { policy: { last: 1 }, now });
    expect(drop.map(({ id }) => id)).toEqual([point(1).id, point(2).id]);
    expect(keep[0]?.reasons.map(({ rule }) => rule)).toEqual(['newest-complete', 'base', 'last']);
  });

  it('never drops a pinned recovery point or the newest one, whatever the policy', () => {
    const points = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 28 }), fc.boolean()), {
      selector: ([day]) => day,
      maxLength: 20,
    });
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 5 }), (days, last) => {
        const all = days.map(([day, pinned]) => point(day, pinned)).sort((a, b) => (a.id < b.id ? -1 : 1));
        const { drop } = plan(known(all), { policy: { last } });
        const dropped = new Set(drop.map(({ id }) => id));
        const newest = all.at(-1);
        if (newest !== undefined) expect(dropped.has(newest.id)).toBe(false);
        for (const { id, pinned } of all) if (pinned) expect(dropped.has(id)).toBe(false);
        expect(all.filter(({ id, pinned }) => !dropped.has(id) && !pinned).length).toBeLessThanOrEqual(
          last + 1,
        );
      }),
    );
  });

  it('removes source snapshots of runs known to have no recovery point, leased ones aside', () => {
    const lone = { role: 'source' as const, job: 'finance', leased: false, twin: false, partner: undefined };
    const { superseded, spared } = plan(
      known([point(10)], {
        unpaired: [
          { ...lone, run: 'failed', snapshot: '2026-12-30T05:30:01.0000000Z' },
          { ...lone, run: 'failed but leased', snapshot: '2026-11-09T06:30:01.0000000Z', leased: true },
          { ...lone, role: 'target', run: 'failed', snapshot: '2026-12-30T06:30:01.0000000Z' },
        ],
      }),
      { abandoned: new Set(['failed', 'failed but leased']) },
    );
    expect(superseded.map(({ snapshot }) => snapshot)).toEqual(['2026-12-30T05:30:01.0000000Z']);
    expect(spared).toHaveLength(2);
  });

  it('drops what was pinned once its pin is to be released, by the policy alone', () => {
    const points = [point(1, true), point(2, true), point(3)];
    const { drop, keep } = plan(known(points), { released: new Set([point(1).id, point(3).id]) });
    expect(drop.map(({ id }) => id)).toEqual([point(1).id]);
    expect(keep.map(({ id }) => id)).toEqual([point(2).id, point(3).id]);
  });

  it('gives no place to a recovery point that differs, and spares the newest that is proven', () => {
    const levels = ['listing-verified', 'listing-verified', 'differs', 'copied'] as const;
    const points = [point(1), point(2), point(3), point(4)];
    const levelOf = (run: string) => levels[points.findIndex(({ id }) => id === run)] ?? 'copied';
    const { drop, keep } = plan(known(points), { levelOf });
    expect(drop.map(({ id }) => id)).toEqual([point(1).id, point(3).id]);
    expect(keep.map(({ id }) => id).sort()).toEqual([point(2).id, point(4).id]);
  });
});

describe('prune', () => {
  const gone = plan(known([point(1), point(2)]), {});
  const two = plan(known([point(1), point(2), point(3)]), {});

  it('deletes the target snapshot of a pair before the source snapshot', async () => {
    const deleted: string[] = [];
    expect(await prune(gone, storeThatDeletes(deleted), storeThatDeletes(deleted))).toEqual({
      points: [point(1).id],
      standing: [],
      lone: [],
      failure: undefined,
    });
    expect(deleted).toEqual([point(1).targetSnapshot, point(1).sourceSnapshot]);
  });

  it('leaves a pair alone whose target snapshot was leased in the meantime, and goes on', async () => {
    const deleted: string[] = [];
    const target = storeThatDeletes(deleted, point(1).targetSnapshot);
    const result = await prune(two, storeThatDeletes(deleted), target);
    expect(result).toMatchObject({ points: [point(2).id], standing: [point(1).id], failure: undefined });
    expect(deleted).toEqual([point(2).targetSnapshot, point(2).sourceSnapshot]);
  });

  it('goes on past a source snapshot that was leased in the meantime, which stays alone', async () => {
    const deleted: string[] = [];
    const source = storeThatDeletes(deleted, point(1).sourceSnapshot);
    const result = await prune(two, source, storeThatDeletes(deleted));
    expect(result).toMatchObject({ points: [point(1).id, point(2).id], standing: [], failure: undefined });
    expect(deleted).toEqual([point(1).targetSnapshot, point(2).targetSnapshot, point(2).sourceSnapshot]);
  });

  it('goes on past one that the service will not delete for a reason of its own, and tells it', async () => {
    const deleted: string[] = [];
    const target = storeThatDeletes(deleted, point(1).targetSnapshot, 'ResourceNotFound', 404);
    const result = await prune(two, storeThatDeletes(deleted), target);
    expect(result).toMatchObject({ points: [point(2).id], standing: [point(1).id] });
    expect(result.failure).toMatchObject({ code: 'ResourceNotFound' });
  });

  it('ends where the service refuses for a reason that holds for all', async () => {
    const deleted: string[] = [];
    const refused = storeThatDeletes(deleted, point(1).targetSnapshot, 'AuthorizationFailure', 403);
    const result = await prune(two, refused, refused);
    expect(result).toMatchObject({ points: [], standing: [point(1).id, point(2).id] });
    expect(result.failure).toMatchObject({ code: 'AuthorizationFailure' });
    expect(deleted).toEqual([]);
  });

  it('does not claim that one stands whose deletion got no answer', async () => {
    const target = storeThatDeletes([], point(1).targetSnapshot, 'ECONNRESET', 0);
    expect(await prune(two, storeThatDeletes([]), target)).toMatchObject({
      points: [],
      standing: [point(2).id],
    });
  });

  it.each([
    ['ListShares', 429],
    ['ArmListShares', 429],
    ['DeleteShare', 408],
  ] as const)(
    'does not claim that one stands because of an answer that does not say so: %s, %i',
    async (operation, status) => {
      const target = new MemorySnapshotStore();
      target.delete = async () => {
        throw new RequestFailedError({ operation, account: 'a', status, code: 'TooManyRequests' });
      };
      const { standing } = await prune(two, storeThatDeletes([]), target);
      expect(standing).toEqual([point(2).id]);
    },
  );

  it('lets no more go than it is told, and another in place of one that is leased', async () => {
    const deleted: string[] = [];
    const target = storeThatDeletes(deleted, point(1).targetSnapshot);
    const three = plan(known([point(1), point(2), point(3), point(4)]), {});
    const result = await prune(three, storeThatDeletes(deleted), target, 1);
    expect(result).toMatchObject({ points: [point(2).id], standing: [point(1).id, point(3).id] });
  });
});

function storeThatDeletes(
  deleted: string[],
  refused?: string,
  code = 'LeaseIdMissing',
  status = 412,
): SnapshotStore {
  const store = new MemorySnapshotStore();
  store.delete = async (id) => {
    if (id === refused) {
      throw new RequestFailedError({ operation: 'DeleteShare', account: 'a', status, code });
    }
    deleted.push(id);
  };
  return store;
}
