import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PruneOptions, planPrune, prune } from '../../../lib/snapshots/prune.ts';
import type { Catalogue, RecoveryPoint } from '../../../lib/snapshots/recovery-points.ts';
import type { SnapshotStore } from '../../../lib/snapshots/snapshot-store.ts';

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
  };
}

const plan = (from: Catalogue, options: Partial<PruneOptions>) =>
  planPrune(from, {
    policy: { last: 1 },
    runInProgress: undefined,
    levelOf: () => 'listing-verified',
    abandoned: new Set(),
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
    expect(drop[0]?.reason).toMatch(/\w+/);
  });

  it('spares the run in progress', () => {
    const { drop } = plan(known([point(1), point(2)]), { policy: { last: 1 }, runInProgress: point(1).id });
    expect(drop).toEqual([]);
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

  it('removes source snapshots of runs known to have no recovery point, and no others', () => {
    const lone = { role: 'source' as const, job: 'finance', leased: false };
    const { superseded } = plan(
      known([point(10)], {
        unpaired: [
          { ...lone, run: 'failed', snapshot: '2026-11-09T05:30:01.0000000Z' },
          { ...lone, run: 'failed but leased', snapshot: '2026-11-09T06:30:01.0000000Z', leased: true },
          { ...lone, run: 'of a target that somebody deleted', snapshot: '2026-11-08T05:30:01.0000000Z' },
          { ...lone, role: 'target', run: 'failed', snapshot: '2026-11-08T06:30:01.0000000Z' },
        ],
      }),
      { abandoned: new Set(['failed', 'failed but leased']) },
    );
    expect(superseded.map(({ snapshot }) => snapshot)).toEqual(['2026-11-09T05:30:01.0000000Z']);
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
  it('deletes the target snapshot of a pair before the source snapshot', async () => {
    const deleted: string[] = [];
    const store = (share: string): SnapshotStore => ({
      share,
      properties: async () => undefined,
      createShare: async () => undefined,
      list: async () => [],
      create: async () => '',
      delete: async (id) => {
        deleted.push(id);
      },
    });
    await prune(plan(known([point(1), point(2)]), {}), store('source'), store('target'));
    expect(deleted).toEqual([point(1).targetSnapshot, point(1).sourceSnapshot]);
  });
});
