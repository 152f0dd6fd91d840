import { Duration } from 'luxon';
import { localTime } from './periods.ts';

/**
 * The time that lies an ISO 8601 duration before another. Days and longer units are those of the time zone's
 * calendar: `P1D` before 12:00 is 12:00 on the day before, 23, 24 or 25 hours earlier.
 * @param time ISO 8601 in UTC with seven fractional digits; the result has as many
 * @throws {RangeError} when the duration is none, or reaches back beyond the year 0
 */
export function beginOfWithin(within: string, time: string, timeZone: string): string {
  const duration = Duration.fromISO(within);
  const begin = duration.toMillis() > 0 ? localTime(time, timeZone).minus(duration).toUTC() : undefined;
  if (!begin?.isValid || begin.year < 0) {
    throw new RangeError(`retention keeps what is within ${JSON.stringify(within)}, which is no duration`);
  }
  const belowMilliseconds = time.slice(-'4567Z'.length, -1);
  return `${begin.toFormat("yyyy-MM-dd'T'HH:mm:ss.SSS")}${belowMilliseconds}Z`;
}
