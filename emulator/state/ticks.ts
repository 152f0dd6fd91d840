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

const SECONDS_AT_1970 = 62_135_596_800;
const TWO_TO_32 = 2 ** 32;
let secondNumber = Number.NaN;
let secondText = '';

/** `2026-11-21T05:30:00.1234567Z` */
export function formatTicks(ticks: Ticks): string {
  const { high, low } = wordsOf(ticks);
  // Listings format thousands of times, and numbers are many times as fast as a BigInt: the part of the upper word
  // is exact as a product and as a remainder, and rounding takes away what its quotient lacks.
  const upper = high * TWO_TO_32;
  const remainder = upper % 10_000_000;
  const rest = remainder + low;
  const second = Math.round((upper - remainder) / 10_000_000) + Math.floor(rest / 10_000_000);
  if (second !== secondNumber) {
    secondText = isoSecond(second - SECONDS_AT_1970);
    secondNumber = second;
  }
  return `${secondText}${String((rest % 10_000_000) + 10_000_000).slice(1)}Z`;
}

const WORDS = new BigUint64Array(1);
const HALVES = new DataView(WORDS.buffer);
const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** The upper and the lower 32 bits. */
function wordsOf(ticks: Ticks): { readonly high: number; readonly low: number } {
  WORDS[0] = ticks;
  return {
    high: HALVES.getUint32(LITTLE_ENDIAN ? 4 : 0, LITTLE_ENDIAN),
    low: HALVES.getUint32(LITTLE_ENDIAN ? 0 : 4, LITTLE_ENDIAN),
  };
}

const SECONDS_PER_DAY = 86_400;
/** More days than files of one share are likely to have been written on. */
const REMEMBERED_DAYS = 20_000;
/** `2026-11-21T` by the number of days since 1970. */
const dayTexts = new Map<number, string>();

/** `2026-11-21T05:30:00.` from seconds since 1970. */
function isoSecond(seconds: number): string {
  const day = Math.floor(seconds / SECONDS_PER_DAY);
  let dayText = dayTexts.get(day);
  if (dayText === undefined) {
    if (dayTexts.size >= REMEMBERED_DAYS) dayTexts.clear();
    dayText = new Date(day * SECONDS_PER_DAY * 1000).toISOString().slice(0, 11);
    dayTexts.set(day, dayText);
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

let httpDateTicks = -1n;
let httpDateSecond = -1n;
let httpDateText = '';

/** `Sat, 21 Nov 2026 05:30:00 GMT`, as `Last-Modified` has it. */
export function formatHttpDate(ticks: Ticks): string {
  if (ticks === httpDateTicks) return httpDateText;
  const second = ticks / TICKS_PER_SECOND;
  if (second !== httpDateSecond) httpDateText = new Date(millisecondsOf(ticks)).toUTCString();
  httpDateSecond = second;
  httpDateTicks = ticks;
  return httpDateText;
}

/** The ETag of a resource that was last modified at `ticks`: `"0x8DE28C0B5A2D4F1"`, quotes included. */
export function formatEtag(ticks: Ticks): string {
  const { high, low } = wordsOf(ticks);
  const digits = high === 0 ? low.toString(16) : high.toString(16) + low.toString(16).padStart(8, '0');
  return `"0x${digits.toUpperCase()}"`;
}
