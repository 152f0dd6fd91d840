import { RestShareReader } from '../files/rest-share-reader.ts';
import type { ShareReader } from '../files/share-reader.ts';
import { describeLimit, ENTRIES, type Guard, isWithinGuard } from '../jobs/guard.ts';
import type { JobShares } from '../jobs/open-job.ts';
import { Limiter } from '../limiter.ts';
import type { ChangeHandler } from '../mirror/change.ts';
import { contentChange } from '../mirror/content-change.ts';
import type { ContentSample } from '../mirror/content-sample.ts';
import type { Failures } from '../mirror/failures.ts';
import { metadataProof, strictMetadataProof } from '../mirror/metadata-proof.ts';
import type { SliceContext } from '../mirror/mirror-slice.ts';
import { PastShare, type PastShares } from '../mirror/past-share.ts';
import type { PermissionMap } from '../mirror/permission-map.ts';
import { type PartlyRead, SampledContent } from '../mirror/sampled-content.ts';
import { UnchangedSince } from '../mirror/unchanged-since.ts';
import type { IsFinished } from '../mirror/walk-context.ts';
import { countedEntries } from '../report/counted.ts';
import type { RecoveryPoint } from '../snapshots/recovery-points.ts';
import type { BasePoint, RunBases } from './run-bases.ts';
import type { RunScope } from './run-scope.ts';
import type { RunSelection } from './run-selection.ts';

export interface Comparison {
  readonly source: ShareReader;
  readonly target: ShareReader;
  readonly permissions: PermissionMap;
  readonly changes: ChangeHandler;
  readonly isFinished: IsFinished;
  readonly failures: Failures;
  readonly bases: RunBases;
  readonly selection: RunSelection;
  /** Both shares at the newest recovery point that is proven, in which they were equal. */
  readonly past: PastShares | undefined;
  /** What an earlier slice had read of the files whose bytes are compared. */
  readonly partlyRead: readonly PartlyRead[];
  readonly stop: AbortSignal;
}

/**
 * Files worked on at once: more than requests, so that a copy which the service leaves pending holds up
 * nothing but itself.
 */
const FILES = 256;

/** How a run, or a dry run, walks its two shares: alike, so that the one does what the other says. */
export function sliceContext(scope: RunScope, comparison: Comparison): SliceContext {
  const { bases, selection, past, partlyRead: _, ...compared } = comparison;
  const { source, target } = compared;
  const { concurrency } = scope.requests;
  const { previous, newest } = bases;
  const isStrict = scope.job.compare.mode !== 'times';
  const unchanged = isStrict && past !== undefined ? new UnchangedSince(past.source) : undefined;
  return {
    ...compared,
    filter: selection.filter,
    proofs: [previous?.terms, newest?.terms].filter((terms) => terms !== undefined),
    contentChange: contentChange({ source, target }, past),
    metadataDiffers:
      unchanged === undefined
        ? metadataProof(source, target, newest && { ...newest.point, terms: newest.terms })
        : strictMetadataProof(source, target, unchanged, past?.terms),
    mode: {
      unchanged,
      sampled: selection.sample && sampledContent(scope, comparison, selection.sample),
    },
    progress: scope.progress,
    files: new Limiter(FILES),
    branches: new Limiter(Math.floor(concurrency / 4)),
  };
}

function sampledContent(scope: RunScope, compared: Comparison, sample: ContentSample): SampledContent {
  const { partlyRead, stop } = compared;
  return new SampledContent(compared, {
    sample,
    partlyRead,
    stop,
    progress: scope.sampled,
    onDifference: (path) =>
      scope.note(
        `the bytes of "${path}" differ between the two shares although nothing in their listings does; it is copied again. Something was damaged, or changed without a trace, on one side: find out on which`,
      ),
  });
}

/** Both shares as they were in a recovery point. */
export function pastShares(
  { source, target }: JobShares,
  base: BasePoint | undefined,
): PastShares | undefined {
  if (base === undefined) return undefined;
  const { point, terms } = base;
  return {
    terms,
    source: new PastShare(new RestShareReader(source.account, source.share, point.sourceSnapshot)),
    target: new PastShare(new RestShareReader(target.account, target.share, point.targetSnapshot)),
  };
}

/** What a guard counts: entries to delete, or files to overwrite. */
export type Guarded = 'deletes' | 'changes';

/**
 * Whether the job's guard lets a run delete, or overwrite, so many entries. Measured against the previous
 * recovery point, or, where that has no count, against what this run has met: its source and what it would
 * delete.
 */
export function guardAllows(
  scope: RunScope,
  guarded: Guarded,
  previous: RecoveryPoint | undefined,
  count: number,
): boolean {
  const isAllowed = guarded === 'deletes' ? scope.allowDeletes : scope.allowChanges;
  return isAllowed || isWithinGuard(guardOf(scope, guarded), count, heldBy(scope, previous, guarded, count));
}

/** Why a guard stops a run, and what to do. */
export function describeGuard(
  scope: RunScope,
  guarded: Guarded,
  previous: RecoveryPoint | undefined,
  count: number,
): string {
  const limit = describeLimit(guardOf(scope, guarded), heldBy(scope, previous, guarded, count));
  const done = guarded === 'deletes' ? 'deleted from' : 'overwritten on';
  return `${countedEntries(count)} would be ${done} the target, more than ${limit}`;
}

function guardOf({ job }: RunScope, guarded: Guarded): Guard {
  return { limit: guarded === 'deletes' ? job.guards.maxDeletes : job.guards.maxChanges, counts: ENTRIES };
}

function heldBy(
  scope: RunScope,
  previous: RecoveryPoint | undefined,
  guarded: Guarded,
  count: number,
): number {
  const surplus = guarded === 'deletes' ? count : 0;
  return previous?.entries ?? scope.entriesBefore + scope.progress.entries + surplus;
}
