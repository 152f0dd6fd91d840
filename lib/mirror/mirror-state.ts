import type { SharePath } from '../files/paths.ts';
import { type Cursor, type WalkPart, WHOLE_WALK } from './cursor.ts';
import type { Failure } from './failures.ts';
import { type MoveState, NO_MOVES } from './moves.ts';
import { NO_REMOVALS, type RemovalState } from './removals.ts';
import type { PartlyRead } from './sampled-content.ts';

/** Where a mirror is between two slices; small, serialisable, and not growing with the share. */
export interface MirrorState {
  /** Compare and add; then bring moved entries to their places; then delete and replace. */
  readonly phase: 'update' | 'settle' | 'remove';
  /** What of the share the phase `update` is to walk. */
  readonly part: WalkPart;
  /** In the phase `update`: the first directory that is not finished. */
  readonly cursor: Cursor;
  /** Directories that lay in several parts and so have still to get their own properties. */
  readonly spine: readonly SharePath[];
  readonly moves: MoveState;
  readonly removals: RemovalState;
  /** Files met whose bytes are to be overwritten. */
  readonly overwrites: number;
  /** Whether some of them wait for another walk, as the guard had not seen them all. */
  readonly hasHeldBack: boolean;
  /** Whether the guards have let pass what they saw, some of which may be done by now. */
  readonly overwriteAllowed: boolean;
  readonly removalAllowed: boolean;
  /** Files in the middle of which comparing their bytes was stopped. */
  readonly partlyRead: readonly PartlyRead[];
  /** What earlier slices failed at. */
  readonly failures: FailureState;
  readonly sourceListingFailed: boolean;
}

export interface FailureState {
  readonly count: number;
  /** The first of them. */
  readonly first: readonly Failure[];
  readonly hasUnknownExtent: boolean;
}

export const FRESH_MIRROR: MirrorState = {
  phase: 'update',
  part: WHOLE_WALK,
  cursor: [],
  spine: [],
  moves: NO_MOVES,
  removals: NO_REMOVALS,
  overwrites: 0,
  hasHeldBack: false,
  overwriteAllowed: false,
  removalAllowed: false,
  partlyRead: [],
  failures: { count: 0, first: [], hasUnknownExtent: false },
  sourceListingFailed: false,
};

/** Failures that are carried from slice to slice, and so the most that a job can tolerate. */
export const MOST_FAILURES_KEPT = 1000;

/** What failed in earlier slices, and what has failed since. */
export function addFailures(
  earlier: FailureState,
  { count, first, hasUnknownExtent }: FailureState,
): FailureState {
  // What was tried again and failed again is one entry still.
  const known = new Set(earlier.first.map(({ path }) => path));
  const further = first.filter(({ path }) => !known.has(path));
  return {
    count: earlier.count + count - (first.length - further.length),
    first: [...earlier.first, ...further].slice(0, MOST_FAILURES_KEPT),
    hasUnknownExtent: earlier.hasUnknownExtent || hasUnknownExtent,
  };
}
