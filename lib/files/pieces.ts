import type { ByteRange } from './entry.ts';

/** The most bytes that one Put Range or Put Range From URL takes (rest/api/storageservices/put-range). */
export const LARGEST_PIECE = 4 * 1024 * 1024;

/** Cuts ranges into pieces of at most 4 MiB that begin at multiples of 4 MiB, in order, within `size` bytes. */
export function* piecesOf(ranges: Iterable<ByteRange>, size: number): Generator<ByteRange> {
  for (const { start, end } of ranges) {
    const last = Math.min(end, size - 1);
    let at = start;
    while (at <= last) {
      const boundary = (Math.floor(at / LARGEST_PIECE) + 1) * LARGEST_PIECE - 1;
      const pieceEnd = Math.min(boundary, last);
      yield { start: at, end: pieceEnd };
      at = pieceEnd + 1;
    }
  }
}

/** Whether sorted, disjoint `ranges` hold every byte of `piece`. */
export function covers(ranges: readonly ByteRange[], piece: ByteRange): boolean {
  let at = piece.start;
  for (const range of ranges) {
    if (range.end < at) continue;
    if (range.start > at) return false;
    at = range.end + 1;
    if (at > piece.end) return true;
  }
  return false;
}
