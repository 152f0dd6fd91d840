import type { ShareReader } from '../files/share-reader.ts';
import { Limiter } from '../limiter.ts';
import type { ChangeHandler } from '../mirror/change.ts';
import { type Failure, Failures } from '../mirror/failures.ts';
import { PermissionMap } from '../mirror/permission-map.ts';
import { type PlannedChange, PlanRecorder } from '../mirror/plan.ts';
import { Progress } from '../mirror/progress.ts';
import { Removals } from '../mirror/removals.ts';
import { type Cursor, type WalkContext, walk } from '../mirror/walk.ts';

export interface ListingVerification {
  /** Files and directories of the source snapshot. */
  readonly entries: number;
  /** The sum of their sizes in bytes. */
  readonly bytes: number;
  /** How many entries differ, are missing on the target, or are there only. */
  readonly differences: number;
  /** The first of them, as the changes that would make the target equal. */
  readonly examples: readonly PlannedChange[];
  /** What could not be compared; anything here means that nothing is proven. */
  readonly failures: readonly Failure[];
  /** Where it stopped when it was asked to; undefined when it came to its end. */
  readonly stoppedAt: Cursor | undefined;
}

export interface VerifyOptions {
  readonly concurrency: number;
  readonly stop: AbortSignal;
  readonly progress?: Progress;
  /** Where an earlier comparison of the same two snapshots was stopped. */
  readonly resumeAt?: Cursor;
}

const EXAMPLES = 100;

/**
 * Compares two share snapshots by their listings, with the very decision that the mirror takes: names,
 * kinds, sizes, times to 100 ns, attributes and security descriptors. Reads no bytes and writes nothing.
 */
export async function verifyListing(
  source: ShareReader,
  target: ShareReader,
  options: VerifyOptions,
): Promise<ListingVerification> {
  const changes = new PlanRecorder(EXAMPLES);
  const failures = new Failures();
  const removals = new Removals(target);
  const progress = options.progress ?? new Progress();
  const permissions = new PermissionMap(source, target);
  const context: WalkContext = {
    source,
    target,
    permissions,
    changes: exceptTimesOfRoot(changes, permissions),
    contentMoved: async () => true,
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
    differences: changes.total + removals.count,
    examples: [...changes.plan().changes, ...removals.examples],
    failures: failures.list,
    stoppedAt,
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
