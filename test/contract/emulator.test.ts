import { afterAll } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/main.ts';
import { accountCredential } from '../../lib/azure/credentials.ts';
import { StorageAccount } from '../../lib/azure/storage-account.ts';
import { describeFilesContract } from './files-contract.ts';

let emulator: Emulator;

afterAll(() => emulator.close());

function open(name: string): StorageAccount {
  const { endpoint, key } = emulator.account(name);
  const credential = accountCredential({ kind: 'account-key', key }, name);
  return new StorageAccount({
    endpoint,
    credential,
    retries: 0,
    concurrency: 8,
    retryDelayMs: 1,
    timeoutMs: 10_000,
  });
}

describeFilesContract('the emulator', async () => {
  emulator = await startEmulator({ accounts: [{ name: 'prodacct' }, { name: 'dracct' }] });
  return { source: open('prodacct'), target: open('dracct') };
});
