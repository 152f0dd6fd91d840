import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planPrune, prune } from '../../../lib/snapshots/prune.ts';
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

const known = (points: readonly RecoveryPoint[], rest: Partial<Catalogue> = {}): Catalogue => ({
  points,
  unpaired: [],
  foreign: [],
  ...rest,
});

describe('planPrune', () => {
  it('drops what the policy no longer keeps, and says why', () => {
    const { drop } = planPrune(known([point(1), point(2), point(3)]), { last: 2 }, undefined, NOW);
    expect(drop.map(({ id }) => id)).toEqual([point(1).id]);
    expect(drop[0]?.reason).toMatch(/\w+/);
  });

  it('spares the run in progress', () => {
    const { drop } = planPrune(known([point(1), point(2)]), { last: 1 }, point(1).id, NOW);
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
        const { drop } = planPrune(known(all), { last }, undefined, NOW);
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

  it('removes source snapshots that a later recovery point has superseded, and no others', () => {
    const lone = { role: 'source' as const, job: 'finance', leased: false };
    const plan = planPrune(
      known([point(10)], {
        unpaired: [
          { ...lone, run: '20261109T053000Z-0000', snapshot: '2026-11-09T05:30:01.0000000Z' },
          { ...lone, run: '20261109T063000Z-0000', snapshot: '2026-11-09T06:30:01.0000000Z', leased: true },
          { ...lone, run: '20261111T053000Z-0000', snapshot: '2026-11-11T05:30:01.0000000Z' },
          { ...lone, role: 'target', run: '20261108T053000Z-0000', snapshot: '2026-11-08T05:30:01.0000000Z' },
        ],
      }),
      { last: 5 },
      undefined,
      NOW,
    );
    expect(plan.superseded.map(({ snapshot }) => snapshot)).toEqual(['2026-11-09T05:30:01.0000000Z']);
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
    const plan = planPrune(known([point(1), point(2)]), { last: 1 }, undefined, NOW);
    await prune(plan, store('source'), store('target'));
    expect(deleted).toEqual([point(1).targetSnapshot, point(1).sourceSnapshot]);
  });
});
