import { describe, it } from 'vitest';
import { accountCredential, type CredentialChoice } from '../../lib/azure/credentials.ts';
import { ResourceManagerAccount } from '../../lib/azure/resource-manager.ts';
import { accountNameOf, StorageAccount } from '../../lib/azure/storage-account.ts';
import { describeFilesContract } from '../contract/files-contract.ts';
import { describeSnapshotStoreContract } from '../contract/snapshot-store-contract.ts';
import { dataPlaneStores, resourceManagerStores } from '../support/snapshot-store-accounts.ts';

/**
 * The contract suites against two real storage accounts; docs/unsettled.md says how to run it. Costs a few
 * hundred requests, and leaves nothing behind.
 */
const source = settings('SOURCE');
const target = settings('TARGET');

if (source === undefined || target === undefined) {
  describe('Azure', () => {
    it.skip('skipped: SHAREPAIR_LIVE_SOURCE_ENDPOINT and SHAREPAIR_LIVE_TARGET_ENDPOINT name no accounts', () =>
      undefined);
  });
} else {
  describeFilesContract('Azure', async () => ({ source: open(source), target: open(target) }));
  describeSnapshotStoreContract('the data plane of Azure', async () => dataPlaneStores(open(target)));
  const manager = openManager(target);
  if (manager === undefined) {
    describe('the Resource Manager of Azure', () => {
      it.skip('skipped: SHAREPAIR_LIVE_TARGET_SUBSCRIPTION and SHAREPAIR_LIVE_TARGET_RESOURCE_GROUP tell not where the account is', () =>
        undefined);
    });
  } else {
    describeSnapshotStoreContract('the Resource Manager of Azure', async () =>
      resourceManagerStores(manager, open(target)),
    );
  }
}

interface LiveAccount {
  readonly endpoint: string;
  /** An account key; the login of the machine is used where there is none. */
  readonly key: string | undefined;
}

function settings(side: 'SOURCE' | 'TARGET'): LiveAccount | undefined {
  const endpoint = process.env[`SHAREPAIR_LIVE_${side}_ENDPOINT`];
  return endpoint === undefined ? undefined : { endpoint, key: process.env[`SHAREPAIR_LIVE_${side}_KEY`] };
}

function open({ endpoint, key }: LiveAccount): StorageAccount {
  const choice: CredentialChoice = key === undefined ? { kind: 'default' } : { kind: 'account-key', key };
  const credential = accountCredential(choice, accountNameOf(endpoint));
  return new StorageAccount({
    endpoint,
    credential,
    retries: 5,
    concurrency: 8,
    retryDelayMs: 400,
    timeoutMs: 120_000,
  });
}

/** The target account in Resource Manager, asked with the login of the machine. */
function openManager({ endpoint }: LiveAccount): ResourceManagerAccount | undefined {
  const subscription = process.env.SHAREPAIR_LIVE_TARGET_SUBSCRIPTION;
  const resourceGroup = process.env.SHAREPAIR_LIVE_TARGET_RESOURCE_GROUP;
  if (subscription === undefined || resourceGroup === undefined) return undefined;
  const name = accountNameOf(endpoint);
  const credential = accountCredential({ kind: 'default' }, name).identity();
  const address = 'https://management.azure.com';
  return (
    credential &&
    new ResourceManagerAccount({
      name,
      place: { subscription, resourceGroup, endpoint: address, audience: address },
      credential,
      retries: 5,
      retryDelayMs: 400,
      timeoutMs: 120_000,
    })
  );
}
