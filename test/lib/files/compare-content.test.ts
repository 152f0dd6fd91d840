import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ContentComparison } from '../../../lib/files/compare-content.ts';
import { emptyShareReader } from '../../../lib/files/empty-share-reader.ts';
import type { ByteRange } from '../../../lib/files/entry.ts';
import type { ShareReader } from '../../../lib/files/share-reader.ts';

const PIECE = 4 * 2 ** 20;
const stop = new AbortController().signal;

interface Reads {
  count: number;
  underWay: number;
  most: number;
}

/** A file that holds what `bytes` holds, in the ranges given. */
function readerOf(bytes: Buffer, ranges: readonly ByteRange[], reads: Reads = noReads()): ShareReader {
  return {
    ...emptyShareReader('share'),
    ranges: async () => ranges,
    read: async (_, { start, end }) => {
      reads.count += 1;
      reads.underWay += 1;
      reads.most = Math.max(reads.most, reads.underWay);
      await new Promise((resolve) => setImmediate(resolve));
      reads.underWay -= 1;
      return bytes.subarray(start, end + 1);
    },
  };
}

function noReads(): Reads {
  return { count: 0, underWay: 0, most: 0 };
}

describe('a comparison of content', () => {
  it('finds any byte that differs, whatever either side holds as a hole', async () => {
    const size = 3 * PIECE + 1000;
    const range = fc
      .tuple(fc.nat(size - 1), fc.integer({ min: 1, max: 200_000 }))
      .map(([start, length]) => ({ start, end: Math.min(size - 1, start + length) }));
    const ranges = fc.array(range, { maxLength: 5 }).map(disjoint);
    const options = { ranges: fc.tuple(ranges, ranges), at: fc.option(fc.nat(size - 1)), side: fc.boolean() };
    await fc.assert(
      fc.asyncProperty(fc.record(options), async ({ ranges: [left, right], at, side }) => {
        const held = [left, right].map((some) => [...some]);
        const bytes = [Buffer.alloc(size), Buffer.alloc(size)];
        if (at !== null) {
          const index = side ? 0 : 1;
          bytes[index]?.writeUInt8(1, at);
          held[index] = disjoint([...(held[index] ?? []), { start: at, end: at }]);
        }
        const [source, target] = [0, 1].map((index) =>
          readerOf(bytes[index] ?? Buffer.alloc(0), held[index] ?? []),
        );
        if (source === undefined || target === undefined) throw new Error('two sides were meant');
        const { kind } = await new ContentComparison(source, target).compare('file', { size, stop });
        expect(kind).toBe(at === null ? 'equal' : 'different');
      }),
      { numRuns: 60 },
    );
  });

  it('reads several pieces of a large file at once, and never more than fit into memory', async () => {
    const size = 30 * PIECE;
    const bytes = Buffer.alloc(size);
    const reads = noReads();
    const reader = readerOf(bytes, [{ start: 0, end: size - 1 }], reads);
    const found = await new ContentComparison(reader, emptyOf(size)).compare('file', { size, stop });
    expect(found).toEqual({ kind: 'equal', bytesRead: size });
    expect(reads.most).toBe(8);
  });

  it('asks a small file for no ranges', async () => {
    const reads = noReads();
    const reader = {
      ...readerOf(Buffer.from('abc'), [], reads),
      ranges: () => Promise.reject(new Error('asked')),
    };
    expect(await new ContentComparison(reader, reader).compare('file', { size: 3, stop })).toMatchObject({
      kind: 'equal',
    });
    expect(reads.count).toBe(2);
  });

  it('reads short holes along with what is around them', async () => {
    const size = 2 * PIECE;
    const ranges = Array.from({ length: 1000 }, (_, index) => ({
      start: index * 4096,
      end: index * 4096 + 511,
    }));
    const reads = noReads();
    const reader = readerOf(Buffer.alloc(size), ranges, reads);
    expect(await new ContentComparison(reader, emptyOf(size)).compare('file', { size, stop })).toMatchObject({
      kind: 'equal',
    });
    expect(reads.count).toBe(1);
  });

  it('goes on where it was stopped', async () => {
    const size = 20 * PIECE;
    const bytes = Buffer.alloc(size);
    const controller = new AbortController();
    const reads = noReads();
    const inner = readerOf(bytes, [{ start: 0, end: size - 1 }], reads);
    const reader: ShareReader = {
      ...inner,
      read: async (...request) => {
        if (reads.count === 9) controller.abort();
        return inner.read(...request);
      },
    };
    const comparison = new ContentComparison(reader, emptyOf(size));
    const stopped = await comparison.compare('file', { size, stop: controller.signal });
    if (stopped.kind !== 'stopped') throw new Error('it was not stopped');
    expect(stopped.at).toBe(reads.count * PIECE);
    const rest = await comparison.compare('file', { size, from: stopped.at, stop });
    expect(rest).toEqual({ kind: 'equal', bytesRead: size - stopped.at });
  });

  it('reads the whole piece again in the middle of which it goes on', async () => {
    const size = 2 * PIECE;
    const bytes = Buffer.alloc(size);
    bytes.writeUInt8(1, PIECE - 1);
    const reader = readerOf(bytes, [{ start: 0, end: size - 1 }]);
    const found = await new ContentComparison(reader, emptyOf(size)).compare('file', {
      size,
      from: 1000,
      stop,
    });
    expect(found.kind).toBe('different');
  });

  it('fails when something cannot be read', async () => {
    const reader = { ...emptyOf(3), read: () => Promise.reject(new Error('refused')) };
    const comparison = new ContentComparison(reader, reader);
    await expect(comparison.compare('file', { size: 3, stop })).rejects.toThrow('refused');
  });
});

/** A file of that size that is one hole. */
function emptyOf(size: number): ShareReader {
  return readerOf(Buffer.alloc(size), []);
}

/** Sorted, joined where they overlap or touch, as the service lists them. */
function disjoint(ranges: readonly ByteRange[]): ByteRange[] {
  const joined: ByteRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last !== undefined && range.start <= last.end + 1) {
      joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
    } else {
      joined.push(range);
    }
  }
  return joined;
}
