import { HeldChanges } from './held-changes.ts';
import { addFailures, type FailureState, FRESH_MIRROR, type MirrorState } from './mirror-state.ts';
import { collectingMoves, UNMOVED } from './move-tracker.ts';
import { Moves } from './moves.ts';
import type { PastShares } from './past-share.ts';
import { Removals } from './removals.ts';
import { removeSurplus } from './remove.ts';
import { settleMoves } from './settle-moves.ts';
import { restampDirectory } from './stamp-directory.ts';
import { walk } from './walk.ts';
import type { WalkContext } from './walk-context.ts';

export type SliceOutcome =
  /** The target equals the source snapshot, but for what failed. */
  | { readonly kind: 'complete'; readonly failures: FailureState }
  /**
   * The slice's time is up, or the run was asked to stop. `state` goes on from here in another process, `live` in
   * this one, with what is held back.
   */
  | { readonly kind: 'stopped'; readonly state: MirrorState; readonly live: MirrorState }
  /** This part of the share is walked; `state` waits for the other parts (joinMirrors). */
  | { readonly kind: 'part'; readonly state: MirrorState }
  /** The source could not be listed to its end, so that nothing was deleted. */
  | { readonly kind: 'failed'; readonly failures: FailureState }
  /** More would be deleted or overwritten than the job allows; nothing of it was. */
  | { readonly kind: 'guard'; readonly deletes: number; readonly overwrites: number };

export interface SliceOptions {
  readonly state: MirrorState;
  /** Whether deleting so many entries is within the job's guard. */
  readonly mayDelete: (deletes: number) => boolean;
  /** Whether overwriting so many files is; undefined where there is nothing to guard. */
  readonly mayOverwrite: ((overwrites: number) => boolean) | undefined;
  /** What the slices of this process hold back for that; unless given, one slice by itself. */
  readonly held?: HeldChanges;
  /**
   * Called before a slice moves or deletes anything; rejects when this run may no longer write. From then on the
   * states of before are void, as the target is not what they say: a process that dies without a word is to be
   * followed by one that begins with `fallback`.
   */
  readonly beforeRemoval: (fallback: MirrorState) => Promise<void>;
  /** Both shares at the previous recovery point, where there is one that is proven. */
  readonly past: PastShares | undefined;
}

/** What a slice is given of a walk; it brings the rest itself. */
export type SliceContext = Omit<WalkContext, 'moves' | 'removals'>;

/**
 * Carries a mirror on until it is done or `context.stop` asks to stop. May be repeated from the same state.
 *
 * First everything that adds or updates, then what was moved, then everything that removes or replaces:
 * nothing goes before the whole source was listed without an error, and the guards see every overwrite before
 * the first and every deletion before the first.
 */
export async function mirrorSlice(given: SliceContext, options: SliceOptions): Promise<SliceOutcome> {
  return new Slice(given, options).run();
}

class Slice {
  readonly #given: SliceContext;
  readonly #options: SliceOptions;
  readonly #held: HeldChanges | undefined;
  readonly #context: SliceContext;
  readonly #removals: Removals;
  readonly #moves: Moves;
  #state: MirrorState;

  constructor(given: SliceContext, options: SliceOptions) {
    const { state, mayOverwrite, held = new HeldChanges() } = options;
    this.#given = given;
    this.#options = options;
    this.#state = state;
    this.#held = mayOverwrite === undefined || state.overwriteAllowed ? undefined : held;
    this.#context = { ...given, changes: this.#held?.before(given.changes) ?? given.changes };
    this.#removals = new Removals(given, state.removals);
    this.#moves = new Moves(options.past, state.moves);
    given.failures.sourceListingFailed ||= state.sourceListingFailed;
  }

