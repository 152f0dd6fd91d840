import { given } from '../../http/given.ts';
import type { ManagementAnswer, ManagementRequest, ResourceManager } from '../management-request.ts';
import { accountOf } from './addressed-resource.ts';

/** What every account of the emulator is. */
export const SKU = { name: 'Standard_LRS', tier: 'Standard' } as const;
const LOCATION = 'emulator';

/** rest/api/storagerp/storage-accounts/get-properties */
export function getStorageAccount(request: ManagementRequest, manager: ResourceManager): ManagementAnswer {
  const account = accountOf(request, manager);
  const { allowSharedKeyAccess, allowedCopyScope } = account.security;
  const { startedAt } = manager;
  return {
    status: 200,
    body: {
      sku: SKU,
      kind: 'StorageV2',
      id: manager.resources.idOf(account.name),
      name: account.name,
      type: 'Microsoft.Storage/storageAccounts',
      location: LOCATION,
      tags: {},
      properties: {
        ...given({ allowSharedKeyAccess, allowedCopyScope }),
        largeFileSharesState: 'Enabled',
        minimumTlsVersion: 'TLS1_2',
        supportsHttpsTrafficOnly: false,
        publicNetworkAccess: 'Enabled',
        networkAcls: {
          bypass: 'AzureServices',
          virtualNetworkRules: [],
          ipRules: [],
          defaultAction: 'Allow',
        },
        encryption: {
          services: { file: { keyType: 'Account', enabled: true, lastEnabledTime: startedAt } },
          keySource: 'Microsoft.Storage',
        },
        accessTier: 'Hot',
        provisioningState: 'Succeeded',
        creationTime: startedAt,
        primaryEndpoints: { file: manager.fileEndpoint(account.name) },
        primaryLocation: LOCATION,
        statusOfPrimary: 'available',
      },
    },
  };
}

/** rest/api/storagerp/storage-accounts/list-keys */
export function listKeys(request: ManagementRequest, manager: ResourceManager): ManagementAnswer {
  const keys = accountOf(request, manager).keys.map((value, index) => ({
    keyName: `key${index + 1}`,
    value,
    permissions: 'FULL',
  }));
  return { status: 200, body: { keys } };
}
