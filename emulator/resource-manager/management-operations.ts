import { ACCOUNT_ACTIONS, SHARE_ACTIONS } from '../identity/roles.ts';

/** How the storage resource provider counts an operation against its limits. */
export type ThrottleClass = 'read' | 'list' | 'write';

/** What an operation of Resource Manager needs and counts as. */
export type ManagementRule = {
  /** The action that a role must allow. */
  readonly action: string;
  readonly throttle: ThrottleClass;
};

const READ_USAGE = 'Microsoft.Storage/storageAccounts/fileServices/usages/read';

/**
 * Every operation of Resource Manager that the emulator knows, by the name that requests are counted under.
 * Actions: learn.microsoft.com azure/role-based-access-control/permissions/storage.
 */
export const MANAGEMENT_OPERATIONS = {
  ArmGetStorageAccount: { action: ACCOUNT_ACTIONS.read, throttle: 'read' },
  ArmListKeys: { action: ACCOUNT_ACTIONS.listKeys, throttle: 'read' },
  ArmGetFileService: { action: SHARE_ACTIONS.readService, throttle: 'read' },
  ArmSetFileService: { action: SHARE_ACTIONS.writeService, throttle: 'write' },
  ArmGetFileServiceUsage: { action: READ_USAGE, throttle: 'read' },
  ArmListShares: { action: SHARE_ACTIONS.read, throttle: 'list' },
  ArmGetShare: { action: SHARE_ACTIONS.read, throttle: 'read' },
  ArmCreateShare: { action: SHARE_ACTIONS.write, throttle: 'write' },
  ArmSnapshotShare: { action: SHARE_ACTIONS.write, throttle: 'write' },
  ArmUpdateShare: { action: SHARE_ACTIONS.write, throttle: 'write' },
  ArmDeleteShare: { action: SHARE_ACTIONS.delete, throttle: 'write' },
  ArmLeaseShare: { action: SHARE_ACTIONS.lease, throttle: 'write' },
  ArmRestoreShare: { action: SHARE_ACTIONS.restore, throttle: 'write' },
} as const satisfies Record<string, ManagementRule>;

/** The name of an operation of Resource Manager. */
export type ManagementOperation = keyof typeof MANAGEMENT_OPERATIONS;

/** Whether `name` is an operation of Resource Manager. */
export function isManagementOperation(name: string): name is ManagementOperation {
  return Object.hasOwn(MANAGEMENT_OPERATIONS, name);
}
