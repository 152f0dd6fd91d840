import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RetentionPolicy } from '../../../../lib/jobs/configuration.ts';
import { type RetainablePoint, retain } from '../../../../lib/snapshots/retain.ts';
import { modelKeeps, slowPeriod } from './slow-model.ts';
import { NOW, sevenDigits, someContext, somePoints, somePolicy, TIME_ZONES } from './some-points.ts';

const ids = (decisions: readonly { readonly id: string }[]) => decisions.map(({ id }) => id);
const COUNTS = ['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;

describe('retain, for any points, policy and time zone', () => {
  it('decides as the slow model does, each once and with a reason', () => {
    fc.assert(
      fc.property(somePoints, somePolicy, someContext, (points, policy, context) => {
        const { keep, drop } = retain(points, policy, context);
        expect(ids(keep).sort()).toEqual([...modelKeeps(points, policy, context)].sort());
        expect([...ids(keep), ...ids(drop)].sort()).toEqual(ids(points).sort());
        for (const { reasons } of [...keep, ...drop]) expect(reasons.length).toBeGreaterThan(0);
      }),
      { numRuns: 400 },
    );
  });

  it('never drops the newest complete one, the newest proven one, or a pinned one', () => {
    fc.assert(
      fc.property(somePoints, somePolicy, someContext, (points, policy, context) => {
        const dropped = new Set(ids(retain(points, policy, context).drop));
        const inOrder = points.toSorted((one, other) => (one.time < other.time ? -1 : 1));
        const newestTime = inOrder.findLast(({ level }) => level !== 'differs')?.time;
        const provenTime = inOrder.findLast(({ level }) => level.endsWith('verified'))?.time;
        const kept = points.filter(({ id }) => !dropped.has(id));
        if (newestTime !== undefined) {
          expect(kept.some(({ time, level }) => time === newestTime && level !== 'differs')).toBe(true);
        }
        if (provenTime !== undefined) {
          expect(kept.some(({ time, level }) => time === provenTime && level.endsWith('verified'))).toBe(
            true,
          );
        }
        expect(points.filter(({ id, pinned }) => pinned && dropped.has(id))).toEqual([]);
      }),
    );
  });

  it('keeps no more complete ones than the rules together, with the newest and the newest proven one', () => {
    fc.assert(
      fc.property(somePoints, somePolicy, someContext, (points, { within, ...policy }, context) => {
        fc.pre(Object.values(policy).some((value) => value !== undefined));
        const ofPolicy = points.filter(
          ({ id, time, level, pinned }) =>
            !pinned && level !== 'differs' && id !== context.runInProgress && time <= NOW.toISOString(),
        );
        const kept = new Set(ids(retain(ofPolicy, policy, context).keep));
        const sum = COUNTS.reduce((total, rule) => total + (policy[rule] ?? 0), 0);
        expect(kept.size).toBeLessThanOrEqual(Math.max(sum + 2, policy.minimum ?? 0));
        const proven = ofPolicy.filter(({ level }) => level !== 'copied');
        const keptOfProven = retain(proven, policy, context).keep.length;
        expect(keptOfProven).toBeLessThanOrEqual(Math.max(sum, policy.minimum ?? 1, 1));
      }),
    );
  });

  it('keeps at least the minimum of the complete ones without a pin, as far as there are so many', () => {
    fc.assert(
      fc.property(somePoints, somePolicy, someContext, (points, policy, context) => {
        const counted = points.filter(({ level, pinned }) => level !== 'differs' && !pinned);
        const dropped = new Set(ids(retain(points, policy, context).drop));
        const kept = counted.filter(({ id }) => !dropped.has(id)).length;
        expect(kept).toBeGreaterThanOrEqual(Math.min(policy.minimum ?? 0, counted.length));
      }),
    );
  });

  it('does not depend on the order of the points', () => {
    const shuffled = somePoints.chain((points) =>
      fc.tuple(fc.constant(points), fc.shuffledSubarray([...points], { minLength: points.length })),
    );
    fc.assert(
      fc.property(shuffled, somePolicy, someContext, ([points, others], policy, context) => {
        expect(retain(others, policy, context)).toEqual(retain(points, policy, context));
      }),
    );
  });

  it('drops nothing more when asked again', () => {
    fc.assert(
      fc.property(somePoints, somePolicy, someContext, (points, policy, context) => {
        const dropped = new Set(ids(retain(points, policy, context).drop));
        const kept = points.filter(({ id }) => !dropped.has(id));
        expect(retain(kept, policy, context).drop).toEqual([]);
      }),
    );
  });

  it('keeps all that it kept when a rule has more places', () => {
    fc.assert(
      fc.property(
        somePoints,
        somePolicy,
        someContext,
        fc.constantFrom(...COUNTS),
        (points, { minimum, ...policy }, context, rule) => {
          fc.pre(Object.values(policy).some((value) => value !== undefined));
          const dropped = new Set(ids(retain(points, policy, context).drop));
          const more: RetentionPolicy = { ...policy, [rule]: (policy[rule] ?? 0) + 1 };
          expect(ids(retain(points, more, context).drop).filter((id) => !dropped.has(id))).toEqual([]);
        },
      ),
    );
  });

  it('decides on the others as if those that differ and those that are pinned were not there', () => {
    fc.assert(
      fc.property(somePoints, somePolicy, someContext, (points, { within, ...policy }, context) => {
        fc.pre(Object.values(policy).some((value) => value !== undefined));
        const places = points.filter(({ level, pinned }) => level !== 'differs' && !pinned);
        const others = points.filter((point) => !places.includes(point));
        const alone = retain(places, policy, context);
        const together = new Set(ids(retain([...places, ...others], policy, context).keep));
        // With newer ones beside it, one may lose the standing of the newest, but no place.
        const byRule = alone.keep.filter(({ reasons }) =>
          reasons.some(({ rule }) => rule !== 'newest-complete' && rule !== 'base' && rule !== 'minimum'),
        );
        expect(ids(byRule).filter((id) => !together.has(id))).toEqual([]);
      }),
    );
  });
});

describe('a prune after every run', () => {
  const someRuns = fc.record({
    begin: fc.constantFrom('2026-03-01T00:10:00Z', '2026-09-25T00:10:00Z', '2026-12-20T00:10:00Z'),
    hours: fc.constantFrom(1, 4, 7, 24, 31),
    timeZone: fc.constantFrom(...TIME_ZONES),
  });

  it('leaves what a single one at the end would leave', () => {
    fc.assert(
      fc.property(someRuns, somePolicy, ({ begin, hours, timeZone }, { minimum, ...policy }) => {
        fc.pre(Object.values(policy).some((value) => value !== undefined));
        const all = Array.from({ length: 120 }, (_, index): RetainablePoint => {
          const time = sevenDigits(Date.parse(begin) + index * hours * 3_600_000, index);
          return { id: `${index}`, time, sourceTime: time, level: 'listing-verified', pinned: false };
        });
        let left: readonly RetainablePoint[] = [];
        for (const point of all) {
          const dropped = new Set(ids(retain([...left, point], policy, { timeZone, now: NOW }).drop));
          left = [...left, point].filter(({ id }) => !dropped.has(id));
        }
        expect(ids(left)).toEqual(ids(retain(all, policy, { timeZone, now: NOW }).keep));
      }),
      { numRuns: 40 },
    );
  });
});

it('the slow model knows week 53', () => {
  expect(slowPeriod('weekly', '2027-01-03T22:59:59.0000000Z', 'Europe/Berlin')).toBe('2026-W53');
});
