import { randomUUID } from 'node:crypto';
import { RequestFailedError } from '../azure/errors.ts';
import type { Entry, EntryKind } from '../files/entry.ts';
import { childPath, foldName, parentPath, type SharePath } from '../files/paths.ts';
import type { ShareReader } from '../files/share-reader.ts';
import type { ChangeHandler } from './change.ts';
import { DepartedEntries, type DepartedEntry } from './departed.ts';
import type { EntryFilter } from './entry-filter.ts';
import { findEntry } from './find-entry.ts';
import type { MoveTracker } from './move-tracker.ts';
import { UNMOVED } from './move-tracker.ts';
import type { Arrival, Moves } from './moves.ts';
import type { PastShare } from './past-share.ts';
import { letsMove, type Move, type PointTerms, provesMoved } from './point-terms.ts';

export interface ClaimContext {
  readonly source: ShareReader;
  readonly target: ShareReader;
  readonly filter: EntryFilter;
  readonly proofs: readonly PointTerms[];
  readonly changes: ChangeHandler;
}

/**
 * Brings moved entries to their new places on the target by renaming them. What is renamed is compared
 * afterwards like everything else, so that a wrong guess costs requests and never data.
 *
 * One rename at a time: what stands in the way is brought to its own new place first, or, where that leads
 * in a circle, aside. What a filter keeps where it is, and what a proof would no longer hold for, is left there
 * and copied.
 */
export class MoveClaims implements MoveTracker {
  readonly defer = UNMOVED.defer;
  readonly replaced = UNMOVED.replaced;
  /** Directories that something was taken out of or put aside in, as the walk over the share knew them. */
  #disturbed = new Set<SharePath>();
  /** Folded paths at which something stood that is elsewhere now. */
  readonly #vacated = new Set<string>();
  readonly #context: ClaimContext;
  readonly #departed: DepartedEntries;
  readonly #moves: Moves;
  /** The arrivals that are not in their places yet, by the FileId of the source. */
  readonly #wanted: Map<string, Arrival>;
  readonly #pastPaths = new Map<SharePath, SharePath>();
  #last: Promise<unknown> = Promise.resolve();

  private constructor(context: ClaimContext, past: PastShare, moves: Moves) {
    this.#context = context;
    this.#departed = new DepartedEntries(past);
    this.#moves = moves;
    const missing = moves.arrivals.filter(({ isDone, from }) => !isDone && from === undefined);
    this.#wanted = new Map(missing.map((arrival) => [arrival.fileId, arrival]));
  }

  static async open(context: ClaimContext, past: PastShare, moves: Moves): Promise<MoveClaims> {
    const claims = new MoveClaims(context, past, moves);
    for (const departure of moves.departures) await claims.#departed.add(departure);
    for (const { path, fileId, from } of moves.arrivals) {
      if (from === undefined) continue;
      // What a slice before has brought is not to be taken for what it has replaced.
      claims.#departed.take(fileId);
      claims.#departed.withdraw(path);
      claims.#pastPaths.set(path, from);
    }
    return claims;
  }

