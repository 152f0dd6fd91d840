import { DateTime } from 'luxon';

export { counted } from '../../lib/report/counted.ts';

const NUMBER = new Intl.NumberFormat('en-US');
const TENTHS = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

/** `5,012`; a dash for what is not known. */
export function count(value: number | undefined): string {
  return value === undefined ? '-' : NUMBER.format(value);
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** `3.1 MiB`; a dash for what is not known. */
export function byteCount(bytes: number | undefined): string {
  if (bytes === undefined) return '-';
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? NUMBER.format(value) : TENTHS.format(value)} ${UNITS[unit]}`;
}

/** `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${TENTHS.format(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `2026-11-21 10:36 +01:00`, of a time in ISO 8601, on the clock of a time zone; a text that is no time stays as it is. */
export function localTime(time: string, timeZone: string): string {
  const local = DateTime.fromISO(time, { zone: timeZone });
  return local.isValid ? local.toFormat('yyyy-MM-dd HH:mm ZZ') : printable(time);
}

/** The first of the lines, the fullest one first, that is no wider than that; the last of them, cut, if none is. */
export function fitting(width: number, lines: readonly [string, ...string[]]): string {
  const last = lines.at(-1) ?? lines[0];
  return lines.find((line) => line.length <= width) ?? last.slice(0, width);
}

/** The text cut to a width, its end kept, as that is what tells paths apart. */
export function endOf(text: string, width: number): string {
  if (text.length <= width) return text;
  return width < 2 ? '' : `…${text.slice(text.length - width + 1)}`;
}

/** Names and messages come from the service; a terminal must not take orders from them. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
