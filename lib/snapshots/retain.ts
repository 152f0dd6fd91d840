import type { RetentionPolicy } from '../jobs/configuration.ts';

export interface RetainablePoint {
  readonly id: string;
  /** ISO 8601 in UTC with up to seven fractional digits, such as `2026-11-21T05:30:00.0000000Z`. */
  readonly time: string;
  readonly pinned: boolean;
  /** False for what a run that did not complete left behind. */
  readonly complete: boolean;
}

export interface RetentionDecision {
  readonly id: string;
  /** A sentence for people. */
  readonly reason: string;
}

/** Both lists are in order of time, oldest first. */
export interface Retention {
  readonly keep: readonly RetentionDecision[];
  readonly drop: readonly RetentionDecision[];
}

/**
 * Decides which recovery points a policy keeps. A point is kept when one of these holds, and dropped otherwise:
 * - it is pinned; pinned points are kept besides the policy and take none of its places;
 * - it is the newest complete one;
 * - it is among the `last` newest complete ones that are not pinned;
 * - it is newer than the newest complete one, as a run in progress is;
 * - it is dated after `now`: two clocks disagree, so nothing is known about its age.
 *
 * Points of equal time are ranked by id. The order of `points` plays no part, and a second call with what the
 * first one kept drops nothing.
 * @throws {RangeError} when a time cannot be read, an id occurs twice, or `last` is no whole number from 1;
 * nothing may be deleted on such grounds
 */
export function retain(points: readonly RetainablePoint[], policy: RetentionPolicy, now: Date): Retention {
  if (!Number.isInteger(policy.last) || policy.last < 1) {
    throw new RangeError(`retention keeps the last ${policy.last}, which is no whole number from 1`);
  }
  const nowTicks = comparableTime(now.toISOString());
  const newestFirst = sortedNewestFirst(points);
  const keep: RetentionDecision[] = [];
  const drop: RetentionDecision[] = [];
  let complete = 0;
  let counted = 0;
  for (const { id, ticks, ...point } of newestFirst) {
    const isNewestComplete = point.complete && complete === 0;
    if (point.complete) complete += 1;
    if (point.complete && !point.pinned) counted += 1;
    const reason = reasonToKeep({
      ...point,
      isNewestComplete,
      newerThanComplete: complete === 0,
      rank: counted,
      last: policy.last,
      afterNow: ticks > nowTicks,
    });
    if (reason === undefined) drop.push({ id, reason: reasonToDrop(point.complete, policy.last) });
    else keep.push({ id, reason });
  }
  return { keep: keep.reverse(), drop: drop.reverse() };
}

function sortedNewestFirst(
  points: readonly RetainablePoint[],
): (RetainablePoint & { readonly ticks: string })[] {
  const ids = new Set(points.map(({ id }) => id));
  if (ids.size !== points.length) throw new RangeError('two recovery points have the same id');
  return points
    .map((point) => ({ ...point, ticks: comparableTime(point.time) }))
    .sort((one, other) => compareText(other.ticks, one.ticks) || compareText(other.id, one.id));
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Times differ in their number of fractional digits; with seven each, their order is that of their text. */
function comparableTime(time: string): string {
  const [, seconds, fraction = ''] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,7}))?Z$/.exec(time) ?? [];
  if (seconds === undefined) throw new RangeError(`the time ${JSON.stringify(time)} cannot be read`);
  return `${seconds}.${fraction.padEnd(7, '0')}`;
}

interface Standing {
  readonly pinned: boolean;
  readonly complete: boolean;
  readonly isNewestComplete: boolean;
  /** No complete point is newer or this one itself. */
  readonly newerThanComplete: boolean;
  /** How many complete points without a pin there are from the newest to this one. */
  readonly rank: number;
  readonly last: number;
  readonly afterNow: boolean;
}

function reasonToKeep(standing: Standing): string | undefined {
  const { rank, last } = standing;
  if (standing.pinned) return 'It is pinned.';
  if (standing.isNewestComplete) return 'It is the newest complete recovery point.';
  if (standing.complete && rank <= last) {
    if (last === 1) return 'It is the newest complete recovery point that is not pinned.';
    return `It is one of the ${last} newest complete recovery points that are not pinned.`;
  }
  if (standing.newerThanComplete) return 'It is newer than every complete recovery point.';
  return standing.afterNow ? 'It is dated in the future, so its age is not known.' : undefined;
}

function reasonToDrop(complete: boolean, last: number): string {
  if (!complete) return 'Its run did not complete, and a later one did.';
  if (last === 1) return 'There is a newer complete recovery point, and the policy keeps one.';
  return `The ${last} newest complete recovery points that are not pinned are all newer.`;
}
