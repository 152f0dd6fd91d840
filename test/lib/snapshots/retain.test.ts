import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RetainablePoint, retain } from '../../../lib/snapshots/retain.ts';

const now = new Date('2026-11-21T12:00:00Z');

function point(day: number, flags: Partial<RetainablePoint> = {}): RetainablePoint {
  const time = `2026-11-${String(day).padStart(2, '0')}T05:30:00.0000000Z`;
  return { id: `day-${day}`, time, pinned: false, complete: true, ...flags };
}

const ids = (decisions: readonly { readonly id: string }[]) => decisions.map(({ id }) => id);

describe('retain', () => {
  it('keeps the newest complete ones and drops the older, oldest first', () => {
    const { keep, drop } = retain([point(3), point(1), point(4), point(2)], { last: 2 }, now);
    expect(ids(keep)).toEqual(['day-3', 'day-4']);
    expect(ids(drop)).toEqual(['day-1', 'day-2']);
  });

  it('keeps pinned ones besides', () => {
    const points = [point(1, { pinned: true }), point(2), point(3), point(4, { pinned: true }), point(5)];
    const { keep, drop } = retain(points, { last: 2 }, now);
    expect(ids(keep)).toEqual(['day-1', 'day-3', 'day-4', 'day-5']);
    expect(ids(drop)).toEqual(['day-2']);
  });

  it('does not count incomplete ones, and drops those that a complete one has superseded', () => {
    const points = [point(1), point(2, { complete: false }), point(3), point(4, { complete: false })];
    const { keep, drop } = retain(points, { last: 1 }, now);
    expect(ids(keep)).toEqual(['day-3', 'day-4']);
    expect(ids(drop)).toEqual(['day-1', 'day-2']);
  });

  it('keeps everything while nothing is complete', () => {
    const points = [point(1, { complete: false }), point(2, { complete: false })];
    expect(retain(points, { last: 1 }, now).drop).toEqual([]);
  });

  it('keeps what is dated in the future', () => {
    const points = [point(1), point(22, { complete: false }), point(23), point(24)];
    expect(ids(retain(points, { last: 1 }, now).drop)).toEqual(['day-1']);
  });

  it('tells the last of seven digits apart, and times with fewer digits', () => {
    const times = ['00Z', '00.0000001Z', '00.1Z', '00.1000001Z', '01Z'];
    const points = times.map((time, index) =>
      point(1, { id: `point-${index}`, time: `2026-11-21T05:30:${time}` }),
    );
    const { keep } = retain(points, { last: 4 }, now);
    expect(ids(keep)).toEqual(['point-1', 'point-2', 'point-3', 'point-4']);
  });

  it('ranks equal times by id, however many digits they are written with', () => {
    const points = [
      point(1, { id: 'a', time: '2026-11-21T05:30:00.1000000Z' }),
      point(1, { id: 'b', time: '2026-11-21T05:30:00.1Z' }),
      point(1, { id: 'c', time: '2026-11-21T05:30:00.10Z' }),
    ];
    expect(ids(retain(points, { last: 2 }, now).keep)).toEqual(['b', 'c']);
  });

  it('says why in sentences', () => {
    const points = [
      point(1, { pinned: true }),
      point(2, { complete: false }),
      point(3),
      point(4),
      point(5),
      point(6, { complete: false }),
    ];
    const { keep, drop } = retain(points, { last: 2 }, now);
    expect(keep.map(({ reason }) => reason)).toEqual([
      'It is pinned.',
      'It is one of the 2 newest complete recovery points that are not pinned.',
      'It is the newest complete recovery point.',
      'It is newer than every complete recovery point.',
    ]);
    expect(drop.map(({ reason }) => reason)).toEqual([
      'Its run did not complete, and a later one did.',
      'The 2 newest complete recovery points that are not pinned are all newer.',
    ]);
  });

  it.each([
    ['a time that cannot be read', [point(1, { time: 'yesterday' })], 1],
    ['a time that is not in UTC', [point(1, { time: '2026-11-21T05:30:00+01:00' })], 1],
    ['an id that occurs twice', [point(1), point(1)], 1],
    ['a policy of none', [point(1)], 0],
    ['a policy that is no number', [point(1)], Number.NaN],
  ])('refuses to decide on %s', (_name, points, last) => {
    expect(() => retain(points, { last }, now)).toThrow(RangeError);
  });
});

const somePoints = fc
  .array(
    fc.record({
      // Few instants, so that equal times occur; the last few lie after now.
      time: fc.integer({ min: 1, max: 25 }).map((day) => point(day).time),
      pinned: fc.boolean(),
      complete: fc.boolean(),
    }),
    { maxLength: 20 },
  )
  .map((points) => points.map((each, index) => ({ ...each, id: `point-${index}` })));

const somePolicy = fc.record({ last: fc.integer({ min: 1, max: 6 }) });

/** Each rule word for word, one point at a time; all times have the same number of digits here. */
function modelKeeps(points: readonly RetainablePoint[], last: number, candidate: RetainablePoint): boolean {
  const isNewer = (one: RetainablePoint, other: RetainablePoint) =>
    one.time > other.time || (one.time === other.time && one.id > other.id);
  const newerComplete = points.filter((other) => other.complete && isNewer(other, candidate));
  if (candidate.pinned) return true;
  if (candidate.time > '2026-11-21T12:00:00.0000000Z') return true;
  if (newerComplete.length === 0) return true;
  return candidate.complete && newerComplete.filter((other) => !other.pinned).length < last;
}

describe('retain, for any points', () => {
  it('decides each as the rules say, and each once', () => {
    fc.assert(
      fc.property(somePoints, somePolicy, (points, policy) => {
        const { keep, drop } = retain(points, policy, now);
        const kept = points.filter((each) => modelKeeps(points, policy.last, each)).map(({ id }) => id);
        expect(ids(keep).sort()).toEqual(kept.sort());
        expect([...ids(keep), ...ids(drop)].sort()).toEqual(ids(points).sort());
      }),
    );
  });

  it('does not depend on their order', () => {
    const shuffled = somePoints.chain((points) =>
      fc.tuple(fc.constant(points), fc.shuffledSubarray(points, { minLength: points.length })),
    );
    fc.assert(
      fc.property(shuffled, somePolicy, ([points, others], policy) => {
        expect(retain(others, policy, now)).toEqual(retain(points, policy, now));
      }),
    );
  });

  it('drops nothing more when asked again', () => {
    fc.assert(
      fc.property(somePoints, somePolicy, (points, policy) => {
        const kept = new Set(ids(retain(points, policy, now).keep));
        const again = retain(
          points.filter(({ id }) => kept.has(id)),
          policy,
          now,
        );
        expect(again.drop).toEqual([]);
      }),
    );
  });

  it('keeps the newest complete one', () => {
    fc.assert(
      fc.property(somePoints, somePolicy, (points, policy) => {
        const times = points.filter(({ complete }) => complete).map(({ time }) => time);
        const newest = times.sort().at(-1);
        const kept = new Set(ids(retain(points, policy, now).keep));
        const keptTimes = points
          .filter(({ id, complete }) => complete && kept.has(id))
          .map(({ time }) => time);
        expect(keptTimes.sort().at(-1)).toBe(newest);
      }),
    );
  });
});
