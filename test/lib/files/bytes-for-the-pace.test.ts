import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';
import { copySource } from '../../../lib/azure/copy-source.ts';
import { accountCredential } from '../../../lib/azure/credentials.ts';
import { StorageAccount } from '../../../lib/azure/storage-account.ts';
import { RestShareWriter } from '../../../lib/files/rest-share-writer.ts';
import { ShareBuilder } from '../../support/share-builder.ts';

let emulator: Emulator;

beforeEach(async () => {
  emulator = await startEmulator({ accounts: [{ name: 'acct' }] });
  const share = emulator.state.findAccount('acct')?.createShare('data', { quotaGiB: 100 });
  if (share !== undefined) new ShareBuilder(share).file('file', 'x'.repeat(2_000));
});

afterEach(() => emulator.close());

it('tells the pace of an account how much the service is asked to copy', async () => {
  const { endpoint, key } = emulator.account('acct');
  const account = new StorageAccount({
    endpoint,
    credential: accountCredential({ kind: 'account-key', key }, 'acct'),
    retries: 0,
    retryDelayMs: 1,
    concurrency: 8,
    timeoutMs: 10_000,
  });
  const entered = vi.spyOn(account.pace, 'enter');
  const writer = new RestShareWriter(account, 'data');
  const url = await copySource({ account, share: 'data', snapshot: undefined }).url('file');
  await writer.copyFile('copy', url, 2_000);
  await writer.copyFile('copy', url);
  await writer.putRangeFromUrl('copy', { start: 512, end: 1_023 }, url);
  await writer.putRange('copy', 0, new Uint8Array(7));
  await writer.deleteFile('copy');
  expect(entered.mock.calls.map(([{ bytes }]) => bytes)).toEqual([2_000, 0, 512, 7, 0]);
});
