import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareUtf8, SortedLines } from '../../../lib/verify/sorted-lines.ts';

const lines = fc.array(
  fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 8 }),
    fc.string({ unit: fc.constantFrom('a', 'b', '\t', '\u{1F600}', '\uFFFD', 'é'), maxLength: 4 }),
  ),
  { maxLength: 60 },
);

async function inOrder(sorted: SortedLines): Promise<string[]> {
  const all: string[] = [];
  for await (const some of sorted.inOrder()) all.push(...some);
  return all;
}

/** The obvious way: sort the bytes. */
function sortedBytes(all: readonly string[]): string[] {
  return all
    .map((line) => Buffer.from(line))
    .sort(Buffer.compare)
    .map((bytes) => bytes.toString());
}

describe('lines in order', () => {
  it('are in the order of their UTF-8 bytes, however few fit into memory', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(lines, { maxLength: 6 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 9 }),
        async (portions, runLines, partLines) => {
          const sorted = new SortedLines({ runLines, partLines });
          for (const portion of portions) await sorted.add(portion);
          expect(await inOrder(sorted)).toEqual(sortedBytes(portions.flat()));
          await sorted.close();
        },
      ),
      { numRuns: 60 },
    );
  });

  it('stay whole when portions are added at the same time', async () => {
    const all = Array.from({ length: 3000 }, (_, index) => `${(index * 7919) % 3000}`);
    const sorted = new SortedLines({ runLines: 100, partLines: 7 });
    await Promise.all(
      Array.from({ length: 60 }, (_, index) => sorted.add(all.slice(index * 50, index * 50 + 50))),
    );
    expect(await inOrder(sorted)).toEqual(sortedBytes(all));
    await sorted.close();
  });

  it('compare as bytes do where UTF-16 would not', () => {
    expect(compareUtf8('\u{1F600}', '\uFFFD')).toBeGreaterThan(0);
    expect(compareUtf8('a', 'ab')).toBeLessThan(0);
    expect(compareUtf8('ä', 'ä')).toBe(0);
  });
});
