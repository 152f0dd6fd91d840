import { describe, expect, it } from 'vitest';
import { emptyShareReader } from '../../../lib/files/empty-share-reader.ts';
import type { RangeDifference } from '../../../lib/files/entry.ts';
import type { ShareReader } from '../../../lib/files/share-reader.ts';
import { contentProof } from '../../../lib/mirror/content-proof.ts';
import { entry } from '../../support/entries.ts';

const UNTOUCHED: RangeDifference = { written: [], cleared: [] };

interface File {
  readonly fileId: string;
  readonly difference?: RangeDifference | undefined;
}

/** A share in which every path is the same file. */
function reader(snapshot: string | undefined, { fileId, difference }: File): ShareReader {
  const nothing = emptyShareReader('share');
  return {
    ...nothing,
    snapshot,
    difference: async () => difference,
    file: async () => ({ ...(await nothing.directory('')), entry: entry('a', { fileId }) }),
  };
}

function moved(
  source: File,
  sourceBefore: string,
  target: File = { fileId: '7', difference: UNTOUCHED },
): Promise<boolean> {
  return contentProof({
    source: { now: reader('s2', source), before: reader('s1', { fileId: sourceBefore }) },
    target: { now: reader(undefined, target), before: reader('t1', { fileId: '7' }) },
  })('a', entry('a', { fileId: source.fileId }), entry('a', { fileId: target.fileId }));
}

describe('contentProof', () => {
  it('holds when no range of either side was written since the previous recovery point', async () => {
    expect(await moved({ fileId: '1', difference: UNTOUCHED }, '1')).toBe(false);
  });

  it.each<[string, RangeDifference | undefined]>([
    ['written', { written: [{ start: 0, end: 511 }], cleared: [] }],
    ['cleared', { written: [], cleared: [{ start: 0, end: 511 }] }],
    ['changed in a way that the service cannot tell', undefined],
  ])('does not hold when a range was %s on either side', async (_, difference) => {
    expect(await moved({ fileId: '1', difference }, '1')).toBe(true);
    expect(await moved({ fileId: '1', difference: UNTOUCHED }, '1', { fileId: '7', difference })).toBe(true);
  });

  it('does not hold when the path named another file then, as after a swap of two names', async () => {
    expect(await moved({ fileId: '1', difference: UNTOUCHED }, '2')).toBe(true);
    expect(
      await moved({ fileId: '1', difference: UNTOUCHED }, '1', { fileId: '8', difference: UNTOUCHED }),
    ).toBe(true);
  });

  it('does not hold without a previous recovery point', async () => {
    expect(await contentProof(undefined)('a', entry('a'), entry('a'))).toBe(true);
  });
});
