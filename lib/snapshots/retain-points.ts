import type { RetentionPolicy } from '../jobs/configuration.ts';
import type { VerificationLevel } from '../report/events.ts';
import type { RecoveryPoint } from './recovery-points.ts';
import { type Retention, retain } from './retain.ts';

export type { RetentionDecision, RetentionReason } from './retain.ts';

export interface RetainPointsOptions {
  readonly policy: RetentionPolicy;
  /** IANA name; whose hours, days, weeks, months and years the policy counts. */
  readonly timeZone: string;
  readonly levelOf: (run: string) => VerificationLevel;
  readonly runInProgress?: string | undefined;
  /** Whether room has to be made for another one; see `retain`. */
  readonly forRoom?: boolean | undefined;
  readonly now: Date;
}

/**
 * Decides which of a job's recovery points a policy keeps, and gives the reasons for every one; see `retain`.
 * @throws {RangeError} when nothing may be decided
 */
export function retainPoints(
  points: readonly Pick<RecoveryPoint, 'id' | 'sourceSnapshot' | 'targetSnapshot' | 'pinned'>[],
  { policy, timeZone, levelOf, runInProgress, forRoom, now }: RetainPointsOptions,
): Retention {
  // Age is counted by the service's clock alone, which this machine's may lag behind.
  const newest = Math.max(...points.map(({ targetSnapshot }) => Date.parse(targetSnapshot)));
  const retainable = points.map(({ id, sourceSnapshot, targetSnapshot, pinned }) => ({
    id,
    time: targetSnapshot,
    sourceTime: sourceSnapshot,
    level: levelOf(id),
    pinned,
  }));
  return retain(retainable, policy, {
    timeZone,
    now: new Date(Math.max(now.getTime(), newest + 1)),
    runInProgress,
    forRoom,
  });
}
