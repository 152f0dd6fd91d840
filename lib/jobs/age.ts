import { DateTime, Duration } from 'luxon';
import { canonicalTime, type ServiceTime } from '../files/times.ts';

/**
 * The time that an age stands for.
 * @param age an ISO 8601 duration before `now` (months and years by the calendar, in UTC), or an ISO 8601 time,
 *   in UTC unless it has an offset
 * @param now ISO 8601
 * @throws {RangeError} when `age` is neither
 */
export function cutoffTime(age: string, now: string): ServiceTime {
  const duration = Duration.fromISO(age);
  const time = duration.isValid
    ? DateTime.fromISO(now, { zone: 'utc' }).minus(duration)
    : DateTime.fromISO(age, { zone: 'utc' });
  const written = time.isValid ? time.toISO() : null;
  if (written === null) throw new RangeError(`"${age}" is neither a duration nor a time`);
  // Digits beyond the milliseconds are in the text alone.
  const isExact = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{4,7}Z$/.test(age);
  return canonicalTime(isExact ? age : written);
}

const LONGEST = Duration.fromObject({ years: 1000 });

/** Whether a text is an age: a duration above nothing and up to 1,000 years, or a time of the years 0 to 9999. */
export function isAge(text: string): boolean {
  const duration = Duration.fromISO(text);
  if (duration.isValid) return duration.toMillis() > 0 && duration.toMillis() <= LONGEST.toMillis();
  const { isValid, year } = DateTime.fromISO(text, { zone: 'utc' });
  // ISO 8601 also has times of a day, without a date.
  return isValid && /^\d{4}-?(\d|W)/.test(text) && year >= 0 && year <= 9999;
}
