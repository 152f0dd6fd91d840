import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';
import { accountCredential } from '../../../lib/azure/credentials.ts';
import { FencedError, type FilesRequest, StorageAccount } from '../../../lib/azure/storage-account.ts';
import { Limiter, TaskGroup } from '../../../lib/limiter.ts';
import { ShareBuilder } from '../../support/share-builder.ts';

const CONCURRENCY = 32;
const HEAD: FilesRequest = { operation: 'GetFileProperties', method: 'HEAD', share: 'data', path: 'file' };

let emulator: Emulator;

beforeEach(async () => {
  emulator = await startEmulator({ accounts: [{ name: 'acct' }] });
  const share = emulator.state.findAccount('acct')?.createShare('data', { quotaGiB: 100 });
  if (share !== undefined) new ShareBuilder(share).file('file', 'content');
});

afterEach(() => emulator.close());

function open(): StorageAccount {
  const { endpoint, key } = emulator.account('acct');
  return new StorageAccount({
    endpoint,
    credential: accountCredential({ kind: 'account-key', key }, 'acct'),
    retries: 20,
    retryDelayMs: 10,
    concurrency: CONCURRENCY,
    timeoutMs: 10_000,
  });
}

/** Sends many requests under a limit of 100 a second, and returns how many were refused. */
async function refusals(request: FilesRequest): Promise<number> {
  emulator.requests.reset();
  emulator.limits.set('acct', 'data', { requestsPerSecond: 100 });
  const account = open();
  const group = new TaskGroup(new Limiter(CONCURRENCY));
  let answered = 0;
  for (let count = 0; count < 300; count += 1) {
    await group.start(async () => {
      await account.send(request);
      answered += 1;
    });
  }
  await group.settled();
  expect(answered).toBe(300);
  return emulator.requests.accounts().acct?.errors.ServerBusy ?? 0;
}

it('is refused far less often than with a fixed number of requests at once', async () => {
  const paced = await refusals(HEAD);
  // Urgent requests are not paced: the limiter around them is all that holds them.
  const fixed = await refusals({ ...HEAD, urgent: true });
  expect(paced).toBeGreaterThan(0);
  expect(paced).toBeLessThan(fixed / 2);
});

it('tells how much it was refused and held back', async () => {
  const account = open();
  expect(account.pace.report()).toEqual({ concurrency: 8, throttled: 0, heldBackMs: 0 });
  emulator.faults.add({ times: 1, action: { kind: 'status', status: 503, code: 'ServerBusy' } });
  await account.send(HEAD);
  expect(account.pace.report()).toMatchObject({ concurrency: 4, throttled: 1 });
});

it.each([429, 503])(
  'sends nothing to an account that answered %i for as long as it says, but what must not wait',
  async (status) => {
    const arrivals: { readonly operation: string; readonly at: number }[] = [];
    emulator.onRequest(({ phase, operation }) => {
      if (phase === 'before') arrivals.push({ operation, at: performance.now() });
    });
    emulator.faults.add({ times: 1, action: { kind: 'status', status, code: 'ServerBusy', retryAfter: 1 } });
    const account = open();
    const refused = account.send(HEAD);
    while (account.pace.report().throttled === 0) await new Promise((resolve) => setImmediate(resolve));
    const refusedAt = performance.now();
    const others = Array.from({ length: 3 }, () => account.send({ ...HEAD, operation: 'GetFile' }));
    await account.send({ ...HEAD, urgent: true });
    expect(account.pace.report().heldBackMs).toBeGreaterThanOrEqual(1_000);
    expect(performance.now() - refusedAt).toBeLessThan(1_000);
    await Promise.all([refused, ...others]);
    // What a fault answers is not told of; the urgent one comes first, and only then the others.
    const late = arrivals.slice(1);
    expect(late).toHaveLength(4);
    for (const { at } of late) expect(at - refusedAt).toBeGreaterThan(900);
  },
);

it('ends a request that waits for its turn at once when it is aborted', async () => {
  emulator.faults.add({
    times: 1,
    action: { kind: 'status', status: 503, code: 'ServerBusy', retryAfter: 60 },
  });
  const account = open();
  const first = new AbortController();
  const refused = expect(account.send({ ...HEAD, signal: first.signal })).rejects.toThrow('enough');
  while (account.pace.report().throttled === 0) await new Promise((resolve) => setImmediate(resolve));
  const second = new AbortController();
  const waiting = expect(account.send({ ...HEAD, signal: second.signal })).rejects.toThrow('enough');
  for (const controller of [first, second]) controller.abort(new Error('enough'));
  await Promise.all([refused, waiting]);
  expect(emulator.requests.operations()).toEqual({ GetFileProperties: 1 });
});

it('asks whether it may still write after the wait, not before it', async () => {
  emulator.faults.add({
    times: 1,
    action: { kind: 'status', status: 503, code: 'ServerBusy', retryAfter: 1 },
  });
  const account = open();
  let isFresh = true;
  const fence = {
    assertFresh: () => {
      if (!isFresh) throw new FencedError('too late');
    },
  };
  const first = account.send(HEAD);
  while (account.pace.report().throttled === 0) await new Promise((resolve) => setImmediate(resolve));
  const second = account.send({ ...HEAD, fence });
  isFresh = false;
  await expect(second).rejects.toThrow(FencedError);
  await first;
  expect(emulator.requests.operations()).toEqual({ GetFileProperties: 2 });
});
