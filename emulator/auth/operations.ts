/** What an operation demands of a SAS, and the service version that brought the operation. */
export type OperationRule = {
  /** Resource type (`srt`) an account SAS must name: service, container or object; none: no account SAS will do. */
  readonly resourceType: 's' | 'c' | 'o' | undefined;
  /** Sets of permission letters, one of which an account SAS must hold in full. */
  readonly accountSas: readonly string[];
  /** Sets of permission letters, one of which a service SAS must hold in full; none: no service SAS will do. */
  readonly serviceSas: readonly string[];
  /** First `x-ms-version` that knows the operation. */
  readonly since: string;
};

const FIRST = '2015-02-21';

function rule(
  resourceType: OperationRule['resourceType'],
  accountSas: readonly string[],
  serviceSas: readonly string[],
  since = FIRST,
): OperationRule {
  return { resourceType, accountSas, serviceSas, since };
}

/**
 * Every operation of the service that the emulator knows, by the name that requests are counted under.
 * Permissions: learn.microsoft.com rest/api/storageservices/create-account-sas and create-service-sas.
 */
export const OPERATIONS = {
  ListShares: rule('s', ['l'], []),
  GetFileServiceProperties: rule('s', ['r'], []),
  SetFileServiceProperties: rule('s', ['w'], []),
  GetUserDelegationKey: rule(undefined, [], [], '2025-07-05'),
  CreateShare: rule('c', ['c', 'w'], []),
  GetShareProperties: rule('c', ['r'], []),
  SetShareProperties: rule('c', ['w'], []),
  SetShareMetadata: rule('c', ['w'], []),
  GetShareAcl: rule(undefined, [], []),
  SetShareAcl: rule(undefined, [], []),
  GetShareStats: rule('c', ['r'], []),
  DeleteShare: rule('c', ['d'], []),
  SnapshotShare: rule('c', ['c', 'w'], [], '2017-04-17'),
  RestoreShare: rule('c', ['c', 'w'], [], '2019-12-12'),
  AcquireShareLease: rule('c', ['w'], [], '2020-02-10'),
  RenewShareLease: rule('c', ['w'], [], '2020-02-10'),
  ChangeShareLease: rule('c', ['w'], [], '2020-02-10'),
  ReleaseShareLease: rule('c', ['w'], [], '2020-02-10'),
  BreakShareLease: rule('c', ['w', 'd'], [], '2020-02-10'),
  CreateFilePermission: rule('c', ['w'], ['w'], '2019-02-02'),
  GetFilePermission: rule('c', ['r'], ['r'], '2019-02-02'),
  ListFiles: rule('c', ['l'], ['l']),
  CreateDirectory: rule('o', ['c', 'w'], ['c', 'w']),
  GetDirectoryProperties: rule('o', ['r'], ['r']),
  SetDirectoryProperties: rule('o', ['w'], ['w'], '2019-02-02'),
  SetDirectoryMetadata: rule('o', ['w'], ['w']),
  DeleteDirectory: rule('o', ['d'], ['d']),
  RenameDirectory: rule('o', ['w'], ['w'], '2021-04-10'),
  CreateFile: rule('o', ['c', 'w'], ['c', 'w']),
  GetFile: rule('o', ['r'], ['r']),
  GetFileProperties: rule('o', ['r'], ['r']),
  SetFileProperties: rule('o', ['w'], ['w']),
  SetFileMetadata: rule('o', ['w'], ['w']),
  DeleteFile: rule('o', ['d'], ['d']),
  RenameFile: rule('o', ['w'], ['w'], '2021-04-10'),
  PutRange: rule('o', ['w'], ['w']),
  ClearRange: rule('o', ['w'], ['w']),
  PutRangeFromURL: rule('o', ['w'], ['w'], '2019-02-02'),
  ListFileRanges: rule('o', ['r'], ['r']),
  CopyFile: rule('o', ['c', 'w'], ['c', 'w']),
  AbortCopyFile: rule('o', ['w'], ['w']),
  AcquireFileLease: rule('o', ['w'], ['w'], '2019-02-02'),
  ReleaseFileLease: rule('o', ['w'], ['w'], '2019-02-02'),
  ChangeFileLease: rule('o', ['w'], ['w'], '2019-02-02'),
  BreakFileLease: rule('o', ['w', 'd'], ['w', 'd'], '2019-02-02'),
  ListHandles: rule('o', ['r', 'l'], ['r', 'l'], '2018-11-09'),
  ForceCloseHandles: rule('o', ['w'], ['w'], '2018-11-09'),
} as const satisfies Record<string, OperationRule>;

/** The name of an operation, as requests are counted and faults are matched by. */
export type OperationName = keyof typeof OPERATIONS;

/** All operation names. */
export const OPERATION_NAMES = Object.keys(OPERATIONS).filter(isOperationName);

/** Whether `name` is an operation of this emulator. */
export function isOperationName(name: string): name is OperationName {
  return Object.hasOwn(OPERATIONS, name);
}
