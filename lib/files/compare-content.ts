import { Limiter, TaskGroup } from '../limiter.ts';
import type { ByteRange } from './entry.ts';
import type { SharePath } from './paths.ts';
import { LARGEST_PIECE, piecesOf } from './pieces.ts';
import type { ShareReader } from './share-reader.ts';

export interface ContentComparisonOptions {
  /** Bytes of the file, alike on both sides. */
  readonly size: number;
  /** What an earlier comparison of the same two files has found equal. */
  readonly from?: number | undefined;
  readonly stop: AbortSignal;
  /** Told, as it goes, before which byte everything is equal. */
  readonly onEqual?: ((before: number) => void) | undefined;
}

export type ComparedContent = {
  /** Bytes read on each side; of files over 4 MiB, long holes that both sides have are not read. */
  readonly bytesRead: number;
} & (
  | { readonly kind: 'equal' | 'different' }
  /** Asked to stop; everything before the byte `at` is equal. */
  | { readonly kind: 'stopped'; readonly at: number }
);

/** Pieces that are in memory at once, twice 4 MiB each. */
const PIECES = 8;
const ZEROS = Buffer.alloc(LARGEST_PIECE);

/** Compares files byte by byte, however many and however large ones, within a fixed amount of memory. */
export class ContentComparison {
  readonly #source: ShareReader;
  readonly #target: ShareReader;
  readonly #pieces = new Limiter(PIECES);

  constructor(source: ShareReader, target: ShareReader) {
    this.#source = source;
    this.#target = target;
  }

  /**
   * Compares what either side holds of one file; a range that only one side holds must be zeros there.
   * @throws {RequestFailedError} when something cannot be read.
   */
  async compare(
    path: SharePath,
    { size, from = 0, stop, onEqual }: ContentComparisonOptions,
  ): Promise<ComparedContent> {
    if (size === 0) return { kind: 'equal', bytesRead: 0 };
    const { pieces, isHeldBy } = await this.#plan(path, size);
    const group = new TaskGroup(this.#pieces);
    const state: PiecesState = { bytesRead: 0, differs: false, failure: undefined };
    const underWay = new Set<number>();
    let begun = from;
    let stoppedAt: number | undefined;
    for (const piece of pieces) {
      if (piece.end < from) continue;
      if (stop.aborted) stoppedAt ??= piece.start;
      if (stoppedAt !== undefined || state.differs || state.failure !== undefined) break;
      underWay.add(piece.start);
      await group.start(async () => {
        begun = piece.end + 1;
        await this.#piece(path, piece, isHeldBy, state);
        underWay.delete(piece.start);
        if (!state.differs && state.failure === undefined) onEqual?.(Math.min(begun, ...underWay));
      });
    }
    await group.settled();
    const { bytesRead, differs, failure } = state;
    if (failure !== undefined) throw failure;
    if (differs) return { kind: 'different', bytesRead };
    return stoppedAt === undefined
      ? { kind: 'equal', bytesRead }
      : { kind: 'stopped', at: stoppedAt, bytesRead };
  }

  async #plan(path: SharePath, size: number): Promise<ComparisonPlan> {
    // To ask a small file for its ranges would double the requests that it takes.
    if (size <= LARGEST_PIECE) return { pieces: [{ start: 0, end: size - 1 }], isHeldBy: () => true };
    const [source, target] = await Promise.all([this.#source.ranges(path), this.#target.ranges(path)]);
    return {
      pieces: piecesOf(mergeRanges([...source, ...target]), size),
      isHeldBy: (side, piece) => holdsSomeOf(side === 'source' ? source : target, piece),
    };
  }

  async #piece(
    path: SharePath,
    piece: ByteRange,
    isHeldBy: ComparisonPlan['isHeldBy'],
    state: PiecesState,
  ): Promise<void> {
    const zeros = ZEROS.subarray(0, piece.end - piece.start + 1);
    try {
      const [left, right] = await Promise.all([
        isHeldBy('source', piece) ? this.#source.read(path, piece) : zeros,
        isHeldBy('target', piece) ? this.#target.read(path, piece) : zeros,
      ]);
      state.bytesRead += zeros.length;
      if (Buffer.compare(left, right) !== 0) state.differs = true;
    } catch (error) {
      state.failure ??= error;
    }
  }
}

interface ComparisonPlan {
  readonly pieces: Iterable<ByteRange>;
  /** Whether a side holds anything of a piece; elsewhere it reads as zeros. */
  readonly isHeldBy: (side: 'source' | 'target', piece: ByteRange) => boolean;
}

interface PiecesState {
  bytesRead: number;
  differs: boolean;
  failure: unknown;
}

/** Whether sorted, disjoint ranges hold a byte of the piece. */
function holdsSomeOf(ranges: readonly ByteRange[], piece: ByteRange): boolean {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.end ?? 0) < piece.start) low = middle + 1;
    else high = middle;
  }
  const first = ranges[low];
  return first !== undefined && first.start <= piece.end;
}

/** Holes shorter than this are read along with what is around them, as a request costs more than their zeros. */
const SHORT_HOLE = 64 * 1024;

/** Sorted, and joined where they overlap or little lies between them. */
function mergeRanges(ranges: readonly ByteRange[]): ByteRange[] {
  const merged: ByteRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last !== undefined && range.start <= last.end + 1 + SHORT_HOLE) {
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
    } else {
      merged.push(range);
    }
  }
  return merged;
}
