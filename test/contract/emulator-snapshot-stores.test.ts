import { afterAll, beforeAll } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/main.ts';
import { accountCredential } from '../../lib/azure/credentials.ts';
import { StorageAccount } from '../../lib/azure/storage-account.ts';
import {
  dataPlaneStores,
  managedAccount,
  resourceManagerStores,
} from '../support/snapshot-store-accounts.ts';
import { trustCertificate } from '../support/trusted-emulator.ts';
import { describeSnapshotStoreContract } from './snapshot-store-contract.ts';

let emulator: Emulator;
let distrust: () => void;

beforeAll(async () => {
  emulator = await startEmulator({ https: true, accounts: [{ name: 'prodacct' }, { name: 'dracct' }] });
  distrust = await trustCertificate(emulator);
});

afterAll(async () => {
  distrust();
  await emulator.close();
});

function account(name: string): StorageAccount {
  const { endpoint, key } = emulator.account(name);
  return new StorageAccount({
    endpoint,
    credential: accountCredential({ kind: 'account-key', key }, name),
    retries: 0,
    concurrency: 8,
    retryDelayMs: 1,
    timeoutMs: 10_000,
  });
}

describeSnapshotStoreContract('the data plane of the emulator', async () =>
  dataPlaneStores(account('prodacct')),
);

describeSnapshotStoreContract('the Resource Manager of the emulator', async () =>
  resourceManagerStores(managedAccount(emulator, 'dracct'), account('dracct')),
);
