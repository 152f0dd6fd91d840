/**
 * The operations of Azure Files that Sharepair sends, by the names that the service's own logs and bills use
 * (learn.microsoft.com: storage-analytics-logged-operations-and-status-messages, understanding-billing).
 */
export type OperationName =
  | 'ListShares'
  | 'CreateShare'
  | 'GetShareProperties'
  | 'DeleteShare'
  | 'SnapshotShare'
  | 'AcquireShareLease'
  | 'ChangeShareLease'
  | 'RenewShareLease'
  | 'ReleaseShareLease'
  | 'BreakShareLease'
  | 'CreateFilePermission'
  | 'GetFilePermission'
  | 'ListFiles'
  | 'CreateDirectory'
  | 'GetDirectoryProperties'
  | 'SetDirectoryProperties'
  | 'SetDirectoryMetadata'
  | 'DeleteDirectory'
  | 'RenameDirectory'
  | 'CreateFile'
  | 'GetFile'
  | 'GetFileProperties'
  | 'SetFileProperties'
  | 'SetFileMetadata'
  | 'DeleteFile'
  | 'RenameFile'
  | 'PutRange'
  | 'ClearRange'
  | 'PutRangeFromURL'
  | 'ListFileRanges'
  | 'CopyFile'
  | 'AbortCopyFile'
  | 'GetUserDelegationKey'
  | ManagementOperationName;

/** The operations of Azure Resource Manager that Sharepair sends (rest/api/storagerp/file-shares); none is billed. */
export type ManagementOperationName =
  | 'ArmListShares'
  | 'ArmGetShare'
  | 'ArmCreateShare'
  | 'ArmSnapshotShare'
  | 'ArmDeleteSnapshot'
  | 'ArmLeaseShare';

/** What one attempt at a request cost; told to every {@link RequestObserver}, retries included. */
export interface RequestSent {
  readonly operation: OperationName;
  readonly account: string;
  /** HTTP status, or 0 when no answer came. */
  readonly status: number;
  readonly milliseconds: number;
}

export type RequestObserver = (sent: RequestSent) => void;
