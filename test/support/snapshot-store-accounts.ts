import type { TokenCredential } from '@azure/identity';
import type { Emulator } from '../../emulator/main.ts';
import {
  ResourceManagerAccount,
  type ResourceManagerAccountOptions,
  type ResourceManagerPlace,
} from '../../lib/azure/resource-manager.ts';
import type { StorageAccount } from '../../lib/azure/storage-account.ts';
import { DataPlaneSnapshotStore } from '../../lib/snapshots/data-plane-snapshot-store.ts';
import { ResourceManagerShareLeases } from '../../lib/snapshots/resource-manager-share-leases.ts';
import { ResourceManagerSnapshotStore } from '../../lib/snapshots/resource-manager-snapshot-store.ts';
import { DataPlaneShareLeases } from '../../lib/snapshots/share-leases.ts';
import type { SnapshotStoreAccount } from '../contract/snapshot-store-contract.ts';

/** An account whose snapshots are kept through the data plane. */
export function dataPlaneStores(account: StorageAccount): SnapshotStoreAccount {
  return {
    name: account.name,
    open: (share) => ({
      store: new DataPlaneSnapshotStore(account, share),
      leases: new DataPlaneShareLeases(account, share),
    }),
    leaseSnapshot: async (share, snapshot, action) => {
      await account.send({
        operation: action === 'acquire' ? 'AcquireShareLease' : 'BreakShareLease',
        method: 'PUT',
        share,
        query: { restype: 'share', comp: 'lease', sharesnapshot: snapshot },
        headers:
          action === 'acquire'
            ? { 'x-ms-lease-action': action, 'x-ms-lease-duration': '-1' }
            : { 'x-ms-lease-action': action, 'x-ms-lease-break-period': '0' },
      });
    },
    deleteShare: async (share) => {
      const headers = { 'x-ms-delete-snapshots': 'include' };
      const query = { restype: 'share' };
      await account.send({ operation: 'DeleteShare', method: 'DELETE', share, query, headers });
    },
  };
}

/** The same account with its snapshots kept through Resource Manager; shares are deleted on the data plane. */
export function resourceManagerStores(
  manager: ResourceManagerAccount,
  account: StorageAccount,
): SnapshotStoreAccount {
  return {
    name: manager.name,
    open: (share) => ({
      store: new ResourceManagerSnapshotStore(manager, share),
      leases: new ResourceManagerShareLeases(manager, share),
    }),
    leaseSnapshot: async (share, snapshot, action) => {
      await manager.send({
        operation: 'ArmLeaseShare',
        method: 'POST',
        share,
        path: `/${share}/lease`,
        snapshot,
        body:
          action === 'acquire'
            ? { action: 'Acquire', leaseDuration: -1 }
            : { action: 'Break', breakPeriod: 0 },
      });
    },
    deleteShare: dataPlaneStores(account).deleteShare,
  };
}

/** A credential that an emulator without identities takes. */
export const anyToken: TokenCredential = {
  getToken: async () => ({ token: 'some.token', expiresOnTimestamp: Date.now() + 3_600_000 }),
};

/** An account of an emulator that listens for HTTPS, in its Resource Manager. The process must trust its certificate. */
export function managedAccount(
  emulator: Emulator,
  name: string,
  options: Partial<ResourceManagerAccountOptions> = {},
): ResourceManagerAccount {
  return new ResourceManagerAccount({
    name,
    place: placeOf(emulator),
    credential: anyToken,
    retries: 0,
    retryDelayMs: 1,
    timeoutMs: 10_000,
    ...options,
  });
}

/** Where the Resource Manager of an emulator knows its accounts. */
export function placeOf(emulator: Emulator): ResourceManagerPlace {
  const { url, subscriptionId, resourceGroup } = emulator.resourceManager;
  return {
    subscription: subscriptionId,
    resourceGroup,
    endpoint: url.replace(/\/$/, ''),
    audience: 'https://management.azure.com',
  };
}
