import { describe, expect, it } from 'vitest';
import {
  billedTransactions,
  estimateCost,
  type PriceTable,
  transactionClass,
  transactionsOf,
} from '../../../lib/report/billing.ts';

const NONE = { Write: 0, List: 0, Read: 0, Other: 0, Delete: 0 };
const PRICES: PriceTable = {
  currency: 'EUR',
  about: 'a made-up table',
  source: { Write: 1, List: 2, Read: 3, Other: 4, Delete: 0 },
  target: { Write: 10, List: 20, Read: 30, Other: 40, Delete: 5 },
  dataTransferPerGiB: 0.5,
};

describe('a request', () => {
  it.each([
    ['CopyFile', 'Write'],
    ['PutRangeFromURL', 'Write'],
    ['SetDirectoryProperties', 'Write'],
    ['CreateFilePermission', 'Write'],
    ['RenameDirectory', 'Write'],
    ['ListFiles', 'List'],
    ['ListFileRanges', 'List'],
    ['GetFile', 'Read'],
    ['GetFilePermission', 'Read'],
    ['AbortCopyFile', 'Other'],
    ['RenewShareLease', 'Other'],
    ['ClearRange', 'Delete'],
    ['DeleteFile', 'Delete'],
    ['ArmListShares', undefined],
  ] as const)('%s is billed as %s', (operation, expected) => {
    expect(transactionClass(operation)).toBe(expected);
  });
});

describe('transactions', () => {
  it('are counted by class, those that are not billed left out', () => {
    expect(transactionsOf({ ListFiles: 3, ListFileRanges: 1, CopyFile: 2, ArmSnapshotShare: 9 })).toEqual({
      ...NONE,
      List: 4,
      Write: 2,
    });
  });

  it('of the source hold a read for each file or range that the service copies', () => {
    const target = { CopyFile: 3, PutRangeFromURL: 10, PutRange: 5, SetFileProperties: 1 };
    expect(billedTransactions({ source: { ListFiles: 1, GetFile: 5 }, target })).toEqual({
      source: { ...NONE, List: 1, Read: 18 },
      target: { ...NONE, Write: 19 },
    });
  });
});

describe('an estimate', () => {
  it('multiplies each class by its price for 10,000, and bytes by that of a GiB', () => {
    const transactions = {
      source: { ...NONE, List: 10_000, Read: 5000 },
      target: { ...NONE, Write: 20_000, Delete: 10_000 },
    };
    expect(estimateCost(transactions, 3 * 1024 ** 3, PRICES)).toEqual({
      currency: 'EUR',
      about: 'a made-up table',
      source: 3.5,
      target: 25,
      dataTransfer: 1.5,
      total: 30,
    });
  });
});
