import { describe, expect, it } from 'vitest';
import {
  COUNTED_PERIODS,
  type CountedPeriod,
  periodOf,
} from '../../../../lib/snapshots/retention/periods.ts';
import { slowPeriod } from './slow-model.ts';
import { TIME_ZONES } from './some-points.ts';

const QUARTER_HOUR_MS = 900_000;

/** How long each period around an instant lasts, in hours, the first and the last one left out. */
function lengths(period: CountedPeriod, around: string, timeZone: string): number[] {
  const begin = Date.parse(around) - 96 * 4 * QUARTER_HOUR_MS;
  const quarters = new Map<string, number>();
  for (let quarter = 0; quarter < 96 * 8; quarter += 1) {
    const name = periodOf(period, new Date(begin + quarter * QUARTER_HOUR_MS).toISOString(), timeZone);
    quarters.set(name, (quarters.get(name) ?? 0) + 1);
  }
  return [...quarters.values()].slice(1, -1).map((count) => count / 4);
}

describe('periodOf', () => {
  it.each([
    ['Europe/Berlin', '2026-03-29T01:00:00Z', 23],
    ['Europe/Berlin', '2026-10-25T01:00:00Z', 25],
    ['America/New_York', '2026-03-08T07:00:00Z', 23],
    ['Australia/Lord_Howe', '2026-10-03T15:30:00Z', 23.5],
    ['Australia/Lord_Howe', '2026-04-04T15:00:00Z', 24.5],
    ['Asia/Kathmandu', '2026-10-25T01:00:00Z', 24],
  ])('has one day of another length in %s at %s', (timeZone, around, hours) => {
    const days = lengths('daily', around, timeZone);
    expect(days).toContain(hours);
    expect(days.filter((day) => day !== 24).length).toBe(hours === 24 ? 0 : 1);
  });

  it('has no hour longer than one, whatever the clock does', () => {
    expect(lengths('hourly', '2026-10-25T01:00:00Z', 'Europe/Berlin').every((hours) => hours === 1)).toBe(
      true,
    );
    const lordHowe = lengths('hourly', '2026-04-04T15:00:00Z', 'Australia/Lord_Howe');
    expect(lordHowe.filter((hours) => hours !== 1)).toEqual([0.5]);
  });

  it('agrees with Intl in every quarter of an hour around the end of a year', () => {
    for (const timeZone of TIME_ZONES) {
      for (let quarter = -960; quarter < 960; quarter += 1) {
        const time = new Date(Date.UTC(2027, 0, 1) + quarter * QUARTER_HOUR_MS).toISOString();
        for (const period of COUNTED_PERIODS) {
          expect(periodOf(period, time, timeZone)).toBe(slowPeriod(period, time, timeZone));
        }
      }
    }
  });

  it.each([
    ['2026-11-21T05:30:00', 'UTC'],
    ['2026-02-30T05:30:00Z', 'UTC'],
    ['2026-11-21T05:30:00Z', 'Nowhere'],
  ])('refuses %s in %s', (time, timeZone) => {
    expect(() => periodOf('daily', time, timeZone)).toThrow(RangeError);
  });
});
