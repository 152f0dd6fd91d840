import { describe, expect, it } from 'vitest';
import { RequestFailedError } from '../../../lib/azure/errors.ts';
import type { ByteRange } from '../../../lib/files/entry.ts';
import { listRanges } from '../../../lib/files/list-ranges.ts';

const GIB = 1024 ** 3;

function refused(status: number, code: string): RequestFailedError {
  return new RequestFailedError({ operation: 'ListFileRanges', account: 'a', status, code });
}

/** A service that lists at most `most` GiB at once, every whole GiB being a range of its own. */
function serviceListing(most: number, size: number) {
  const asked: (ByteRange | undefined)[] = [];
  const ask = async (part: ByteRange | undefined): Promise<string> => {
    asked.push(part);
    const { start, end } = part ?? { start: 0, end: size - 1 };
    if (end - start + 1 > most * GIB) throw refused(500, 'OperationTimedOut');
    let ranges = '';
    for (let at = start; at <= end; at += GIB) {
      ranges += `<Range><Start>${at}</Start><End>${Math.min(at + GIB, end + 1) - 1}</End></Range>`;
    }
    return `<?xml version="1.0"?><Ranges>${ranges}</Ranges>`;
  };
  return { ask, asked };
}

describe('listRanges', () => {
  it('asks once where the service can list everything', async () => {
    const { ask, asked } = serviceListing(8, 4 * GIB);
    expect((await listRanges(ask, async () => 4 * GIB)).written).toHaveLength(4);
    expect(asked).toEqual([undefined]);
  });

  it.each([
    [1, 5 * GIB + 7],
    [2, 16 * GIB],
    [3, 9 * GIB + 1],
    [1, 2 * GIB],
  ])('asks in parts where it can list %i GiB of a file of %i bytes', async (most, size) => {
    const { ask } = serviceListing(most, size);
    const { written } = await listRanges(ask, async () => size);
    const expected: ByteRange[] = [];
    for (let start = 0; start < size; start += GIB) {
      expected.push({ start, end: Math.min(start + GIB, size) - 1 });
    }
    expect(written).toEqual(expected);
  });

  it('gives up where even the smallest part is too much, and on every other refusal', async () => {
    const { ask } = serviceListing(0, 4 * GIB);
    await expect(listRanges(ask, async () => 4 * GIB)).rejects.toThrow('OperationTimedOut');
    const absent = async (): Promise<string> => {
      throw refused(404, 'ResourceNotFound');
    };
    const size = async (): Promise<number> => {
      throw new Error('is not asked for');
    };
    await expect(listRanges(absent, size)).rejects.toThrow('ResourceNotFound');
  });

  it('refuses a list that broke off', async () => {
    await expect(
      listRanges(
        async () => '<Ranges><Range><Start>0</Start><End>5</End></Range>',
        async () => 1,
      ),
    ).rejects.toThrow('broke off');
  });
});
