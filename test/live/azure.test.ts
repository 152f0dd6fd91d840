import { describe, it } from 'vitest';
import { accountCredential, type CredentialChoice } from '../../lib/azure/credentials.ts';
import { accountNameOf, StorageAccount } from '../../lib/azure/storage-account.ts';
import { describeFilesContract } from '../contract/files-contract.ts';

/**
 * The contract suite against two real storage accounts; docs/unsettled.md says how to run it. Costs a few
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
