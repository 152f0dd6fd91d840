import { DateTime, Duration } from 'luxon';

const UNITS = { h: 'hours', d: 'days', w: 'weeks' } as const;

/**
 * Until when a pin lasts, as ISO 8601 in UTC.
 * @param text `90d`, `12h`, `8w` or an ISO 8601 duration from now, by the calendar of the time zone; a day such as
 *   `2027-03-31`, of which the pin lasts to the end; or a time, of the time zone unless it has an offset
 * @param timeZone IANA name
 * @throws {RangeError} when it is none of these, or not in the future
 */
export function pinUntil(text: string, timeZone: string, now: Date): string {
  const end = endOf(text, DateTime.fromJSDate(now, { zone: timeZone }));
  if (!end.isValid) {
    throw new RangeError(
      `"${text}" is neither a day such as 2027-03-31, nor a time such as 2027-03-31T18:00, nor a duration such as 90d or P6M`,
    );
  }
  if (end.toMillis() <= now.getTime()) throw new RangeError(`"${text}" is not in the future`);
  return end.toJSDate().toISOString();
}

function endOf(text: string, now: DateTime): DateTime {
  const [, amount, unit] = /^(\d{1,5})([hdw])$/.exec(text) ?? [];
  if (unit === 'h' || unit === 'd' || unit === 'w') return now.plus({ [UNITS[unit]]: Number(amount) });
  if (text.startsWith('P')) return now.plus(Duration.fromISO(text));
  // ISO 8601 also has times of a day, without a date, which could mean any day.
  if (!/^\d{4}-/.test(text)) return DateTime.invalid('no date');
  const zone = now.zoneName ?? 'utc';
  const time = DateTime.fromISO(text, { zone });
  return /^\d{4}-\d\d-\d\d$/.test(text) ? time.plus({ days: 1 }) : time;
}
