/**
 * A time as the service writes it, to 100 ns: `2026-11-21T05:30:00.1234567Z`. Kept as text, because a
 * `Date` holds only milliseconds, and a snapshot id or last-write time that lost digits names nothing.
 */
export type ServiceTime = string;

const CANONICAL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{7}Z$/;
const PARTS = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,7})\d*)?Z$/;

/** The same time with exactly seven digits, so that equal times are equal texts and sort by time. */
export function canonicalTime(time: string): ServiceTime {
  if (CANONICAL.test(time)) return time;
  const parts = PARTS.exec(time);
  if (parts === null) return time;
  return `${parts[1]}.${(parts[2] ?? '').padEnd(7, '0')}Z`;
}
