import type { Entry, EntryKind } from '../files/entry.ts';
import type { SharePath } from '../files/paths.ts';
import type { Cursor } from './cursor.ts';
import type { Departure } from './departed.ts';
import type { PastShares } from './past-share.ts';
import { LARGEST_COPY_FILE } from './transfer-file.ts';

/** A source entry that the target lacks at its place, put off until it is known what has departed elsewhere. */
export interface Arrival {
  readonly path: SharePath;
  readonly kind: EntryKind;
  readonly fileId: string;
  /** Whether another entry of its kind stands at its place on the target. */
  readonly isReplacing: boolean;
  /** Where it stood at the previous recovery point, once it was renamed from there. */
  readonly from: SharePath | undefined;
  readonly isDone: boolean;
  /** Where the walk of it is, counted from itself. */
  readonly cursor: Cursor;
}

export interface MoveState {
  readonly arrivals: readonly Arrival[];
  readonly departures: readonly Departure[];
  /** Whether anything was renamed, so that the directories of what departed are not what they were. */
  readonly hasMoved: boolean;
}

export const NO_MOVES: MoveState = { arrivals: [], departures: [], hasMoved: false };

/** Characters of paths that are kept; what is beyond is copied and deleted rather than renamed. */
const MOST_TEXT = 64 * 1024;

/** What two parts of a share have taken down. */
export function joinMoves(one: MoveState, other: MoveState): MoveState {
  const arrivals = new Map([...one.arrivals, ...other.arrivals].map((arrival) => [arrival.path, arrival]));
  return {
    arrivals: [...arrivals.values()],
    departures: [...one.departures, ...other.departures],
    hasMoved: one.hasMoved || other.hasMoved,
  };
}

/**
 * Takes down, while both trees are walked, what may have been moved: directories and large files that one
 * side has and the other lacks, or that took another's place. A small file is copied as fast as renamed.
 */
export class Moves {
  readonly past: PastShares | undefined;
  hasMoved: boolean;
  readonly #arrivals: Map<SharePath, Arrival>;
  readonly #departures: Map<SharePath, Departure>;
  #room = MOST_TEXT;

  /** Without a previous recovery point nothing can be known to have moved. */
  constructor(past: PastShares | undefined, state: MoveState = NO_MOVES) {
    this.past = past;
    this.hasMoved = state.hasMoved;
    this.#arrivals = new Map(state.arrivals.map((arrival) => [arrival.path, arrival]));
    this.#departures = new Map(state.departures.map((departure) => [departure.path, departure]));
    for (const { path } of [...state.arrivals, ...state.departures]) this.#room -= path.length;
  }

  get state(): MoveState {
    return { arrivals: this.arrivals, departures: this.departures, hasMoved: this.hasMoved };
  }

  get arrivals(): readonly Arrival[] {
    return [...this.#arrivals.values()];
  }

  get departures(): readonly Departure[] {
    return [...this.#departures.values()];
  }

  /** Whether a source entry that the target lacks is put off; otherwise it is made at once. */
  defer(path: SharePath, { kind, size, fileId }: Entry, isReplacing = false): boolean {
    if (this.#arrivals.has(path)) return true;
    if (!this.#isWorthwhile(kind, size) || !this.#takesRoom(path)) return false;
    this.#arrivals.set(path, {
      path,
      kind,
      fileId,
      isReplacing,
      from: undefined,
      isDone: false,
      cursor: [],
    });
    return true;
  }

  /** Notes a target entry whose place in the source is gone, or taken by another. */
  depart(path: SharePath, { kind, size }: Entry): void {
    if (this.#departures.has(path) || !this.#isWorthwhile(kind, size) || !this.#takesRoom(path)) return;
    this.#departures.set(path, { path, kind });
  }

  /**
   * Whether the source has another entry under this name than at the previous recovery point. Asked only
   * where the creation times differ, as every entry takes its own along when it is moved.
   */
  async isReplaced(path: SharePath, pastPath: SharePath, source: Entry, target: Entry): Promise<boolean> {
    if (this.past === undefined || source.creationTime === target.creationTime) return false;
    if (!this.#isWorthwhile(source.kind, Math.max(source.size, target.size))) return false;
    if (this.#arrivals.has(path)) return true;
    const before = await this.past.source.find(pastPath, source.kind);
    return before !== undefined && before.fileId !== source.fileId;
  }

  /** Writes down how far an arrival has come. */
  advance(path: SharePath, progress: Partial<Pick<Arrival, 'from' | 'isDone' | 'cursor'>>): void {
    const arrival = this.#arrivals.get(path);
    if (arrival !== undefined) this.#arrivals.set(path, { ...arrival, ...progress });
  }

  #isWorthwhile(kind: EntryKind, size: number): boolean {
    return this.past !== undefined && (kind === 'directory' || size > LARGEST_COPY_FILE);
  }

  #takesRoom(path: SharePath): boolean {
    if (path.length > this.#room) return false;
    this.#room -= path.length;
    return true;
  }
}
