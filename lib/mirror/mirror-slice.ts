import { NO_REMOVALS, type RemovalState } from './removals.ts';
import { removeSurplus } from './remove.ts';
import type { Cursor, WalkContext } from './walk.ts';
import { walk } from './walk.ts';

/** Where a mirror is between two slices; small, serialisable, and not growing with the share. */
export interface MirrorState {
  readonly phase: 'update' | 'remove';
  /** In the phase `update`: the first directory that is not finished. */
  readonly cursor: Cursor;
  readonly removals: RemovalState;
  /** Whether the guard has let deletions pass, some of which may be done by now. */
  readonly removalAllowed: boolean;
  /** Whether an earlier slice failed at something, so that this mirror cannot end complete. */
  readonly failed: boolean;
  readonly sourceListingFailed: boolean;
}

export const FRESH_MIRROR: MirrorState = {
  phase: 'update',
  cursor: [],
  removals: NO_REMOVALS,
  removalAllowed: false,
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
  | { readonly kind: 'guard'; readonly deletes: number };

export interface SliceOptions {
  readonly state: MirrorState;
  /** Whether deleting so many entries is within the job's guard. */
  readonly mayDelete: (deletes: number) => boolean;
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
  const { failures, removals } = context;
  const stopped = (next: Omit<MirrorState, 'failed' | 'sourceListingFailed'>): SliceOutcome => {
    const failed = state.failed || failures.count > 0;
    const sourceListingFailed = state.sourceListingFailed || failures.sourceListingFailed;
    return { kind: 'stopped', state: { ...next, failed, sourceListingFailed } };
  };
  if (state.phase === 'update') {
    const cursor = await walk(context, state.cursor);
    if (cursor !== undefined) {
      return stopped({
        phase: 'update',
        cursor,
        removals: removals.state,
        removalAllowed: state.removalAllowed,
      });
    }
  }
  if (state.sourceListingFailed || failures.sourceListingFailed) return { kind: 'failed' };
  if (removals.count > 0) {
    const allowed = state.removalAllowed || options.mayDelete(removals.count);
    if (!allowed) return { kind: 'guard', deletes: removals.count };
    await options.beforeRemoval();
    if (!(await removeSurplus(context))) {
      // What was to come in place of something deleted is now simply missing, which only another walk finds.
      return removals.state.replaces
        ? stopped({ phase: 'update', cursor: [], removals: NO_REMOVALS, removalAllowed: true })
        : stopped({ phase: 'remove', cursor: [], removals: removals.state, removalAllowed: true });
    }
  }
  return state.failed || failures.count > 0 ? { kind: 'failed' } : { kind: 'complete' };
}
