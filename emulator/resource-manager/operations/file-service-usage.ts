import type { Account } from '../../state/index.ts';
import type { ManagementAnswer, ManagementRequest, ResourceManager } from '../management-request.ts';
import { accountOf } from './addressed-resource.ts';

/** Limits and constants of a provisioned account, as the documentation's example of this operation has them. */
const LIMITS = {
  storageAccountLimits: {
    maxFileShares: 50,
    maxProvisionedStorageGiB: 262_144,
    maxProvisionedIOPS: 102_400,
    maxProvisionedBandwidthMiBPerSec: 10_340,
  },
  fileShareLimits: {
    minProvisionedStorageGiB: 32,
    maxProvisionedStorageGiB: 262_144,
    minProvisionedIOPS: 3000,
    maxProvisionedIOPS: 102_400,
    minProvisionedBandwidthMiBPerSec: 125,
    maxProvisionedBandwidthMiBPerSec: 10_340,
  },
  fileShareRecommendations: {
    baseIOPS: 3000,
    ioScalar: 1,
    baseBandwidthMiBPerSec: 125,
    bandwidthScalar: 0.1,
  },
  burstingConstants: { burstFloorIOPS: 10_000, burstIOScalar: 3, burstTimeframeSeconds: 3600 },
} as const;

/** rest/api/storagerp/file-services/get-service-usage and file-services/list-service-usages */
export function getFileServiceUsage(request: ManagementRequest, manager: ResourceManager): ManagementAnswer {
  const account = accountOf(request, manager);
  const resource = {
    id: `${manager.resources.idOf(account.name)}/fileServices/default/usages/default`,
    name: 'default',
    type: 'Microsoft.Storage/storageAccounts/fileServices/usages',
    properties: { ...LIMITS, storageAccountUsage: usageOf(account) },
  };
  return { status: 200, body: request.isCollection ? { value: [resource] } : resource };
}

function usageOf(account: Account) {
  const { items } = account.listShares({ deleted: true, maxResults: Number.POSITIVE_INFINITY });
  const live = items.filter(({ deleted }) => deleted === undefined);
  const deleted = items.filter(({ deleted }) => deleted !== undefined);
  return { liveShares: totalOf(live), softDeletedShares: totalOf(deleted) };
}

/** Shares of the emulator have no provisioned IOPS and bandwidth. */
function totalOf(items: readonly { readonly properties: { readonly quotaGiB: number } }[]) {
  return {
    fileShareCount: items.length,
    provisionedStorageGiB: items.reduce((sum, { properties }) => sum + properties.quotaGiB, 0),
    provisionedIOPS: 0,
    provisionedBandwidthMiBPerSec: 0,
  };
}
