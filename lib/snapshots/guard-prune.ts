import type { JobConfiguration } from '../jobs/configuration.ts';
import { describeLimit, isWithinGuard, RECOVERY_POINTS } from '../jobs/guard.ts';
import { counted } from '../report/counted.ts';
import type { RetentionReason } from './retain-points.ts';

/** What a retention keeps and drops of the recovery points that there are. */
export interface Judged {
  readonly keep: readonly unknown[];
  readonly drop: readonly { readonly reasons: readonly RetentionReason[] }[];
}

/**
 * Why a run leaves a prune to a person; undefined where its guard lets it pass. Where most recovery points
 * would go at once, the retention may be mistaken, or nobody has thought of what it means after a long pause.
 * Those that differ do not count: all of them go as soon as a complete one is newer.
 */
export function refusalToPrune({ guards }: JobConfiguration, { keep, drop }: Judged): string | undefined {
  const guard = { limit: guards.maxPruned, counts: RECOVERY_POINTS };
  const dropped = drop.filter(({ reasons }) => reasons.every(({ rule }) => rule !== 'differs')).length;
  const held = keep.length + dropped;
  if (isWithinGuard(guard, dropped, held)) return undefined;
  return `${dropped} of ${counted(held, 'recovery point')} would be pruned, more than ${describeLimit(guard, held)}`;
}
