import type { RetentionPolicy } from '../jobs/configuration.ts';
import { isProven } from '../report/is-proven.ts';
import { checkPolicy } from './retention/check-policy.ts';
import { comparableTime, newestFirst, type RetainablePoint } from './retention/ordered-points.ts';
import type { DroppingRule, KeepingRule, RetentionDecision, RetentionReason } from './retention/reason.ts';
import { applyPolicy, type Keep } from './retention/rules.ts';

export type { RetainablePoint } from './retention/ordered-points.ts';
export type { RetentionDecision, RetentionReason } from './retention/reason.ts';

export interface RetentionContext {
  /** IANA name: on this clock hours, days, weeks, months and years begin. */
  readonly timeZone: string;
  readonly now: Date;
  readonly runInProgress?: string | undefined;
  /**
   * Whether room has to be made for another one. Then, of those that differ and are newer than every complete one,
   * only the newest is kept: as long as runs end so, they would otherwise take up all the room there is.
   */
  readonly forRoom?: boolean | undefined;
}

/** Every recovery point is in one of the two lists; both are in order of time, oldest first. */
export interface Retention {
  readonly keep: readonly RetentionDecision<KeepingRule>[];
  readonly drop: readonly RetentionDecision<DroppingRule>[];
}

/**
 * Decides which recovery points a policy keeps, and why. One is *complete* here unless it differs: `copied` is
 * what all fall back to when their records are lost, which must cost no recovery point its place.
 *
 * Kept is each for which one of these holds, and dropped what is left:
 * - it is pinned; pinned ones are kept besides the policy and take none of its places;
 * - it is the newest complete one, or the newest proven one, from which the next run tells what has changed;
 * - the run in progress has made it;
 * - no complete one is newer; where room has to be made, it is the newest of these;
 * - it is dated after `now`: two clocks disagree, so nothing is known about its age;
 * - it is complete, not pinned, and a rule of the policy keeps it: it is among the `last` newest; it is the
 *   newest, by preference a proven one, of one of the newest hours, days, weeks, months or years that have any;
 *   it lies `within` a duration before the newest complete one, so that age counts from the last backup and
 *   backups that fail for months let nothing expire;
 * - it is among the newest that bring the number of complete ones without a pin up to `minimum`.
 *
 * Recovery points of equal time are ranked by id. The order of `points` plays no part, and a second call with
 * what the first one kept drops nothing.
 * @throws {RangeError} when a time cannot be read, an id occurs twice, the time zone is not known, or the policy
 * is none; nothing may be deleted on such grounds
 */
export function retain(
  points: readonly RetainablePoint[],
  policy: RetentionPolicy,
  { timeZone, now, runInProgress, forRoom = false }: RetentionContext,
): Retention {
  checkPolicy(policy);
  const ordered = newestFirst(points);
  const reasons = new Map<RetainablePoint, RetentionReason<KeepingRule>[]>();
  const keep: Keep = (point, reason) => {
    reasons.set(point, [...(reasons.get(point) ?? []), reason]);
  };
  keepWhateverThePolicySays(
    ordered,
    { now: comparableTime(now.toISOString()), runInProgress, forRoom },
    keep,
  );
  const newestComplete = ordered.find(isComplete);
  if (newestComplete !== undefined) {
    const counted = ordered.filter((point) => isComplete(point) && !point.pinned);
    applyPolicy(policy, { counted, newestComplete, timeZone }, keep);
    const spare = counted.filter((point) => !reasons.has(point));
    const missing = (policy.minimum ?? 0) - (counted.length - spare.length);
    for (const point of spare.slice(0, Math.max(0, missing))) {
      keep(point, { rule: 'minimum', text: `one of at least ${policy.minimum}` });
    }
  }
  const oldestFirst = ordered.toReversed();
  return {
    keep: oldestFirst.flatMap((point) => {
      const why = reasons.get(point);
      return why === undefined ? [] : [{ id: point.id, reasons: why }];
    }),
    drop: oldestFirst
      .filter((point) => !reasons.has(point))
      .map((point) => ({ id: point.id, reasons: [reasonToDrop(point, newestComplete)] })),
  };
}

function reasonToDrop(
  point: RetainablePoint,
  newestComplete: RetainablePoint | undefined,
): RetentionReason<DroppingRule> {
  if (isComplete(point)) return NO_RULE;
  return newestComplete !== undefined && newestComplete.time > point.time ? SUPERSEDED : IN_THE_WAY;
}

const NO_RULE = { rule: 'none', text: 'no rule keeps it' } as const;
const SUPERSEDED = { rule: 'differs', text: 'differs, and a newer one is complete' } as const;
const IN_THE_WAY = { rule: 'differs', text: 'differs, and room is needed for a newer one' } as const;

function isComplete({ level }: RetainablePoint): boolean {
  return level !== 'differs';
}

function keepWhateverThePolicySays(
  ordered: readonly RetainablePoint[],
  {
    now,
    runInProgress,
    forRoom,
  }: Pick<RetentionContext, 'runInProgress' | 'forRoom'> & { readonly now: string },
  keep: Keep,
): void {
  const newestComplete = ordered.findIndex(isComplete);
  const newestProven = ordered.findIndex(({ level }) => isProven(level));
  ordered.forEach((point, index) => {
    if (point.pinned) keep(point, { rule: 'pinned', text: 'pinned' });
    if (index === newestComplete) keep(point, { rule: 'newest-complete', text: 'newest complete' });
    if (index === newestProven) keep(point, { rule: 'base', text: 'newest proven, base of the next run' });
    if (point.id === runInProgress) keep(point, { rule: 'in-progress', text: 'made by the run in progress' });
    const hasNewer = newestComplete !== -1 && newestComplete <= index;
    if (!hasNewer && (index === 0 || forRoom !== true)) {
      keep(point, { rule: 'none-newer', text: 'no complete one is newer' });
    }
    if (point.time > now) keep(point, { rule: 'future', text: 'dated in the future' });
  });
}
