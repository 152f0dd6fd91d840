import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';
import { clientOf, failureOf } from '../http/sdk-clients.ts';

/** The parts of the endpoint's answers that these tests look at. */
type Answer = {
  readonly total: number;
  readonly files: number;
  readonly bytes: number;
  readonly id: string;
  readonly path: string;
  readonly error: string;
  readonly certificate: string;
  readonly frozen: boolean;
  readonly faults: readonly unknown[];
  readonly accounts: Readonly<Record<string, unknown>> & Iterable<{ readonly name: string }>;
};

describe('the control endpoint', () => {
  let emulator: Emulator;

  beforeAll(async () => {
    emulator = await startEmulator();
    await clientOf(emulator).getShareClient('data').create();
  });
  afterAll(() => emulator.close());
  beforeEach(async () => {
    await call('DELETE', 'faults');
    await call('DELETE', 'requests');
    await call('DELETE', 'limits');
    await call('DELETE', 'latency');
  });

  async function call(method: string, path: string, body?: unknown) {
    const response = await fetch(`${emulator.control}${path}`, {
      method,
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const json: Answer = JSON.parse(await response.text());
    return { status: response.status, json };
  }

  it('counts requests by account and operation, and bytes', async () => {
    const root = clientOf(emulator).getShareClient('data').rootDirectoryClient;
    const file = root.getFileClient('counted');
    await file.create(10);
    await file.uploadRange('0123456789', 0, 10);
    await file.downloadToBuffer(0, 4);
    await failureOf(root.getFileClient('missing').getProperties());
    const { json } = await call('GET', 'requests');
    expect(json.accounts.source).toEqual({
      operations: { CreateFile: 1, PutRange: 1, GetFile: 1, GetFileProperties: 1 },
      errors: { ResourceNotFound: 1 },
      bytesIn: 10,
      bytesOut: 4,
      bytesCopied: 0,
    });
    expect(json.total).toBe(4);
    expect(emulator.requests.total('source')).toBe(4);
    expect(emulator.requests.total('target')).toBe(0);
    await call('DELETE', 'requests');
    expect((await call('GET', 'requests')).json.total).toBe(0);
  });

  it('plants faults and tells how often they fired', async () => {
    const share = clientOf(emulator).getShareClient('data');
    const fault = {
      match: { operation: 'GetShareProperties' },
      action: { kind: 'status', status: 403, code: 'AuthorizationFailure' },
    };
    const { json } = await call('POST', 'faults', fault);
    expect(await failureOf(share.getProperties())).toBe('403 AuthorizationFailure');
    expect(await failureOf(share.getProperties())).toBe('succeeded');
    expect((await call('GET', 'faults')).json.faults).toMatchObject([{ id: json.id, matched: 1, fired: 1 }]);
    expect((await call('DELETE', `faults/${json.id}`)).status).toBe(200);
    expect((await call('DELETE', `faults/${json.id}`)).status).toBe(404);
  });

  it('limits requests of a share', async () => {
    await call('POST', 'limits', { account: 'source', share: 'data', requestsPerSecond: 1 });
    const share = clientOf(emulator).getShareClient('data');
    const results = [await failureOf(share.getProperties()), await failureOf(share.getProperties())];
    expect(results).toEqual(['succeeded', '503 ServerBusy']);
  });

  it('delays every request', async () => {
    await call('POST', 'latency', { ms: 60 });
    const start = performance.now();
    await clientOf(emulator).getShareClient('data').getProperties();
    expect(performance.now() - start).toBeGreaterThanOrEqual(59);
  });

  it('seeds a share in one call', async () => {
    const { json } = await call('POST', 'seed', {
      account: 'source',
      share: 'seeded',
      seed: 7,
      files: 50,
      filesPerDirectory: 10,
    });
    expect(json.files).toBe(50);
    const stats = await clientOf(emulator).getShareClient('seeded').getStatistics();
    expect(stats.shareUsageBytes).toBe(json.bytes);
  });

  it('moves, freezes and resumes the clock', async () => {
    await call('POST', 'clock', { freeze: '2030-01-02T03:04:05Z' });
    const share = clientOf(emulator).getShareClient('data');
    const { snapshot = '' } = await share.createSnapshot();
    expect(snapshot.startsWith('2030-01-02T03:04:05')).toBe(true);
    await call('POST', 'clock', { advanceMs: 3_600_000 });
    expect((await call('GET', 'clock')).json).toEqual({ time: '2030-01-02T04:04:05.0000000Z', frozen: true });
    await call('POST', 'clock', { resume: true });
    await call('POST', 'clock', { set: new Date().toISOString() });
    expect((await call('GET', 'clock')).json.frozen).toBe(false);
  });

  it('plants handles and ends copies', async () => {
    const share = clientOf(emulator).getShareClient('data');
    const file = share.rootDirectoryClient.getFileClient('open');
    await file.create(512);
    const handle = await call('POST', 'handles', {
      account: 'source',
      share: 'data',
      path: 'open',
      access: 'none',
    });
    expect(handle.json.path).toBe('open');
    expect(await failureOf(file.delete())).toBe('409 SharingViolation');
    await file.forceCloseAllHandles();
    await call('POST', 'copies', { mode: 'until-told' });
    const copy = share.rootDirectoryClient.getFileClient('copied');
    expect((await copy.startCopyFromURL(file.url)).copyStatus).toBe('pending');
    await call('POST', 'copies/complete', { account: 'source', share: 'data', path: 'copied' });
    expect((await copy.getProperties()).copyStatus).toBe('success');
    await call('POST', 'copies', { mode: 'sync' });
  });

  it('sets how long deleted shares are kept', async () => {
    await call('POST', 'retention', { account: 'target', enabled: false });
    const share = clientOf(emulator, 'target').getShareClient('gone');
    await share.create();
    await share.delete();
    const deleted = [];
    for await (const item of clientOf(emulator, 'target').listShares({ includeDeleted: true }))
      deleted.push(item.name);
    expect(deleted).toEqual([]);
  });

  it('tells accounts and the certificate', async () => {
    const { json } = await call('GET', '');
    expect([...json.accounts].map((account) => account.name)).toEqual(['source', 'target']);
    expect((await call('GET', 'certificate')).json.certificate).toContain('BEGIN CERTIFICATE');
  });

  it('refuses what it does not understand', async () => {
    expect((await call('GET', 'nothing')).status).toBe(404);
    expect((await call('POST', 'faults', '{')).status).toBe(400);
    const bad = await call('POST', 'faults', {
      match: { operation: 'Nonsense' },
      action: { kind: 'cut-before' },
    });
    expect(bad.status).toBe(400);
    expect(bad.json.error).toContain('operation');
    expect((await call('POST', 'clock', { set: 'noon' })).status).toBe(400);
    expect((await call('POST', 'handles', { account: 'source', share: 'none', path: 'x' })).status).toBe(404);
  });
});
