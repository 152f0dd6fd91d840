import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideOrphans, GRACE_DAYS, type OrphanOptions } from '../../../lib/snapshots/orphans.ts';
import type { Catalogue, RecoveryPoint, UnpairedSnapshot } from '../../../lib/snapshots/recovery-points.ts';
import { retainPoints } from '../../../lib/snapshots/retain-points.ts';

const DAY_MS = 86_400_000;
const NOW = new Date('2026-12-31T12:00:00Z');

/** The id of a snapshot so many days before now. */
function daysAgo(days: number, tick = 0): string {
  const time = new Date(NOW.getTime() - days * DAY_MS).toISOString();
  return time.replace('Z', `${String(tick).padStart(4, '0')}Z`);
}

function point(days: number, pinned = false): RecoveryPoint {
  return {
    id: `point-${days}`,
    job: 'finance',
    time: daysAgo(days),
    sourceSnapshot: daysAgo(days),
    targetSnapshot: daysAgo(days, 1),
    entries: 1,
    bytes: 1,
    pinned,
    leased: pinned ? ['target'] : [],
  };
}

function orphan(days: number, rest: Partial<UnpairedSnapshot> = {}): UnpairedSnapshot {
  return {
    role: 'target',
    job: 'finance',
    run: `run-${days}`,
    snapshot: daysAgo(days, 2),
    leased: false,
    twin: false,
    partner: undefined,
    ...rest,
  };
}

function decide(
  points: readonly RecoveryPoint[],
  unpaired: readonly UnpairedSnapshot[],
  options: Partial<OrphanOptions> = {},
) {
  const known: Catalogue = { points, unpaired, foreign: [] };
  return decideOrphans(known, {
    policy: { last: 1 },
    timeZone: 'UTC',
    levelOf: () => 'listing-verified',
    abandoned: new Set(),
    now: NOW,
    ...options,
  });
}

describe('a snapshot without its other half', () => {
  it.each<[string, UnpairedSnapshot, Partial<OrphanOptions>, string]>([
    ['is leased', orphan(100, { leased: true }), {}, 'pinned'],
    ['is of the run in progress', orphan(100), { runInProgress: 'run-100' }, 'in-progress'],
    ['is young', orphan(GRACE_DAYS - 0.01), {}, 'grace'],
    ['is a young twin', orphan(1, { twin: true }), {}, 'grace'],
    ['would be kept by the policy', orphan(100), { policy: { last: 2 } }, 'last'],
    [
      'is a source snapshot that would be',
      orphan(100, { role: 'source' }),
      { policy: { yearly: 1, last: 2 } },
      'last',
    ],
  ])('stays when it %s', (_, lone, options, rule) => {
    expect(decide([point(0)], [lone], options)).toMatchObject([{ kept: true, reasons: [{ rule }] }]);
  });

  it('stays while no complete recovery point is newer', () => {
    const lone = orphan(50);
    expect(decide([], [lone])).toMatchObject([{ kept: true, reasons: [{ rule: 'none-newer' }] }]);
    const older = decide([point(60)], [lone]);
    expect(older).toMatchObject([{ kept: true, reasons: [{ rule: 'none-newer' }] }]);
    const bad = decide([point(0)], [lone], { levelOf: (run) => (run === 'point-0' ? 'differs' : 'copied') });
    expect(bad).toMatchObject([{ kept: true }]);
  });

  it.each<[string, UnpairedSnapshot, Partial<OrphanOptions>, string]>([
    ['no rule keeps it after its grace', orphan(GRACE_DAYS + 0.01), {}, 'none'],
    ['it is an old twin', orphan(8, { twin: true }), { policy: { last: 100 } }, 'twin'],
    [
      'its run failed, at once',
      orphan(0.1, { role: 'source' }),
      { abandoned: new Set(['run-0.1']) },
      'abandoned',
    ],
  ])('goes when %s', (_, lone, options, rule) => {
    expect(decide([point(0)], [lone], options)).toMatchObject([{ kept: false, reasons: [{ rule }] }]);
  });

  it('counts for the day of the source snapshot that it equals', () => {
    const lone = orphan(10, { partner: '2026-11-30T23:59:59.0000000Z' });
    const points = [point(0), point(5)];
    expect(decide(points, [lone], { policy: { monthly: 2 } })).toMatchObject([{ kept: true }]);
    expect(decide(points, [orphan(10)], { policy: { monthly: 2 } })).toMatchObject([{ kept: false }]);
  });

  it('stays as long as its recovery point would have, when a source share is lost with all its snapshots', () => {
    const history = [...Array(60).keys()].map((days) => orphan(days + 1));
    const policy = { last: 3, daily: 10, monthly: 3 };
    const decided = decide([point(0)], history, { policy });
    const whole = [point(0), ...[...Array(60).keys()].map((days) => point(days + 1))];
    const options = { policy, timeZone: 'UTC', levelOf: () => 'listing-verified' as const, now: NOW };
    const wouldBeKept = new Set(
      retainPoints(whole, options).keep.map(({ id }) => id.replace('point', 'run')),
    );
    for (const { run, kept, reasons } of decided) {
      expect([run, kept]).toEqual([run, wouldBeKept.has(run) || reasons[0]?.rule === 'grace']);
    }
    expect(decided.filter(({ kept }) => !kept).length).toBeGreaterThan(30);
  });

  const orphans = fc.array(
    fc.record({
      days: fc.integer({ min: 0, max: 400 }),
      role: fc.constantFrom<'source' | 'target'>('source', 'target'),
      leased: fc.boolean(),
      twin: fc.boolean(),
    }),
    { maxLength: 12 },
  );

  it('never goes when it is leased, of the run in progress, or young and of no run that failed', () => {
    fc.assert(
      fc.property(
        orphans,
        fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { maxLength: 8 }),
        fc.integer({ min: 1, max: 4 }),
        (made, pointDays, last) => {
          const lone = made.map(({ days, ...rest }, index) =>
            orphan(days, { ...rest, run: `run-${index}`, snapshot: daysAgo(days, 10 + index) }),
          );
          const abandoned = new Set(['run-0', 'run-1']);
          const decided = decide(
            pointDays.map((days) => point(days)),
            lone,
            {
              policy: { last },
              abandoned,
              runInProgress: 'run-1',
            },
          );
          expect(decided.map(({ snapshot }) => snapshot)).toEqual(lone.map(({ snapshot }) => snapshot));
          for (const { kept, leased, run, role, snapshot, twin } of decided) {
            if (leased || run === 'run-1') expect(kept).toBe(true);
            const isYoung = snapshot > daysAgo(GRACE_DAYS, 9999);
            const hasFailed = role === 'source' && !twin && abandoned.has(run);
            if (isYoung && !hasFailed) expect(kept).toBe(true);
          }
        },
      ),
    );
  });
});
