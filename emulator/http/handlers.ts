import type { OperationName } from '../auth/operations.ts';
import { abortCopyFile, copyFileHandler } from './operations/copy-operations.ts';
import {
  createDirectoryHandler,
  deleteDirectoryHandler,
  getDirectoryProperties,
  setDirectoryMetadataHandler,
  setDirectoryPropertiesHandler,
} from './operations/directory-operations.ts';
import {
  createFileHandler,
  deleteFileHandler,
  getFileProperties,
  setFileMetadataHandler,
  setFilePropertiesHandler,
} from './operations/file-operations.ts';
import { getFileHandler } from './operations/get-file.ts';
import { forceCloseHandles, listHandlesHandler } from './operations/handle-operations.ts';
import { fileLeaseHandler, shareLeaseHandler } from './operations/lease-operations.ts';
import { listFiles } from './operations/list-files.ts';
import { listShares } from './operations/list-shares.ts';
import { createFilePermission, getFilePermission } from './operations/permission-operations.ts';
import { putRangeFromUrl } from './operations/put-range-from-url.ts';
import { clearRangeHandler, listFileRanges, putRangeHandler } from './operations/range-operations.ts';
import { renameHandler } from './operations/rename-operations.ts';
import { getFileServiceProperties, setFileServiceProperties } from './operations/service-properties.ts';
import { getShareAcl, setShareAcl } from './operations/share-acl.ts';
import {
  createShare,
  deleteShare,
  getShareProperties,
  getShareStats,
  restoreShare,
  setShareMetadata,
  setShareProperties,
  snapshotShare,
} from './operations/share-operations.ts';
import { getUserDelegationKey } from './operations/user-delegation-key.ts';
import type { Service } from './service.ts';
import type { ServiceRequest, ServiceResponse } from './service-request.ts';

/** Carries out an operation; throws `ServiceError`. */
export type Handler = (request: ServiceRequest, service: Service) => ServiceResponse;

/** What carries out each operation. */
export const HANDLERS: Readonly<Record<OperationName, Handler>> = {
  ListShares: listShares,
  GetFileServiceProperties: getFileServiceProperties,
  SetFileServiceProperties: setFileServiceProperties,
  GetUserDelegationKey: getUserDelegationKey,
  CreateShare: createShare,
  GetShareProperties: getShareProperties,
  SetShareProperties: setShareProperties,
  SetShareMetadata: setShareMetadata,
  GetShareAcl: getShareAcl,
  SetShareAcl: setShareAcl,
  GetShareStats: getShareStats,
  DeleteShare: deleteShare,
  SnapshotShare: snapshotShare,
  RestoreShare: restoreShare,
  AcquireShareLease: shareLeaseHandler,
  RenewShareLease: shareLeaseHandler,
  ChangeShareLease: shareLeaseHandler,
  ReleaseShareLease: shareLeaseHandler,
  BreakShareLease: shareLeaseHandler,
  CreateFilePermission: createFilePermission,
  GetFilePermission: getFilePermission,
  ListFiles: listFiles,
  CreateDirectory: createDirectoryHandler,
  GetDirectoryProperties: getDirectoryProperties,
  SetDirectoryProperties: setDirectoryPropertiesHandler,
  SetDirectoryMetadata: setDirectoryMetadataHandler,
  DeleteDirectory: deleteDirectoryHandler,
  RenameDirectory: renameHandler,
  CreateFile: createFileHandler,
  GetFile: getFileHandler,
  GetFileProperties: getFileProperties,
  SetFileProperties: setFilePropertiesHandler,
  SetFileMetadata: setFileMetadataHandler,
  DeleteFile: deleteFileHandler,
  RenameFile: renameHandler,
  PutRange: putRangeHandler,
  ClearRange: clearRangeHandler,
  PutRangeFromURL: putRangeFromUrl,
  ListFileRanges: listFileRanges,
  CopyFile: copyFileHandler,
  AbortCopyFile: abortCopyFile,
  AcquireFileLease: fileLeaseHandler,
  ReleaseFileLease: fileLeaseHandler,
  ChangeFileLease: fileLeaseHandler,
  BreakFileLease: fileLeaseHandler,
  ListHandles: listHandlesHandler,
  ForceCloseHandles: forceCloseHandles,
};
