import { describe, expect, it } from 'vitest';
import { borderOf, transferTable, waysOf, winnerOf } from '../../bench/transfer/summary.ts';

const MIB = 2 ** 20;
const copy = (size: number, seconds: number) => ({ size: size * MIB, way: undefined, seconds });
const ranges = (size: number, piece: number, parallelism: number, seconds: number) => ({
  size: size * MIB,
  way: { piece: piece * MIB, parallelism },
  seconds,
});

describe('waysOf', () => {
  it('has Copy File and every piece size at every parallelism for a large file', () => {
    expect(waysOf(1024 * MIB)).toHaveLength(1 + 3 * 5);
  });

  it('leaves out pieces larger than the file and places that no piece would take', () => {
    expect(waysOf(MIB / 16)).toEqual([undefined, { piece: MIB, parallelism: 4 }]);
    expect(waysOf(8 * MIB)).toEqual([
      undefined,
      { piece: MIB, parallelism: 4 },
      { piece: MIB, parallelism: 8 },
      { piece: 2 * MIB, parallelism: 4 },
      { piece: 4 * MIB, parallelism: 4 },
    ]);
  });
});

describe('winnerOf', () => {
  it('is the fastest of the ranges where they are clearly faster than Copy File', () => {
    const measured = [copy(4, 1), ranges(4, 1, 4, 0.9), ranges(4, 4, 8, 0.5), ranges(64, 4, 8, 0.1)];
    expect(winnerOf(measured, 4 * MIB)).toEqual({ piece: 4 * MIB, parallelism: 8 });
  });

  it('is Copy File where the difference may be noise', () => {
    expect(winnerOf([copy(4, 1), ranges(4, 4, 8, 0.96)], 4 * MIB)).toBeUndefined();
  });
});

describe('borderOf', () => {
  it('is the last size before the first that ranges win, in whatever order they were measured', () => {
    const measured = [
      ...[copy(64, 2), ranges(64, 4, 8, 2)],
      ...[copy(32, 2), ranges(32, 4, 8, 1)],
      ...[copy(4, 1), ranges(4, 4, 8, 2)],
    ];
    expect(borderOf(measured)).toBe(4 * MIB);
  });

  it('is 0 where ranges win from the start', () => {
    expect(borderOf([copy(4, 2), ranges(4, 4, 8, 1)])).toBe(0);
  });
});

describe('transferTable', () => {
  it('has a line for each size and piece, with seconds, MiB/s and the winner', () => {
    const table = transferTable([copy(8, 2), ranges(8, 1, 8, 4), ranges(8, 4, 4, 0.5)]);
    const cells = table.split('\n').map((line) => line.split(/ {2,}/));
    expect(cells[1]).toEqual([
      '8 MiB',
      '2.000 s 4.0 MiB/s',
      '1 MiB',
      '4.000 s 2.0 MiB/s',
      '4 MiB, 4 at once',
    ]);
    expect(cells[2]?.slice(1)).toEqual(['4 MiB', '0.500 s 16.0 MiB/s']);
  });
});
