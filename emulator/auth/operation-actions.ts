import type { IncomingHttpHeaders } from 'node:http';
import {
  type ActionPlane,
  DATA_ACTIONS,
  GENERATE_USER_DELEGATION_KEY,
  SHARE_ACTIONS,
} from '../identity/roles.ts';
import type { OperationName } from './operations.ts';

/** The actions of roles that an operation needs, all of them. */
export type OperationActions = { readonly plane: ActionPlane; readonly actions: readonly string[] };

/**
 * What the roles of a principal must allow for an operation
 * (learn.microsoft.com rest/api/storageservices/authorize-with-azure-active-directory, permissions for file
 * service operations). `headers` matter as setting a permission needs an action more.
 */
export function actionsOf(operation: OperationName, headers: IncomingHttpHeaders): OperationActions {
  const needed = OPERATION_ACTIONS[operation];
  const setsPermission =
    headers['x-ms-file-permission'] !== undefined || headers['x-ms-file-permission-key'] !== undefined;
  return setsPermission && PERMISSION_SETTERS.has(operation)
    ? { ...needed, actions: [...needed.actions, DATA_ACTIONS.modifyPermissions] }
    : needed;
}

const PERMISSION_SETTERS: ReadonlySet<OperationName> = new Set([
  'SetDirectoryProperties',
  'SetFileProperties',
  'CopyFile',
]);

const READ = data(DATA_ACTIONS.read, DATA_ACTIONS.readBackupSemantics);
const WRITE = data(DATA_ACTIONS.write, DATA_ACTIONS.writeBackupSemantics);
const READ_SHARE = management(SHARE_ACTIONS.read);
const WRITE_SHARE = management(SHARE_ACTIONS.write);
const LEASE_SHARE = management(SHARE_ACTIONS.lease);

const OPERATION_ACTIONS: Readonly<Record<OperationName, OperationActions>> = {
  ListShares: READ_SHARE,
  GetFileServiceProperties: management(SHARE_ACTIONS.readService),
  SetFileServiceProperties: management(SHARE_ACTIONS.writeService),
  GetUserDelegationKey: management(GENERATE_USER_DELEGATION_KEY),
  CreateShare: WRITE_SHARE,
  GetShareProperties: READ_SHARE,
  SetShareProperties: WRITE_SHARE,
  SetShareMetadata: WRITE_SHARE,
  GetShareAcl: READ_SHARE,
  SetShareAcl: WRITE_SHARE,
  GetShareStats: READ_SHARE,
  DeleteShare: management(SHARE_ACTIONS.delete),
  SnapshotShare: WRITE_SHARE,
  RestoreShare: management(SHARE_ACTIONS.restore),
  AcquireShareLease: LEASE_SHARE,
  RenewShareLease: LEASE_SHARE,
  ChangeShareLease: LEASE_SHARE,
  ReleaseShareLease: LEASE_SHARE,
  BreakShareLease: LEASE_SHARE,
  CreateFilePermission: data(DATA_ACTIONS.modifyPermissions, DATA_ACTIONS.writeBackupSemantics),
  GetFilePermission: READ,
  ListFiles: READ,
  CreateDirectory: WRITE,
  GetDirectoryProperties: READ,
  SetDirectoryProperties: WRITE,
  SetDirectoryMetadata: WRITE,
  DeleteDirectory: WRITE,
  RenameDirectory: WRITE,
  CreateFile: WRITE,
  GetFile: READ,
  GetFileProperties: READ,
  SetFileProperties: WRITE,
  SetFileMetadata: WRITE,
  DeleteFile: WRITE,
  RenameFile: WRITE,
  PutRange: WRITE,
  ClearRange: WRITE,
  PutRangeFromURL: WRITE,
  ListFileRanges: READ,
  CopyFile: WRITE,
  AbortCopyFile: WRITE,
  AcquireFileLease: WRITE,
  ReleaseFileLease: WRITE,
  ChangeFileLease: WRITE,
  BreakFileLease: WRITE,
  ListHandles: READ,
  ForceCloseHandles: WRITE,
};

function data(...actions: readonly string[]): OperationActions {
  return { plane: 'data', actions };
}

function management(...actions: readonly string[]): OperationActions {
  return { plane: 'management', actions };
}
