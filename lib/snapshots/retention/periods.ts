import { DateTime } from 'luxon';

/** The rules that keep the newest recovery point of each of so many periods, shortest period first. */
export const COUNTED_PERIODS = ['hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;

export type CountedPeriod = (typeof COUNTED_PERIODS)[number];

/** Formats of luxon whose text is the period's name, as ISO 8601 writes it. */
const FORMATS: Readonly<Record<CountedPeriod, string>> = {
  // With the offset, so that the hour that a clock set back shows twice is two hours.
  hourly: "yyyy-MM-dd'T'HHZZ",
  daily: 'yyyy-MM-dd',
  weekly: "kkkk-'W'WW",
  monthly: 'yyyy-MM',
  yearly: 'yyyy',
};

/**
 * The hour, day, week, month or year that an instant lies in by a time zone's clock, such as
 * `2026-10-25T02+01:00`, `2026-10-25`, `2026-W43`, `2026-10` and `2026`. Weeks and their years are those of
 * ISO 8601. Instants of one period follow each other without one of another in between.
 * @param time ISO 8601 in UTC; digits past the milliseconds play no part, as no period begins between them
 * @param timeZone IANA name
 * @throws {RangeError} when the time or the zone is none: two of unknown period must not pass for one period's
 */
export function periodOf(period: CountedPeriod, time: string, timeZone: string): string {
  const names = namesOf(period, timeZone);
  const known = names.get(time);
  if (known !== undefined) return known;
  const name = localTime(time, timeZone).toFormat(FORMATS[period]);
  if (names.size >= MOST_NAMES) names.clear();
  names.set(time, name);
  return name;
}

/** Names by time that were asked for of late, by period and zone: to play out a year asks for each many times. */
const named = new Map<string, Map<string, string>>();
const MOST_NAMES = 5000;

function namesOf(period: CountedPeriod, timeZone: string): Map<string, string> {
  const key = `${period} ${timeZone}`;
  const names = named.get(key) ?? new Map<string, string>();
  named.set(key, names);
  return names;
}

/** @throws {RangeError} when the time is none in UTC, or the zone none */
export function localTime(time: string, timeZone: string): DateTime<true> {
  const local = DateTime.fromISO(time, { zone: timeZone });
  // A time without its zone would be taken for one of the local clock.
  if (local.isValid && time.endsWith('Z')) return local;
  throw new RangeError(`the time ${JSON.stringify(time)} cannot be told in time zone ${timeZone}`);
}
