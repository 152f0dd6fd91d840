import type { JobConfiguration } from '../jobs/configuration.ts';
import { describeLimit, isWithinGuard, RECOVERY_POINTS } from '../jobs/guard.ts';
import { counted } from '../report/counted.ts';
import type { RetentionReason } from './retain-points.ts';

/** What a retention keeps and drops of the recovery points that there are; `drop` oldest first. */
export interface Judged {
  readonly keep: readonly unknown[];
  readonly drop: readonly { readonly reasons: readonly RetentionReason[] }[];
}

/**
 * Why a run leaves a prune to a person; undefined where its guard lets it pass. Where most recovery points
 * would go at once, the retention may be mistaken, or nobody has thought of what it means after a long pause.
 * Those that differ do not count: all of them go as soon as a complete one is newer.
 */
export function refusalToPrune({ guards }: JobConfiguration, judged: Judged): string | undefined {
  const guard = { limit: guards.maxPruned, counts: RECOVERY_POINTS };
  const { dropped, held } = countOf(judged);
  if (isWithinGuard(guard, dropped, held)) return undefined;
  return `${dropped} of ${counted(held, 'recovery point')} would be pruned, more than ${describeLimit(guard, held)}`;
}

/**
 * As `refusalToPrune`, for a run that has no room unless some go. A guard of the job that lets fewer pass than the
 * default one does not count: it is about what need not go, and without room there are no backups.
 * @param most how many recovery points have to go
 */
export function refusalToMakeRoom(
  job: JobConfiguration,
  { keep, drop }: Judged,
  most: number,
): string | undefined {
  const judged = { keep: [...keep, ...drop.slice(most)], drop: drop.slice(0, most) };
  const { dropped, held } = countOf(judged);
  const standard = { limit: undefined, counts: RECOVERY_POINTS };
  return isWithinGuard(standard, dropped, held) ? undefined : refusalToPrune(job, judged);
}

/** What a person is told who has to decide about a prune. */
export function leftToPerson(refusal: string, { name }: JobConfiguration): string {
  return `${refusal}. None was. Look at them with sharepair prune ${name} --dry-run; without --dry-run it deletes them, if that is meant`;
}

function countOf({ keep, drop }: Judged): { readonly dropped: number; readonly held: number } {
  const dropped = drop.filter(({ reasons }) => reasons.every(({ rule }) => rule !== 'differs')).length;
  return { dropped, held: keep.length + dropped };
}
