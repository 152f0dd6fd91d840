import type { ManagementOperation } from './management-operations.ts';
import type { ManagementAnswer, ManagementRequest, ResourceManager } from './management-request.ts';
import { getFileService, setFileService } from './operations/file-service.ts';
import { getFileServiceUsage } from './operations/file-service-usage.ts';
import { leaseShare } from './operations/lease-share.ts';
import { listShares } from './operations/list-shares.ts';
import {
  createShare,
  deleteShare,
  getShare,
  restoreShare,
  snapshotShare,
  updateShare,
} from './operations/shares.ts';
import { getStorageAccount, listKeys } from './operations/storage-account.ts';

/** Carries out an operation; throws `ServiceError`. */
export type ManagementHandler = (request: ManagementRequest, manager: ResourceManager) => ManagementAnswer;

/** What carries out each operation. */
export const MANAGEMENT_HANDLERS: Readonly<Record<ManagementOperation, ManagementHandler>> = {
  ArmGetStorageAccount: getStorageAccount,
  ArmListKeys: listKeys,
  ArmGetFileService: getFileService,
  ArmSetFileService: setFileService,
  ArmGetFileServiceUsage: getFileServiceUsage,
  ArmListShares: listShares,
  ArmGetShare: getShare,
  ArmCreateShare: createShare,
  ArmSnapshotShare: snapshotShare,
  ArmUpdateShare: updateShare,
  ArmDeleteShare: deleteShare,
  ArmLeaseShare: leaseShare,
  ArmRestoreShare: restoreShare,
};
