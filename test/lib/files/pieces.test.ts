import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { covers, LARGEST_PIECE, piecesOf } from '../../../lib/files/pieces.ts';

describe('piecesOf', () => {
  it('cuts at multiples of 4 MiB', () => {
    const size = 3 * LARGEST_PIECE;
    expect([...piecesOf([{ start: 1000, end: LARGEST_PIECE + 9 }], size)]).toEqual([
      { start: 1000, end: LARGEST_PIECE - 1 },
      { start: LARGEST_PIECE, end: LARGEST_PIECE + 9 },
    ]);
  });

  it('never reaches beyond the end of the file, as ranges are rounded up to 512 bytes', () => {
    expect([...piecesOf([{ start: 0, end: 511 }], 100)]).toEqual([{ start: 0, end: 99 }]);
  });

  it('covers what it was given, in order, without overlap, in pieces that one request takes', () => {
    const range = fc.tuple(fc.nat(4 * LARGEST_PIECE), fc.nat(2 * LARGEST_PIECE));
    fc.assert(
      fc.property(range, ([start, length]) => {
        const end = start + length;
        const pieces = [...piecesOf([{ start, end }], end + 1)];
        expect(pieces[0]?.start).toBe(start);
        expect(pieces.at(-1)?.end).toBe(end);
        for (const [index, piece] of pieces.entries()) {
          expect(piece.end - piece.start + 1).toBeLessThanOrEqual(LARGEST_PIECE);
          if (index > 0) expect(piece.start).toBe((pieces[index - 1]?.end ?? 0) + 1);
        }
      }),
    );
  });
});

describe('covers', () => {
  it('agrees with a byte by byte look', () => {
    const range = fc.tuple(fc.nat(30), fc.nat(8)).map(([start, length]) => ({ start, end: start + length }));
    fc.assert(
      fc.property(fc.array(range), range, (ranges, piece) => {
        const sorted = disjoint(ranges);
        const bytes = new Set(
          sorted.flatMap(({ start, end }) => Array.from({ length: end - start + 1 }, (_, at) => start + at)),
        );
        const every = Array.from({ length: piece.end - piece.start + 1 }, (_, at) => piece.start + at).every(
          (at) => bytes.has(at),
        );
        expect(covers(sorted, piece)).toBe(every);
      }),
    );
  });
});

function disjoint(ranges: readonly { start: number; end: number }[]) {
  const result: { start: number; end: number }[] = [];
  for (const range of [...ranges].sort((a, b) => a.start - b.start)) {
    if (range.start > (result.at(-1)?.end ?? -1)) result.push(range);
  }
  return result;
}
