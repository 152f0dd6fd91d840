import type { ManagementOperationName, OperationName } from '../azure/operations.ts';
import { type RequestCounts, sumOfRequests } from './request-tally.ts';

/** The classes by which pay-as-you-go shares are billed for requests (storage/files/understanding-billing). */
export const TRANSACTION_CLASSES = ['Write', 'List', 'Read', 'Other', 'Delete'] as const;
export type TransactionClass = (typeof TRANSACTION_CLASSES)[number];

/** Transactions by class. */
export type Transactions = Readonly<Record<TransactionClass, number>>;

/** What is asked of the two shares of a job. */
export interface SideRequests {
  readonly source: RequestCounts;
  readonly target: RequestCounts;
}

export interface SideTransactions {
  readonly source: Transactions;
  readonly target: Transactions;
}

/** Prices as their reader has found them; none come with this program, as list prices differ and change. */
export interface PriceTable {
  /** ISO 4217. */
  readonly currency: string;
  /** Where and when the figures were read, shown with every estimate. */
  readonly about: string;
  /** For 10,000 transactions on each side. */
  readonly source: Readonly<Record<TransactionClass, number>>;
  readonly target: Readonly<Record<TransactionClass, number>>;
  /** For each GiB that goes from the source's region to the target's. */
  readonly dataTransferPerGiB: number;
}

/** In the currency of the price table, not rounded. */
export interface CostEstimate {
  readonly currency: string;
  readonly about: string;
  readonly source: number;
  readonly target: number;
  readonly dataTransfer: number;
  readonly total: number;
}

/**
 * The page that lists classes leaves out snapshots, renames, share leases and user-delegation keys. The first two
 * are counted as the dearest class, as others that create and set are; leases as file leases are.
 */
const CLASSES: Readonly<Record<Exclude<OperationName, ManagementOperationName>, TransactionClass>> = {
  CreateShare: 'Write',
  SnapshotShare: 'Write',
  CreateFilePermission: 'Write',
  CreateDirectory: 'Write',
  SetDirectoryProperties: 'Write',
  SetDirectoryMetadata: 'Write',
  RenameDirectory: 'Write',
  CreateFile: 'Write',
  SetFileProperties: 'Write',
  SetFileMetadata: 'Write',
  RenameFile: 'Write',
  PutRange: 'Write',
  PutRangeFromURL: 'Write',
  CopyFile: 'Write',
  ListShares: 'List',
  ListFiles: 'List',
  ListFileRanges: 'List',
  GetShareProperties: 'Read',
  GetFilePermission: 'Read',
  GetDirectoryProperties: 'Read',
  GetFile: 'Read',
  GetFileProperties: 'Read',
  AbortCopyFile: 'Other',
  AcquireShareLease: 'Other',
  ChangeShareLease: 'Other',
  RenewShareLease: 'Other',
  ReleaseShareLease: 'Other',
  BreakShareLease: 'Other',
  GetUserDelegationKey: 'Other',
  ClearRange: 'Delete',
  DeleteFile: 'Delete',
  DeleteDirectory: 'Delete',
  DeleteShare: 'Delete',
};

/** The class of an operation; undefined for those of Resource Manager, which are not billed. */
export function transactionClass(operation: OperationName): TransactionClass | undefined {
  const classes: Readonly<Partial<Record<OperationName, TransactionClass>>> = CLASSES;
  return classes[operation];
}

export function transactionsOf(requests: RequestCounts): Transactions {
  const counts = { Write: 0, List: 0, Read: 0, Other: 0, Delete: 0 };
  for (const [operation, sent] of Object.entries(requests)) {
    const known = transactionClass(operation as OperationName);
    if (known !== undefined) counts[known] += sent;
  }
  return counts;
}

/**
 * What the two sides are billed for. The service's own reads of what it copies are the source's
 * (rest/api/storageservices/copy-file, Billing); how many there are is not documented, so one is counted for
 * each file or range that is copied.
 */
export function billedTransactions({ source, target }: SideRequests): SideTransactions {
  const copies = (target.CopyFile ?? 0) + (target.PutRangeFromURL ?? 0);
  return {
    source: transactionsOf(sumOfRequests(source, { GetFile: copies })),
    target: transactionsOf(target),
  };
}

const PER = 10_000;
const GIB = 1024 ** 3;

/** @param bytes that are copied from share to share */
export function estimateCost(
  transactions: SideTransactions,
  bytes: number,
  prices: PriceTable,
): CostEstimate {
  const source = priceOf(transactions.source, prices.source);
  const target = priceOf(transactions.target, prices.target);
  const dataTransfer = (bytes / GIB) * prices.dataTransferPerGiB;
  const total = source + target + dataTransfer;
  const { currency, about } = prices;
  return { currency, about, source, target, dataTransfer, total };
}

function priceOf(transactions: Transactions, prices: Transactions): number {
  return TRANSACTION_CLASSES.reduce((sum, name) => sum + (transactions[name] * prices[name]) / PER, 0);
}
