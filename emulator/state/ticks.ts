/**
 * A point in time: 100-nanosecond intervals since 0001-01-01T00:00:00Z, which is how the service counts and
 * what its ETags are made of.
 */
export type Ticks = bigint;

export const TICKS_PER_MILLISECOND = 10_000n;
export const TICKS_PER_SECOND = 10_000_000n;

const TICKS_AT_1970 = 621_355_968_000_000_000n;
const TICKS_END_OF_9999 = 3_155_378_975_999_999_999n;

/** The ticks of a count of milliseconds since 1970. */
export function ticksOfMilliseconds(milliseconds: number): Ticks {
  return BigInt(Math.floor(milliseconds)) * TICKS_PER_MILLISECOND + TICKS_AT_1970;
}

/** Milliseconds since 1970, rounded down. */
export function millisecondsOf(ticks: Ticks): number {
  return Number((ticks - TICKS_AT_1970) / TICKS_PER_MILLISECOND);
}

let secondStart = 0n;
let secondText = '0001-01-01T00:00:00.';

/** `2026-11-21T05:30:00.1234567Z` */
export function formatTicks(ticks: Ticks): string {
  let digits = Number(ticks - secondStart);
  if (!(digits >= 0 && digits < 10_000_000)) {
    secondStart = startOfSecond(ticks);
    secondText = isoSecond(Number((secondStart - TICKS_AT_1970) / TICKS_PER_SECOND));
    digits = Number(ticks - secondStart);
  }
  return `${secondText}${String(digits + 10_000_000).slice(1)}Z`;
}

/** Large numbers lose their last digits, which subtracting afterwards brings to light; much faster than dividing. */
function startOfSecond(ticks: Ticks): Ticks {
  const start = BigInt(Math.floor(Number(ticks) / 10_000_000)) * TICKS_PER_SECOND;
  if (start > ticks) return start - TICKS_PER_SECOND;
  return ticks - start >= TICKS_PER_SECOND ? start + TICKS_PER_SECOND : start;
}

const SECONDS_PER_DAY = 86_400;
let dayNumber = Number.NaN;
let dayText = '';

/** `2026-11-21T05:30:00.` from seconds since 1970. */
function isoSecond(seconds: number): string {
  const day = Math.floor(seconds / SECONDS_PER_DAY);
  if (day !== dayNumber) {
    dayText = new Date(day * SECONDS_PER_DAY * 1000).toISOString().slice(0, 11);
    dayNumber = day;
  }
  const rest = seconds - day * SECONDS_PER_DAY;
  return `${dayText}${twoDigits(Math.floor(rest / 3600))}:${twoDigits(Math.floor(rest / 60) % 60)}:${twoDigits(rest % 60)}.`;
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

const ISO_TIME = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,7}))?Z$/;

/** Reads an ISO 8601 time in UTC with up to seven fractional digits; undefined when it is none. */
export function parseTicks(text: string): Ticks | undefined {
  const match = ISO_TIME.exec(text);
  if (match === null) return undefined;
  const [, whole = '', fraction = ''] = match;
  const milliseconds = Date.parse(`${whole}Z`);
  // Date.parse carries 02-30 over into March instead of refusing it.
  if (Number.isNaN(milliseconds) || !new Date(milliseconds).toISOString().startsWith(whole)) return undefined;
  const ticks = ticksOfMilliseconds(milliseconds) + BigInt(fraction.padEnd(7, '0'));
  return ticks < 0n || ticks > TICKS_END_OF_9999 ? undefined : ticks;
}

let httpDateSecond = -1n;
let httpDateText = '';

/** `Sat, 21 Nov 2026 05:30:00 GMT`, as `Last-Modified` has it. */
export function formatHttpDate(ticks: Ticks): string {
  const second = ticks / TICKS_PER_SECOND;
  if (second !== httpDateSecond) {
    httpDateText = new Date(millisecondsOf(ticks)).toUTCString();
    httpDateSecond = second;
  }
  return httpDateText;
}

/** The ETag of a resource that was last modified at `ticks`: `"0x8DE28C0B5A2D4F1"`, quotes included. */
export function formatEtag(ticks: Ticks): string {
  return `"0x${ticks.toString(16).toUpperCase()}"`;
}
