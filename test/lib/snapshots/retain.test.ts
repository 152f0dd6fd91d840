import { describe, expect, it } from 'vitest';
import type { RetentionPolicy } from '../../../lib/jobs/configuration.ts';
import { type RetainablePoint, type RetentionContext, retain } from '../../../lib/snapshots/retain.ts';

const context: RetentionContext = { timeZone: 'Europe/Berlin', now: new Date('2026-11-21T12:00:00Z') };

function point(day: number, flags: Partial<RetainablePoint> = {}): RetainablePoint {
  const time = `2026-11-${String(day).padStart(2, '0')}T05:30:00.0000000Z`;
  return { id: `day-${day}`, time, sourceTime: time, level: 'listing-verified', pinned: false, ...flags };
}

const ids = (decisions: readonly { readonly id: string }[]) => decisions.map(({ id }) => id);

describe('retain', () => {
  it('keeps the newest complete ones and drops the older, oldest first', () => {
    const { keep, drop } = retain([point(3), point(1), point(4), point(2)], { last: 2 }, context);
    expect(ids(keep)).toEqual(['day-3', 'day-4']);
    expect(ids(drop)).toEqual(['day-1', 'day-2']);
  });

  it('keeps pinned ones besides', () => {
    const points = [point(1, { pinned: true }), point(2), point(3), point(4, { pinned: true }), point(5)];
    const { keep, drop } = retain(points, { last: 2 }, context);
    expect(ids(keep)).toEqual(['day-1', 'day-3', 'day-4', 'day-5']);
    expect(ids(drop)).toEqual(['day-2']);
  });

  it('does not count those that differ, and drops those that a complete one has superseded', () => {
    const points = [point(1), point(2, { level: 'differs' }), point(3), point(4, { level: 'differs' })];
    const { keep, drop } = retain(points, { last: 1 }, context);
    expect(ids(keep)).toEqual(['day-3', 'day-4']);
    expect(ids(drop)).toEqual(['day-1', 'day-2']);
  });

  it('keeps everything while nothing is complete', () => {
    const points = [point(1, { level: 'differs' }), point(2, { level: 'differs' })];
    expect(retain(points, { last: 1 }, context).drop).toEqual([]);
  });

  it('keeps what is dated in the future', () => {
    const points = [point(1), point(22, { level: 'differs' }), point(23), point(24)];
    expect(ids(retain(points, { last: 1 }, context).drop)).toEqual(['day-1']);
    const now = new Date('2026-11-23T05:30:00Z');
    expect(ids(retain(points, { last: 1 }, { ...context, now }).drop)).toEqual(['day-1', 'day-22', 'day-23']);
  });

  it('tells the last of seven digits apart, and times with fewer digits', () => {
    const times = ['00Z', '00.0000001Z', '00.1Z', '00.1000001Z', '01Z'];
    const points = times.map((time, index) =>
      point(1, { id: `point-${index}`, time: `2026-11-21T05:30:${time}` }),
    );
    const { keep } = retain(points, { last: 4 }, context);
    expect(ids(keep)).toEqual(['point-1', 'point-2', 'point-3', 'point-4']);
  });

  it('ranks equal times by id, however many digits they are written with', () => {
    const points = [
      point(1, { id: 'a', time: '2026-11-21T05:30:00.1000000Z' }),
      point(1, { id: 'b', time: '2026-11-21T05:30:00.1Z' }),
      point(1, { id: 'c', time: '2026-11-21T05:30:00.10Z' }),
    ];
    expect(ids(retain(points, { last: 2 }, context).keep)).toEqual(['b', 'c']);
  });

  it('says why', () => {
    const points = [
      point(1, { pinned: true }),
      point(2, { level: 'differs' }),
      point(3),
      point(4),
      point(5, { level: 'copied' }),
      point(6, { level: 'differs' }),
      point(22, { level: 'differs' }),
    ];
    const { keep, drop } = retain(points, { last: 2 }, { ...context, runInProgress: 'day-22' });
    expect(keep.map(({ id, reasons }) => [id, ...reasons.map(({ text }) => text)])).toEqual([
      ['day-1', 'pinned'],
      ['day-4', 'newest proven, base of the next run', 'last, 2 of 2'],
      ['day-5', 'newest complete', 'last, 1 of 2'],
      ['day-6', 'no complete one is newer'],
      ['day-22', 'made by the run in progress', 'no complete one is newer', 'dated in the future'],
    ]);
    expect(drop.map(({ id, reasons }) => [id, ...reasons.map(({ text }) => text)])).toEqual([
      ['day-2', 'differs, and a newer one is complete'],
      ['day-3', 'no rule keeps it'],
    ]);
  });

  it.each<[string, RetainablePoint[], RetentionPolicy]>([
    ['a time that cannot be read', [point(1, { time: 'yesterday' })], { last: 1 }],
    ['a time that is not in UTC', [point(1, { time: '2026-11-21T05:30:00+01:00' })], { last: 1 }],
    ['a source time that cannot be read', [point(1, { sourceTime: '2026-11-21' })], { last: 1 }],
    ['an id that occurs twice', [point(1), point(1)], { last: 1 }],
    ['a policy of none', [point(1)], { last: 0 }],
    ['a policy that is no number', [point(1)], { last: Number.NaN }],
    ['a policy of half a day', [point(1)], { daily: 0.5 }],
    ['a policy without a rule', [point(1)], {}],
    ['a duration that is none', [point(1)], { within: '30 days' }],
    ['a duration that ends before all time', [point(1)], { within: 'P9999Y' }],
  ])('refuses to decide on %s', (_name, points, policy) => {
    expect(() => retain(points, policy, context)).toThrow(RangeError);
  });

  it('refuses to decide by the clock of a time zone that is none', () => {
    const wrong = { ...context, timeZone: 'Europe/Nowhere' };
    expect(() => retain([point(1)], { daily: 1 }, wrong)).toThrow(RangeError);
    expect(() => retain([point(1)], { within: 'P1D' }, wrong)).toThrow(RangeError);
  });
});