  async run(): Promise<SliceOutcome> {
    const { phase, part } = this.#options.state;
    if (phase === 'update') {
      if (!(await this.#update())) return this.#stopped();
      this.#state = { ...this.#state, phase: 'settle' };
      if (part.from.length > 0 || part.until !== undefined) return { kind: 'part', state: this.#snapshot() };
    }
    if (this.#state.phase === 'settle') {
      if (!(await this.#settle(phase === 'settle'))) return this.#stopped();
      const guarded = await this.#releaseHeld();
      if (guarded !== undefined) return guarded;
      this.#state = { ...this.#state, phase: 'remove' };
    }
    return this.#remove();
  }

  async #update(): Promise<boolean> {
    const { cursor, part } = this.#state;
    const moves = collectingMoves(this.#moves);
    const stoppedAt = await walk({ ...this.#context, moves, removals: this.#removals }, cursor, part);
    this.#state = { ...this.#state, cursor: stoppedAt ?? [] };
    return stoppedAt === undefined;
  }

  /** False where it was stopped. */
  async #settle(isResumed: boolean): Promise<boolean> {
    if (this.#moves.arrivals.length > 0) {
      await this.#options.beforeRemoval(this.#again());
      const context = { ...this.#context, moves: UNMOVED, removals: this.#removals };
      if (!(await settleMoves(context, this.#moves, { isResumed }))) return false;
    }
    const context = { ...this.#context, moves: UNMOVED, removals: this.#removals };
    for (const directory of this.#state.spine) await restampDirectory(context, directory);
    this.#state = { ...this.#state, spine: [] };
    return true;
  }

  /** Undefined where the slice may go on. */
  async #releaseHeld(): Promise<SliceOutcome | undefined> {
    const { overwrites, hasHeldBack, overwriteAllowed } = this.#snapshot();
    const { mayOverwrite = () => true } = this.#options;
    if (overwrites === 0) return undefined;
    if (!overwriteAllowed && !mayOverwrite(overwrites)) return { kind: 'guard', deletes: 0, overwrites };
    this.#state = { ...this.#state, overwriteAllowed: true };
    const released = this.#held === undefined || (await this.#held.release(this.#given));
    // What is not held any more is found only by walking once more.
    return released && !hasHeldBack ? undefined : stoppedAt(this.#again());
  }

  async #remove(): Promise<SliceOutcome> {
    const removals = this.#removals;
    const { failures } = this.#given;
    if (failures.sourceListingFailed) return { kind: 'failed', failures: this.#failures() };
    if (!removals.isEmpty) {
      const isGuarded = removals.count > 0 && !this.#state.removalAllowed;
      const allowed = !isGuarded || this.#options.mayDelete(removals.count);
      if (!allowed) return { kind: 'guard', deletes: removals.count, overwrites: 0 };
      this.#state = { ...this.#state, removalAllowed: true };
      await this.#options.beforeRemoval(this.#again());
      // What comes in place of something deleted overwrites nothing that is still there.
      if (!(await removeSurplus({ ...this.#given, moves: UNMOVED, removals }))) {
        // What was to come in place of something deleted is now simply missing, which only another walk finds.
        return stoppedAt(removals.state.replaces ? this.#again() : this.#snapshot());
      }
    }
    if (failures.sourceListingFailed) return { kind: 'failed', failures: this.#failures() };
    return { kind: 'complete', failures: this.#failures() };
  }

  #stopped(): SliceOutcome {
    const state = this.#snapshot();
    const hasHeldBack = state.hasHeldBack || (this.#held?.count ?? 0) > 0;
    const { overwrites, hasHeldBack: hadHeldBack } = this.#state;
    return {
      kind: 'stopped',
      state: { ...state, hasHeldBack },
      live: { ...state, overwrites, hasHeldBack: hadHeldBack },
    };
  }

  /** A mirror that is walked from the start, with what the guards have let pass. */
  #again(): MirrorState {
    const { overwriteAllowed, removalAllowed, failures, sourceListingFailed } = this.#snapshot();
    return { ...FRESH_MIRROR, overwriteAllowed, removalAllowed, failures, sourceListingFailed };
  }

  #snapshot(): MirrorState {
    const held = this.#held;
    return {
      ...this.#state,
      moves: this.#moves.state,
      removals: this.#removals.state,
      overwrites: this.#state.overwrites + (held?.count ?? 0),
      hasHeldBack: this.#state.hasHeldBack || held?.hasLost === true,
      partlyRead: this.#given.mode.sampled?.partlyRead ?? [],
      failures: this.#failures(),
      sourceListingFailed: this.#given.failures.sourceListingFailed,
    };
  }

  #failures(): FailureState {
    const { count, list, hasUnknownExtent } = this.#given.failures;
    return addFailures(this.#options.state.failures, { count, first: list, hasUnknownExtent });
  }
}

function stoppedAt(state: MirrorState): SliceOutcome {
  return { kind: 'stopped', state, live: state };
}
