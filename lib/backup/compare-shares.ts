import { RestShareReader } from '../files/rest-share-reader.ts';
import type { ShareReader } from '../files/share-reader.ts';
import { Limiter } from '../limiter.ts';
import type { ChangeHandler } from '../mirror/change.ts';
import { contentProof } from '../mirror/content-proof.ts';
import { metadataProof } from '../mirror/metadata-proof.ts';
import type { PermissionMap } from '../mirror/permission-map.ts';
import type { Removals } from '../mirror/removals.ts';
import type { IsFinished, WalkContext } from '../mirror/walk.ts';
import type { RecoveryPoint } from '../snapshots/recovery-points.ts';
import { describeLimit, mayDelete } from './deletion-guard.ts';
import type { RunScope } from './run-scope.ts';

export interface Comparison {
  readonly source: ShareReader;
  readonly target: ShareReader;
  readonly permissions: PermissionMap;
  readonly changes: ChangeHandler;
  readonly removals: Removals;
  readonly isFinished: IsFinished;
  /** The newest recovery point that is proven: both shares were equal in it. */
  readonly previous: RecoveryPoint | undefined;
  /** The newest recovery point of all. */
  readonly newest: RecoveryPoint | undefined;
  readonly stop: AbortSignal;
}

/** How a run, or a dry run, walks its two shares: alike, so that the one does what the other says. */
export function walkContext(scope: RunScope, comparison: Comparison): WalkContext {
  const { previous, newest, ...compared } = comparison;
  const { source, target } = scope.shares;
  const { concurrency } = scope.requests;
  return {
    ...compared,
    contentMoved: contentProof(
      previous && {
        source: {
          now: comparison.source,
          before: new RestShareReader(source.account, source.share, previous.sourceSnapshot),
        },
        target: {
          now: comparison.target,
          before: new RestShareReader(target.account, target.share, previous.targetSnapshot),
        },
      },
    ),
    metadataDiffers: metadataProof(comparison.source, comparison.target, newest?.sourceSnapshot),
    failures: scope.failures,
    progress: scope.progress,
    files: new Limiter(concurrency),
    branches: new Limiter(Math.ceil(concurrency / 4)),
  };
}

/**
 * Whether the job's guard lets a run delete so many entries. Measured against the previous recovery point,
 * or, where that has no count, against what this run has met: its source and what it would delete.
 */
export function guardAllows(scope: RunScope, previous: RecoveryPoint | undefined, deletes: number): boolean {
  return (
    scope.allowDeletes || mayDelete(scope.job.guards.maxDeletes, deletes, heldBy(scope, previous, deletes))
  );
}

/** The guard that stopped a run from deleting so many entries, in words. */
export function describeGuard(scope: RunScope, previous: RecoveryPoint | undefined, deletes: number): string {
  return describeLimit(scope.job.guards.maxDeletes, heldBy(scope, previous, deletes));
}

function heldBy(scope: RunScope, previous: RecoveryPoint | undefined, deletes: number): number {
  return previous?.entries ?? scope.entriesBefore + scope.progress.entries + deletes;
}