/** Each with one reason of one rule, as `day-3: daily, 1 of 2: …`. */
const reasonsOf = (points: readonly RetainablePoint[], policy: RetentionPolicy, timeZone = 'Europe/Berlin') =>
  retain(points, policy, { ...context, timeZone }).keep.flatMap(({ id, reasons }) =>
    reasons.filter(({ rule }) => rule in policy).map(({ text }) => `${id}: ${text}`),
  );

/** One taken at each time, named by its place in the list. */
const takenAt = (...times: readonly string[]): RetainablePoint[] =>
  times.map((time, index) => point(1, { id: `${index}`, time, sourceTime: time }));

describe('a rule', () => {
  it('keeps the newest of each period, and skips periods without any', () => {
    const times = [
      '2026-11-14T05:00:00Z',
      '2026-11-18T05:00:00Z',
      '2026-11-18T17:00:00Z',
      '2026-11-21T05:00:00Z',
    ];
    expect(reasonsOf(takenAt(...times), { daily: 7 })).toEqual([
      '0: daily, 3 of 7: newest of 2026-11-14',
      '2: daily, 2 of 7: newest of 2026-11-18',
      '3: daily, 1 of 7: newest of 2026-11-21',
    ]);
  });

  it('is one of several that may keep the same one', () => {
    const policy = {
      last: 3,
      hourly: 2,
      daily: 2,
      weekly: 2,
      monthly: 2,
      yearly: 2,
      within: 'P1D',
      minimum: 1,
    };
    expect(reasonsOf(takenAt('2026-11-21T05:00:00Z'), policy)).toEqual([
      '0: last, 1 of 3',
      '0: hourly, 1 of 2: newest of 2026-11-21T06+01:00',
      '0: daily, 1 of 2: newest of 2026-11-21',
      '0: weekly, 1 of 2: newest of 2026-W47',
      '0: monthly, 1 of 2: newest of 2026-11',
      '0: yearly, 1 of 2: newest of 2026',
      '0: within P1D of the newest',
    ]);
  });

  it('counts the two hours that a clock set back shows alike as two', () => {
    const hours = takenAt('2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z', '2026-10-25T02:30:00Z');
    expect(reasonsOf(hours, { hourly: 3 })).toEqual([
      '0: hourly, 3 of 3: newest of 2026-10-25T02+02:00',
      '1: hourly, 2 of 3: newest of 2026-10-25T02+01:00',
      '2: hourly, 1 of 3: newest of 2026-10-25T03+01:00',
    ]);
  });

  it('counts years of weeks as ISO 8601 does', () => {
    const sundays = takenAt(
      '2026-12-27T22:30:00Z',
      '2026-12-27T23:30:00Z',
      '2027-01-03T22:30:00Z',
      '2027-01-03T23:30:00Z',
    );
    expect(reasonsOf(sundays, { weekly: 3 })).toEqual([
      '0: weekly, 3 of 3: newest of 2026-W52',
      '2: weekly, 2 of 3: newest of 2026-W53',
      '3: weekly, 1 of 3: newest of 2027-W01',
    ]);
  });

  it('begins its days at midnight of the time zone', () => {
    const around = takenAt('2026-11-17T18:14:59.9999999Z', '2026-11-17T18:15:00Z');
    expect(reasonsOf(around, { daily: 2 }, 'Asia/Kathmandu')).toHaveLength(2);
    expect(reasonsOf(around, { daily: 2 }, 'UTC')).toHaveLength(1);
  });

  it('tells the day by the source snapshot, however long the run went on', () => {
    const night = (day: number, hours: number) => {
      const time = new Date(Date.UTC(2026, 10, day, 22 + hours)).toISOString();
      return point(day, { sourceTime: `2026-11-${day}T22:00:00Z`, time });
    };
    const nights = [night(16, 0), night(17, 3), night(18, 0), night(19, 4)];
    expect(reasonsOf(nights, { daily: 3 })).toEqual([
      'day-17: daily, 3 of 3: newest of 2026-11-17',
      'day-18: daily, 2 of 3: newest of 2026-11-18',
      'day-19: daily, 1 of 3: newest of 2026-11-19',
    ]);
  });

  it('prefers one that is proven to a newer one that is not, of the same period only', () => {
    const [older, proven, unproven] = takenAt(
      '2026-11-17T17:00:00Z',
      '2026-11-18T05:00:00Z',
      '2026-11-18T17:00:00Z',
    );
    if (older === undefined || proven === undefined || unproven === undefined)
      throw new Error('one is missing');
    const points = [
      { ...older, level: 'copied' as const },
      proven,
      { ...unproven, level: 'copied' as const },
    ];
    expect(reasonsOf(points, { daily: 2 })).toEqual([
      '0: daily, 2 of 2: newest of 2026-11-17',
      '1: daily, 1 of 2: newest proven of 2026-11-18',
    ]);
  });

  it('counts a duration from the newest complete one, not from now', () => {
    const times = [
      '2025-01-01T12:00:00.0000000Z',
      '2025-01-01T12:00:00.0000001Z',
      '2025-01-08T12:00:00.0000000Z',
    ];
    expect(reasonsOf(takenAt(...times), { within: 'P7D' })).toEqual([
      '1: within P7D of the newest',
      '2: within P7D of the newest',
    ]);
  });

  it('counts a duration from the source snapshot of the newest, however long its run went on', () => {
    const newest = point(20, { sourceTime: '2026-11-20T10:00:00Z', time: '2026-11-20T20:00:00Z' });
    const older = takenAt('2026-11-19T09:00:00Z', '2026-11-19T15:00:00Z');
    expect(reasonsOf([...older, newest], { within: 'PT24H' }).map((text) => text.split(':')[0])).toEqual([
      '1',
      'day-20',
    ]);
  });

  it('of a minimum fills up what the others leave, with the newest', () => {
    const days = [1, 2, 3, 4, 20].map((day) => point(day));
    expect(reasonsOf(days, { within: 'P3D', minimum: 3 })).toEqual([
      'day-3: one of at least 3',
      'day-4: one of at least 3',
      'day-20: within P3D of the newest',
    ]);
    expect(reasonsOf(days, { last: 3, minimum: 3 }).filter((text) => text.includes('least'))).toEqual([]);
  });
});
