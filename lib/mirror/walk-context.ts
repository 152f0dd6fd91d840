import type { Entry } from '../files/entry.ts';
import type { SharePath } from '../files/paths.ts';
import type { ShareReader } from '../files/share-reader.ts';
import type { Limiter } from '../limiter.ts';
import type { ChangeHandler } from './change.ts';
import type { CompareMode } from './compare-mode.ts';
import type { FindContentChange } from './content-change.ts';
import type { EntryFilter } from './entry-filter.ts';
import type { Failures } from './failures.ts';
import { ListingFailure } from './listing.ts';
import type { MetadataDiffers } from './metadata-proof.ts';
import type { MoveTracker } from './move-tracker.ts';
import type { PermissionMap } from './permission-map.ts';
import type { PointTerms } from './point-terms.ts';
import type { Progress } from './progress.ts';
import type { Removals } from './removals.ts';
import { TransferStopped } from './transfer-file.ts';

/** Tells whether a target file that looks equal was really written to its end. */
export type IsFinished = (
  path: SharePath,
  entries: { readonly source: Entry; readonly target: Entry },
) => Promise<boolean>;

/** What the steps of one walk over two shares have in common. */
export interface WalkContext {
  readonly source: ShareReader;
  readonly target: ShareReader;
  readonly permissions: PermissionMap;
  readonly changes: ChangeHandler;
  /** What takes part. */
  readonly filter: EntryFilter;
  readonly contentChange: FindContentChange;
  readonly metadataDiffers: MetadataDiffers;
  readonly isFinished: IsFinished;
  readonly mode: CompareMode;
  readonly moves: MoveTracker;
  /** The recovery points that the comparison takes for proof, as far as their terms are known. */
  readonly proofs: readonly PointTerms[];
  readonly removals: Removals;
  readonly failures: Failures;
  readonly progress: Progress;
  /** Files worked on at once. */
  readonly files: Limiter;
  /** Directories walked at once, besides the one that every walk has. */
  readonly branches: Limiter;
  /** Asks the walk to stop soon and say where it is. */
  readonly stop: AbortSignal;
}

/** A walk under way, perhaps on several branches. */
export interface BranchContext extends WalkContext {
  /** Stops all branches when an error that no entry accounts for breaks one of them. */
  readonly broken: AbortController;
  /** Directories that lie in other parts of the walk, too, and so get their properties at the very end. */
  readonly spine: ReadonlySet<SharePath>;
}

export function branchOut(context: WalkContext, spine: ReadonlySet<SharePath> = new Set()): BranchContext {
  const broken = new AbortController();
  return { ...context, broken, spine, stop: AbortSignal.any([context.stop, broken.signal]) };
}

/** Does the work for each item, for as many at once as there are free branches besides the one it is on. */
export async function inBranches<Item>(
  { branches, broken }: BranchContext,
  items: Iterable<Item>,
  work: (item: Item) => Promise<void>,
  goesOn: () => boolean = () => true,
): Promise<void> {
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  for (const item of items) {
    if (!goesOn() || failures.length > 0) break;
    const isBranch = branches.tryEnter();
    const done = work(item)
      .catch((error: unknown) => {
        failures.push(error);
        broken.abort();
      })
      .finally(() => {
        running.delete(done);
        if (isBranch) branches.leave();
      });
    running.add(done);
    if (!isBranch) await done;
  }
  // Every branch has ended before an error leaves, so that none goes on writing after the lock is given back.
  await Promise.all(running);
  if (failures.length > 0) throw failures[0];
}

/** Runs one piece of work on an entry; a failure is written down and the rest of the walk goes on. */
export async function attempt(
  { failures }: Pick<WalkContext, 'failures'>,
  path: SharePath,
  work: () => Promise<void>,
  extent?: 'entry' | 'unknown',
): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof TransferStopped)) failures.add(path, error, extent);
    return false;
  }
}

export function countEntry({ progress }: WalkContext, entry: Entry): void {
  progress.entries += 1;
  progress.bytes += entry.size;
}

/**
 * Writes down that a directory could not be listed.
 * @throws whatever else it was.
 */
export function noteListingFailure(
  { failures }: Pick<WalkContext, 'failures'>,
  path: SharePath,
  error: unknown,
): void {
  if (!(error instanceof ListingFailure)) throw error;
  if (error.side === 'source') failures.sourceListingFailed = true;
  failures.add(path, error.cause, 'unknown');
}
