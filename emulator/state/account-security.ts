/**
 * What guards an account besides its keys: settings of Resource Manager that the file service enforces
 * (learn.microsoft.com azure/storage/common/shared-key-authorization-prevent, security-restrict-copy-operations).
 */
export type AccountSecurity = {
  /** False refuses Shared Key and every SAS that an account key signed. */
  readonly allowSharedKeyAccess: boolean;
  /** Copies come only from accounts of the same tenant (`AAD`) or of the same virtual network (`PrivateLink`). */
  readonly allowedCopyScope?: 'AAD' | 'PrivateLink';
  /** The Microsoft Entra tenant of the account; the emulator's own when absent. */
  readonly tenantId?: string;
  /** The virtual network in which the account has a private endpoint; none when absent. */
  readonly virtualNetwork?: string;
};

export const DEFAULT_ACCOUNT_SECURITY: AccountSecurity = { allowSharedKeyAccess: true };
