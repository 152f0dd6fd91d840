import type { VerificationLevel } from '../../report/events.ts';

/** What retention knows of a recovery point. Times are ISO 8601 in UTC with up to seven fractional digits. */
export interface RetainablePoint {
  readonly id: string;
  /** When the target snapshot was made, and thereby the recovery point: the order of all. */
  readonly time: string;
  /**
   * When the source snapshot was made. What the recovery point holds is of this time, so it tells the day that
   * it stands for, however long past midnight the run went on.
   */
  readonly sourceTime: string;
  readonly level: VerificationLevel;
  readonly pinned: boolean;
}

/**
 * Recovery points, newest first and those of equal time by id, with seven digits in every time, so that the
 * order of times is that of their texts.
 * @throws {RangeError} when a time cannot be read or an id occurs twice
 */
export function newestFirst(points: readonly RetainablePoint[]): readonly RetainablePoint[] {
  const ids = new Set(points.map(({ id }) => id));
  if (ids.size !== points.length) throw new RangeError('two recovery points have the same id');
  return points
    .map((point) => ({
      ...point,
      time: comparableTime(point.time),
      sourceTime: comparableTime(point.sourceTime),
    }))
    .sort((one, other) => compareText(other.time, one.time) || compareText(other.id, one.id));
}

export function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/**
 * A time with all of its seven fractional digits.
 * @throws {RangeError} when it cannot be read
 */
export function comparableTime(time: string): string {
  const known = comparable.get(time);
  if (known !== undefined) return known;
  const written = withSevenDigits(time);
  if (comparable.size >= MOST_COMPARABLE) comparable.clear();
  comparable.set(time, written);
  return written;
}

/** Times that were asked for of late: to play out a year asks for each many times. */
const comparable = new Map<string, string>();
const MOST_COMPARABLE = 5000;

function withSevenDigits(time: string): string {
  const [, seconds, fraction = ''] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,7}))?Z$/.exec(time) ?? [];
  if (seconds === undefined || Number.isNaN(Date.parse(`${seconds}Z`))) {
    throw new RangeError(`the time ${JSON.stringify(time)} cannot be read`);
  }
  return `${seconds}.${fraction.padEnd(7, '0')}Z`;
}
