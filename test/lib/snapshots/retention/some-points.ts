import fc from 'fast-check';
import type { RetentionPolicy } from '../../../../lib/jobs/configuration.ts';
import type { RetainablePoint } from '../../../../lib/snapshots/retain.ts';

export const TIME_ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
] as const;

/** Where a clock is set, or a year, a week 53 or a month of February ends. */
const MOMENTS = [
  '2026-03-29T01:00:00Z',
  '2026-10-25T01:00:00Z',
  '2026-03-08T07:00:00Z',
  '2026-11-01T06:00:00Z',
  '2026-04-04T15:00:00Z',
  '2026-10-03T15:30:00Z',
  '2026-12-31T23:30:00Z',
  '2027-01-03T23:30:00Z',
  '2028-02-29T23:30:00Z',
];

export const NOW = new Date('2028-06-01T00:00:00Z');

/** An instant near one at which periods end: within hours, or weeks, or more than a year. */
const someInstant = fc
  .tuple(
    fc.constantFrom(...MOMENTS),
    fc.oneof(
      fc.integer({ min: -12, max: 12 }).map((quarters) => quarters * 15),
      fc.integer({ min: -60, max: 60 }).map((halfDays) => halfDays * 720),
      fc.integer({ min: -500, max: 500 }).map((days) => days * 1440),
    ),
  )
  .map(([moment, minutes]) => Date.parse(moment) + minutes * 60_000);

/** Recovery points with equal times among them, some runs of hours, some dated after `NOW`. */
export const somePoints: fc.Arbitrary<readonly RetainablePoint[]> = fc
  .array(
    fc.record({
      taken: someInstant,
      ticks: fc.integer({ min: 0, max: 2 }),
      runMinutes: fc.constantFrom(0, 0, 15, 600),
      level: fc.constantFrom('copied', 'listing-verified', 'listing-verified', 'content-verified', 'differs'),
      pinned: fc.constantFrom(false, false, false, true),
    }),
    { maxLength: 24 },
  )
  .map((points) =>
    points.map(({ taken, ticks, runMinutes, level, pinned }, index) => ({
      id: `point-${index}`,
      time: sevenDigits(taken + runMinutes * 60_000, ticks),
      sourceTime: sevenDigits(taken, ticks),
      level,
      pinned,
    })),
  );

export function sevenDigits(instant: number, ticks = 0): string {
  return new Date(instant).toISOString().replace('Z', `${String(ticks).padStart(4, '0')}Z`);
}

const count = fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined, freq: 2 });

/** A policy of one to eight rules. */
export const somePolicy: fc.Arbitrary<RetentionPolicy> = fc
  .record({
    last: count,
    hourly: count,
    daily: count,
    weekly: count,
    monthly: count,
    yearly: count,
    within: fc.option(fc.constantFrom('PT1H', 'PT24H', 'PT500H'), { nil: undefined, freq: 3 }),
    minimum: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined, freq: 3 }),
  })
  .filter((policy) => Object.values(policy).some((value) => value !== undefined));

export const someContext = fc.record({
  timeZone: fc.constantFrom(...TIME_ZONES),
  now: fc.constant(NOW),
  runInProgress: fc.constantFrom(undefined, 'point-0', 'none of these'),
  forRoom: fc.constantFrom(undefined, false, true),
});