  /** Settles where the arrivals among themselves have come from, before anything below them is walked. */
  async claimArrivals(): Promise<void> {
    const arrivals = [...this.#wanted.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
    for (const { fileId } of arrivals) await this.#departed.find(fileId);
    for (const arrival of arrivals) await this.#claimArrival(arrival, new Set());
    // From here on these are walked, and nothing may be taken away from under a walk.
    for (const { path } of arrivals) this.#departed.withdraw(path);
  }

  async depart(path: SharePath, { kind }: Entry): Promise<void> {
    await this.#departed.add({ path, kind }, this.pastPath(path));
  }

  /** Whether what stands at a path was renamed to it. */
  hasBrought(path: SharePath): boolean {
    return this.#pastPaths.has(path);
  }

  /** The directories that were disturbed since they were taken last. */
  takeDisturbed(): ReadonlySet<SharePath> {
    const disturbed = this.#disturbed;
    this.#disturbed = new Set();
    return disturbed;
  }

  /** Whether something was renamed that stood at a path, letter case aside. */
  hasVacated(path: SharePath): boolean {
    return this.#vacated.has(foldName(path));
  }

  claim(path: SharePath, source: Entry): Promise<Entry | undefined> {
    const claimed = this.#last.then(async () => {
      const departed = await this.#departed.find(source.fileId);
      if (departed === undefined || departed.kind !== source.kind || departed.now === path) return undefined;
      if (!(await this.#mayMove(departed, path, source))) return undefined;
      const brought = await this.#bring(source.fileId, departed, path, source);
      if (brought !== undefined) this.#departed.withdraw(path);
      return brought;
    });
    this.#last = claimed.catch(() => undefined);
    return claimed;
  }

  pastPath(path: SharePath): SharePath {
    let ancestor = path;
    while (ancestor !== '') {
      const past = this.#pastPaths.get(ancestor);
      if (past !== undefined) return past + path.slice(ancestor.length);
      ancestor = parentPath(ancestor);
    }
    return path;
  }

  async #claimArrival(arrival: Arrival, underWay: Set<SharePath>): Promise<void> {
    const departed = this.#departed.peek(arrival.fileId);
    if (departed === undefined || departed.kind !== arrival.kind || departed.now === arrival.path) return;
    underWay.add(arrival.path);
    const source = await findEntry(this.#context.source, arrival.path, arrival.kind);
    if (source === undefined || !(await this.#mayMove(departed, arrival.path, source))) return;
    if (!(await this.#makeWay(arrival, underWay))) return;
    await this.#bring(arrival.fileId, departed, arrival.path, source);
  }

  /** Brings what stands at a path to where it belongs, or aside. False where it has to stay. */
  async #makeWay({ path, kind, isReplacing }: Arrival, underWay: Set<SharePath>): Promise<boolean> {
    const occupant = this.#departed.idAt(path);
    // What is too small to be worth a move was not noted as departed.
    if (occupant === undefined) return !isReplacing || this.hasVacated(path) || this.#putAside(path, kind);
    const wanted = this.#wanted.get(occupant);
    if (wanted !== undefined && !underWay.has(wanted.path)) await this.#claimArrival(wanted, underWay);
    const left = this.#departed.peek(occupant);
    if (left === undefined || left.now !== path) return true;
    return this.#putAside(path, left.kind);
  }

  async #putAside(path: SharePath, kind: EntryKind): Promise<boolean> {
    const target = await findEntry(this.#context.target, path, kind);
    if (target === undefined) return true;
    // A name that no mirror knows: should the run be cut off here, the next one finds it to be surplus.
    const aside = childPath(parentPath(path), `.sharepair-moved-${randomUUID()}`);
    if (!this.#isLetMove({ from: path, to: aside, source: target, target })) return false;
    return this.#rename(path, aside, target, target);
  }

  async #mayMove({ now, kind }: DepartedEntry, to: SharePath, source: Entry): Promise<boolean> {
    const { filter, proofs, target: share } = this.#context;
    if ([filter, ...proofs.map((proof) => proof.filter)].every(({ isEverything }) => isEverything)) {
      if (proofs.every(({ tolerated }) => tolerated.length === 0)) return true;
    }
    const target = await findEntry(share, now, kind);
    return target !== undefined && this.#isLetMove({ from: now, to, source, target });
  }

  #isLetMove(move: Move): boolean {
    const { filter, proofs } = this.#context;
    return letsMove(filter, move) && proofs.every((proof) => provesMoved(proof, move));
  }

  /** Renames; undefined where nothing stands there afterwards, and then the entry is copied as if it were new. */
  async #bring(
    fileId: string,
    { now, original, kind }: DepartedEntry,
    path: SharePath,
    source: Entry,
  ): Promise<Entry | undefined> {
    await this.#rename(now, path, source, source);
    const target = await findEntry(this.#context.target, path, kind);
    if (target === undefined) return undefined;
    this.#departed.take(fileId);
    this.#pastPaths.set(path, original);
    this.#moves.advance(path, { from: original });
    return target;
  }

  /** False where the service refused. */
  async #rename(from: SharePath, to: SharePath, source: Entry, target: Entry): Promise<boolean> {
    const departed = this.#moves.departures.find(({ path }) => from === path || from.startsWith(`${path}/`));
    this.#disturbed.add(parentPath(from)).add(parentPath(departed?.path ?? from));
    this.#moves.hasMoved = true;
    try {
      await this.#context.changes.handle({ kind: 'rename', path: to, from, source, target });
    } catch (error) {
      if (!(error instanceof RequestFailedError)) throw error;
      // An answer that was lost makes a rename that succeeded look like one that failed.
      if ((await findEntry(this.#context.target, from, source.kind)) !== undefined) return false;
      if ((await findEntry(this.#context.target, to, source.kind)) === undefined) return false;
    }
    this.#vacated.add(foldName(from));
    this.#departed.relocate(from, to);
    return true;
  }
}
