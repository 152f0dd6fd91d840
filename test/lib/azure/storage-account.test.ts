import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';
import { copySource } from '../../../lib/azure/copy-source.ts';
import { accountCredential, type CredentialChoice } from '../../../lib/azure/credentials.ts';
import { RequestFailedError } from '../../../lib/azure/errors.ts';
import { accountNameOf, StorageAccount } from '../../../lib/azure/storage-account.ts';
import { RequestTally } from '../../../lib/report/request-tally.ts';
import { accountSas } from '../../support/account-sas.ts';
import { ShareBuilder } from '../../support/share-builder.ts';

let emulator: Emulator;

beforeEach(async () => {
  emulator = await startEmulator({ accounts: [{ name: 'prodacct' }] });
  const share = emulator.state.findAccount('prodacct')?.createShare('data', { quotaGiB: 100 });
  if (share !== undefined) new ShareBuilder(share).file('folder/a file', 'content');
});

afterEach(() => emulator.close());

function open(
  options: {
    readonly choice?: CredentialChoice;
    readonly retries?: number;
    readonly timeoutMs?: number;
    readonly tally?: RequestTally;
  } = {},
) {
  const { endpoint, key } = emulator.account('prodacct');
  return new StorageAccount({
    endpoint,
    credential: accountCredential(options.choice ?? { kind: 'account-key', key }, 'prodacct'),
    retries: options.retries ?? 0,
    retryDelayMs: 1,
    concurrency: 8,
    timeoutMs: options.timeoutMs ?? 10_000,
    observer: (sent) => options.tally?.observe(sent, 'source'),
  });
}

const head = {
  operation: 'GetFileProperties',
  method: 'HEAD',
  share: 'data',
  path: 'folder/a file',
} as const;

async function failureOf(account: StorageAccount): Promise<RequestFailedError> {
  try {
    await account.send(head);
  } catch (error) {
    if (error instanceof RequestFailedError) return error;
    throw error;
  }
  throw new Error('the request was not refused');
}

describe('StorageAccount', () => {
  it.each<[string, () => CredentialChoice]>([
    ['an account key', () => ({ kind: 'account-key', key: emulator.account('prodacct').key })],
    ['a SAS', () => ({ kind: 'sas', sas: accountSas(emulator.account('prodacct')) })],
    [
      'a SAS with its question mark',
      () => ({ kind: 'sas', sas: `?${accountSas(emulator.account('prodacct'))}` }),
    ],
  ])('is let in with %s', async (_, choice) => {
    const response = await open({ choice: choice() }).send(head);
    expect(response.header('content-length')).toBe('7');
  });

  it('names operation, share, path, code and request id of what was refused, and no secret', async () => {
    emulator.faults.add({ times: 9, action: { kind: 'status', status: 403, code: 'AuthorizationFailure' } });
    const sas = accountSas(emulator.account('prodacct'));
    const failure = await failureOf(open({ choice: { kind: 'sas', sas } }));
    expect(failure.failure).toMatchObject({
      operation: 'GetFileProperties',
      account: 'prodacct',
      share: 'data',
      path: 'folder/a file',
      status: 403,
      code: 'AuthorizationFailure',
    });
    expect(failure.requestId).toMatch(/^[0-9a-f-]{36}$/);
    const shown = inspect(failure, { depth: 20, showHidden: true });
    expect(shown).not.toContain('sig=');
    expect(shown).not.toContain(new URLSearchParams(sas).get('sig') ?? '');
  });

  it('shows no secret when it is inspected itself', () => {
    const { key } = emulator.account('prodacct');
    expect(inspect(open(), { depth: 20, showHidden: true })).not.toContain(key);
  });

  it('counts every attempt', async () => {
    emulator.faults.add({ times: 2, action: { kind: 'status', status: 503, code: 'ServerBusy' } });
    const tally = new RequestTally();
    await open({ retries: 3, tally }).send(head);
    expect(tally.counts).toEqual({ GetFileProperties: 3 });
    expect(emulator.requests.operations()).toEqual({ GetFileProperties: 3 });
  });

  it('gives up on a request that is never answered, and says so', async () => {
    emulator.faults.add({ times: 2, action: { kind: 'hang-before' } });
    const failure = await failureOf(open({ retries: 1, timeoutMs: 50 }));
    expect(failure.failure).toMatchObject({ status: 0, code: 'ETIMEDOUT' });
    expect(failure.message).toContain('50 ms');
  });

  it('sends a request again whose answer never came', async () => {
    emulator.faults.add({ action: { kind: 'hang-after' } });
    const response = await open({ retries: 1, timeoutMs: 200 }).send(head);
    expect(response.status).toBe(200);
  });
});

describe('accountNameOf', () => {
  it.each([
    ['https://contosoprod.file.core.windows.net', 'contosoprod'],
    ['https://contosoprod.file.core.windows.net/', 'contosoprod'],
    ['http://127.0.0.1:10100/prodacct', 'prodacct'],
    ['http://localhost:1/prodacct/', 'prodacct'],
  ])('reads %s', (endpoint, name) => {
    expect(accountNameOf(endpoint)).toBe(name);
  });
});

describe('copySource', () => {
  it('names a file of a snapshot so that the service may read it, and signs once for many', async () => {
    const account = open();
    const snapshot = emulator.state.findAccount('prodacct')?.getShare('data').createSnapshot().id;
    const source = copySource({ account, share: 'data', snapshot });
    const url = await source.url('folder/a file');
    expect(new URL(url).searchParams.get('sharesnapshot')).toBe(snapshot);
    expect(new URL(url).searchParams.get('sp')).toBe('r');
    const answer = await fetch(url);
    expect(await answer.text()).toBe('content');
    const other = await source.url('folder/b');
    expect(new URL(other).searchParams.get('sig')).toBe(new URL(url).searchParams.get('sig'));
  });

  it('begins to be valid before now, as clocks differ, and is signed anew long before it ends', async () => {
    let now = Date.parse('2026-11-21T05:30:00Z');
    const source = copySource({ account: open(), share: 'data', snapshot: undefined, now: () => now });
    const first = new URL(await source.url('a')).searchParams;
    expect(Date.parse(first.get('st') ?? '')).toBe(now - 15 * 60_000);
    const lifetime = Date.parse(first.get('se') ?? '') - now;
    now += lifetime / 2 - 1;
    expect(new URL(await source.url('a')).searchParams.get('se')).toBe(first.get('se'));
    now += 1;
    expect(new URL(await source.url('a')).searchParams.get('se')).not.toBe(first.get('se'));
  });
});

describe('the limit on requests under way', () => {
  it('holds, and lets those pass that must not wait', async () => {
    const account = open();
    let letGo: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let arrived = 0;
    let eightArrived: () => void = () => undefined;
    const eight = new Promise<void>((resolve) => {
      eightArrived = resolve;
    });
    emulator.onRequest(async ({ phase, operation }) => {
      if (phase !== 'before' || operation !== 'GetFileProperties') return;
      arrived += 1;
      if (arrived === 8) eightArrived();
      await gate;
    });
    const requests = Array.from({ length: 30 }, () => account.send(head));
    const urgent = {
      operation: 'GetShareProperties',
      method: 'GET',
      share: 'data',
      query: { restype: 'share' },
    } as const;
    await eight;
    expect((await account.send({ ...urgent, urgent: true })).status).toBe(200);
    expect(arrived).toBe(8);
    letGo();
    await Promise.all(requests);
    expect(arrived).toBe(30);
  });
});
