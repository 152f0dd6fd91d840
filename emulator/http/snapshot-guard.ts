import type { OperationName } from '../auth/operations.ts';
import { ServiceError } from '../state/index.ts';
import { invalidQueryParameterValue } from './request-errors.ts';
import type { Query } from './request-target.ts';

const READS_SNAPSHOTS: ReadonlySet<OperationName> = new Set<OperationName>([
  'GetShareProperties',
  'DeleteShare',
  'AcquireShareLease',
  'RenewShareLease',
  'ChangeShareLease',
  'ReleaseShareLease',
  'BreakShareLease',
  'ListFiles',
  'GetDirectoryProperties',
  'GetFile',
  'GetFileProperties',
  'ListFileRanges',
  'ListHandles',
  'ForceCloseHandles',
]);

/**
 * Refuses `sharesnapshot` on an operation that snapshots do not have: 400 `ShareSnapshotOperationNotSupported`
 * for a share, `InvalidQueryParameterValue` for files and directories
 * (learn.microsoft.com rest/api/storageservices/file-service-error-codes).
 */
export function guardSnapshot(operation: OperationName, query: Query): void {
  const snapshot = query.get('sharesnapshot');
  if (snapshot === undefined || READS_SNAPSHOTS.has(operation)) return;
  if (query.get('restype')?.toLowerCase() !== 'share')
    throw invalidQueryParameterValue('sharesnapshot', snapshot);
  throw new ServiceError(
    400,
    'ShareSnapshotOperationNotSupported',
    'The operation is not supported on a share snapshot.',
  );
}
