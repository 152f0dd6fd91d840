import type { SharePath } from '../files/paths.ts';
import type { ShareReader } from '../files/share-reader.ts';
import { Limiter } from '../limiter.ts';
import type { ChangeHandler } from '../mirror/change.ts';
import { TIMES } from '../mirror/compare-mode.ts';
import type { Cursor } from '../mirror/cursor.ts';
import { type Failure, Failures } from '../mirror/failures.ts';
import { UNMOVED } from '../mirror/move-tracker.ts';
import { PermissionMap } from '../mirror/permission-map.ts';
import { type PlannedChange, PlanRecorder } from '../mirror/plan.ts';
import type { PointTerms } from '../mirror/point-terms.ts';
import { Progress } from '../mirror/progress.ts';
import { Removals } from '../mirror/removals.ts';
import { walk } from '../mirror/walk.ts';
import type { WalkContext } from '../mirror/walk-context.ts';

export interface ListingVerification {
  /** Files and directories of the source snapshot. */
  readonly entries: number;
  /** The sum of their sizes in bytes. */
  readonly bytes: number;
  /** How many entries differ, are missing on the target, or are there only, without those that were tolerated. */
  readonly differences: number;
  /** The first of them, as the changes that would make the target equal. */
  readonly examples: readonly PlannedChange[];
  /** What could not be compared; anything here means that nothing is proven. */
  readonly failures: readonly Failure[];
  /** Where it stopped when it was asked to; undefined when it came to its end. */
  readonly stoppedAt: Cursor | undefined;
}

export interface VerifyOptions {
  /** What the run of the recovery point had taken part in, and what it had tolerated. */
  readonly terms: Pick<PointTerms, 'filter' | 'tolerated'>;
  readonly concurrency: number;
  readonly stop: AbortSignal;
  readonly progress?: Progress;
  /** Where an earlier comparison of the same two snapshots was stopped. */
  readonly resumeAt?: Cursor;
}

const EXAMPLES = 100;

/**
 * Compares two share snapshots by their listings, with the very decision that the mirror takes: names,
 * kinds, sizes, times to 100 ns, attributes and security descriptors. Reads no bytes and writes nothing. Leaves
 * out what the filter of the run had excluded, and accepts that an entry differs whose failure it had tolerated.
 */
export async function verifyListing(
  source: ShareReader,
  target: ShareReader,
  options: VerifyOptions,
): Promise<ListingVerification> {
  const changes = new PlanRecorder(EXAMPLES);
  const failures = new Failures();
  const { filter } = options.terms;
  const tolerated = new Set(options.terms.tolerated);
  const removals = new Removals({ target, filter, staying: tolerated });
  const progress = options.progress ?? new Progress();
  const permissions = new PermissionMap(source, target);
  const context: WalkContext = {
    source,
    target,
    permissions,
    changes: exceptTolerated(exceptTimesOfRoot(changes, permissions), tolerated),
    filter,
    proofs: [],
    contentChange: async () => ({ kind: 'whole' }),
    mode: TIMES,
    moves: UNMOVED,
    metadataDiffers: async () => false,
    isFinished: async () => true,
    removals,
    failures,
    progress,
    files: new Limiter(options.concurrency),
    branches: new Limiter(Math.ceil(options.concurrency / 4)),
    stop: options.stop,
  };
  const stoppedAt = await walk(context, options.resumeAt);
  return {
    entries: progress.entries,
    bytes: progress.bytes,
    differences: changes.total + removals.count + removals.blocked,
    examples: [...changes.plan().changes, ...removals.examples],
    failures: failures.list,
    stoppedAt,
  };
}

/**
 * A directory that could not be made is never tolerated, as nobody knows what it lacks. Properties that would have
 * to be set once more, because of what differs in a directory, are no difference of their own.
 */
function exceptTolerated(changes: ChangeHandler, tolerated: ReadonlySet<SharePath>): ChangeHandler {
  return {
    async handle(change) {
      if (change.kind === 'set-properties' && change.target === undefined) return;
      if (change.kind === 'create-directory' || !tolerated.has(change.path)) await changes.handle(change);
    },
  };
}

/**
 * The times of a share's root directory are carried over like all others, but are no part of the proof:
 * whether the service keeps what it is told of them is not documented.
 */
function exceptTimesOfRoot(changes: ChangeHandler, permissions: PermissionMap): ChangeHandler {
  return {
    async handle(change) {
      if (change.path === '' && change.kind === 'set-properties' && change.target !== undefined) {
        const { source, target } = change;
        const sameAttributes = source.attributes === target.attributes;
        if (sameAttributes && (await permissions.equal(source.permissionKey, target.permissionKey))) return;
      }
      await changes.handle(change);
    },
  };
}
