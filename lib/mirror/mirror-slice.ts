import type { RemovalState } from './removals.ts';
import { removeSurplus } from './remove.ts';
import type { Cursor, WalkContext } from './walk.ts';
import { walk } from './walk.ts';

/** Where a mirror is between two slices; small, serialisable, and not growing with the share. */
export interface MirrorState {
  readonly phase: 'update' | 'remove';
  /** In the phase `update`: the first directory that is not finished. */
  readonly cursor: Cursor;
  readonly removals: RemovalState;
  /** Whether an earlier slice failed at something, so that this mirror cannot end complete. */
  readonly failed: boolean;
  readonly sourceListingFailed: boolean;
}

export const FRESH_MIRROR: MirrorState = {
  phase: 'update',
  cursor: [],
  removals: { directories: {} },
  failed: false,
  sourceListingFailed: false,
};

export type SliceOutcome =
  /** The target equals the source snapshot. */
  | { readonly kind: 'complete' }
  /** The slice's time is up, or the run was asked to stop; `state` goes on from here. */
  | { readonly kind: 'stopped'; readonly state: MirrorState }
  /** Everything was tried and something failed; only a mirror from the start can be complete. */
  | { readonly kind: 'failed' }
  /** More would be deleted than the job allows; nothing was deleted. */
  | { readonly kind: 'guard'; readonly deletes: number; readonly entries: number };

export interface SliceOptions {
  readonly state: MirrorState;
  /** Whether deleting `deletes` entries, where the source has `entries`, is within the job's guard. */
  readonly mayDelete: (deletes: number, entries: number) => boolean;
  /** Called before the first deletion of the slice; rejects when this run may no longer write. */
  readonly beforeRemoval: () => Promise<void>;
}

/**
 * Carries a mirror on until it is done or `context.stop` asks to stop. May be repeated from the same state.
 *
 * First everything that adds or updates, then everything that removes or replaces: nothing goes before
 * the whole source was listed without an error, and the guard sees every deletion before the first.
 */
export async function mirrorSlice(context: WalkContext, options: SliceOptions): Promise<SliceOutcome> {
  const { state } = options;
  const { failures, progress, removals } = context;
  const stopped = (phase: MirrorState['phase'], cursor: Cursor): SliceOutcome => {
    const failed = state.failed || failures.count > 0;
    const sourceListingFailed = state.sourceListingFailed || failures.sourceListingFailed;
    return {
      kind: 'stopped',
      state: { phase, cursor, removals: removals.state, failed, sourceListingFailed },
    };
  };
  if (state.phase === 'update') {
    const cursor = await walk(context, state.cursor);
    if (cursor !== undefined) return stopped('update', cursor);
  }
  if (state.sourceListingFailed || failures.sourceListingFailed) return { kind: 'failed' };
  if (removals.count > 0) {
    const { entries } = progress;
    // A removal that has begun was allowed then; what it has deleted since is counted still.
    const isBegun = state.phase === 'remove';
    if (!isBegun && !options.mayDelete(removals.count, entries))
      return { kind: 'guard', deletes: removals.count, entries };
    await options.beforeRemoval();
    if (!(await removeSurplus(context))) return stopped('remove', []);
  }
  return state.failed || failures.count > 0 ? { kind: 'failed' } : { kind: 'complete' };
}
