import { ShareServiceClient, StorageSharedKeyCredential } from '@azure/storage-file-share';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runEmulatorCommand } from '../../../emulator/command.ts';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';
import { VirtualTimer } from '../../support/virtual-timer.ts';
import { clientOf } from '../http/sdk-clients.ts';
import { GROUP, managementClient, rawRequest, SHARES, VERSION } from './management-client.ts';

describe('requests of Resource Manager', () => {
  let emulator: Emulator;

  beforeEach(async () => {
    emulator = await startEmulator();
    await clientOf(emulator).createShare('finance');
  });
  afterEach(() => emulator.close());

  const errorOf = async (path: string, options: Parameters<typeof rawRequest>[2] = {}) => {
    const { status, text } = await rawRequest(emulator, path, options);
    return `${status} ${JSON.parse(text).error.code}`;
  };

  it('need an api-version', async () => {
    expect(await errorOf(`${SHARES}/finance`)).toBe('400 MissingApiVersionParameter');
    expect(await errorOf(`${SHARES}/finance?api-version=`)).toBe('400 MissingApiVersionParameter');
    expect(await errorOf(`${SHARES}/finance?api-version=latest`)).toBe('400 InvalidApiVersionParameter');
    expect((await rawRequest(emulator, `${SHARES}/finance?api-version=2021-09-01`)).status).toBe(200);
  });

  it('need a bearer token, and tell where to get one', async () => {
    const url = `${emulator.url}${emulator.account('source').resourceId}?${VERSION}`;
    const bare = await fetch(url);
    expect(bare.status).toBe(401);
    expect(bare.headers.get('www-authenticate')).toMatch(/^Bearer authorization_uri="https:/);
    expect(JSON.parse(await bare.text()).error.code).toBe('AuthenticationFailed');
    const basic = { headers: { authorization: 'Basic abc' } };
    expect(await errorOf(`?${VERSION}`, basic)).toBe('401 AuthenticationFailedInvalidHeader');
  });

  it('are told what is not there', async () => {
    expect(await errorOf(`/blobServices/default?${VERSION}`)).toBe('404 InvalidResourceType');
    expect(await errorOf(`${SHARES}/finance?${VERSION}`, { method: 'POST' })).toBe('405 MethodNotAllowed');
    const get = async (path: string) => {
      const response = await fetch(`${emulator.url}${path}?${VERSION}`, {
        headers: { authorization: 'Bearer some.token' },
      });
      return `${response.status} ${JSON.parse(await response.text()).error.code}`;
    };
    const { resourceId } = emulator.account('source');
    const { subscriptionId } = emulator.resourceManager;
    const elsewhere = resourceId.replace(subscriptionId, '99999999-9999-9999-9999-999999999999');
    expect(await get(elsewhere)).toBe('404 SubscriptionNotFound');
    expect(await get(`/subscriptions/${subscriptionId}/resourceGroups`)).toBe('404 InvalidResourceType');
    expect(await get(resourceId.replace('Microsoft.Storage', 'Microsoft.Compute'))).toBe(
      '404 InvalidResourceType',
    );
    expect((await rawRequest(emulator, `${SHARES.toUpperCase()}/finance?${VERSION}`)).status).toBe(200);
  });

  it('are told errors of the file service with request id and time', async () => {
    const { status, text, headers } = await rawRequest(emulator, `${SHARES}/gone?${VERSION}`);
    expect(status).toBe(404);
    const { error } = JSON.parse(text);
    expect(error.code).toBe('ShareNotFound');
    expect(error.message).toMatch(
      /^The specified share does not exist\.\nRequestId:[0-9a-f-]{36}\nTime:\d{4}-\d\d-\d\dT[\d:]{8}\.\d{7}Z$/,
    );
    expect(error.message).toContain(String(headers.get('x-ms-request-id')));
  });

  it.each(['{', '[]', '{"properties":{"shareQuota":"many"}}', '{"properties":{"metadata":["a"]}}'])(
    'are refused with the body %s',
    async (body) => {
      const response = await fetch(
        `${emulator.url}${emulator.account('source').resourceId}${SHARES}/finance?${VERSION}`,
        { method: 'PATCH', headers: { authorization: 'Bearer some.token' }, body },
      );
      expect(response.status).toBe(400);
      expect(JSON.parse(await response.text()).error.code).toBe('InvalidRequestContent');
    },
  );

  it('are answered with the headers of Resource Manager', async () => {
    const headers = { 'x-ms-correlation-request-id': 'c0ffee', 'x-ms-client-request-id': 'mine' };
    const answer = await rawRequest(emulator, `${SHARES}/finance?${VERSION}`, { headers });
    expect(answer.headers.get('x-ms-correlation-request-id')).toBe('c0ffee');
    expect(answer.headers.get('x-ms-client-request-id')).toBe('mine');
    expect(answer.headers.get('x-ms-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(answer.headers.get('cache-control')).toBe('no-cache');
    expect(answer.headers.get('etag')).toBe(JSON.parse(answer.text).etag);
    expect(answer.headers.get('x-ms-version')).toBeNull();
  });

  it('meet the faults, hooks and counters of the emulator', async () => {
    emulator.faults.add({
      match: { operation: ['ArmSnapshotShare', 'ArmGetShare'], account: 'source', share: 'finance' },
      action: { kind: 'status', status: 503, code: 'ServerBusy', retryAfter: 3 },
      times: 2,
    });
    emulator.faults.add({ match: { operation: 'ArmDeleteShare' }, action: { kind: 'cut-after' } });
    const seen: string[] = [];
    emulator.onRequest(({ operation, phase, share, status }) => {
      seen.push(`${phase} ${operation} ${share} ${status ?? ''}`.trim());
    });
    const path = `${SHARES}/finance?${VERSION}`;
    const busy = await rawRequest(emulator, `${path}&$expand=snapshots`, { method: 'PUT', body: {} });
    expect(busy.status).toBe(503);
    expect(busy.headers.get('retry-after')).toBe('3');
    expect(JSON.parse(busy.text).error.code).toBe('ServerBusy');
    expect(await errorOf(path)).toBe('503 ServerBusy');
    expect((await rawRequest(emulator, path)).status).toBe(200);
    await expect(rawRequest(emulator, path, { method: 'DELETE' })).rejects.toThrow();
    expect(emulator.state.findAccount('source')?.findShare('finance')).toBeUndefined();
    expect(seen).toEqual([
      'before ArmGetShare finance',
      'after ArmGetShare finance 200',
      'before ArmDeleteShare finance',
      'after ArmDeleteShare finance 200',
    ]);
    expect(emulator.requests.operations('source')).toMatchObject({
      ArmSnapshotShare: 1,
      ArmGetShare: 2,
      ArmDeleteShare: 1,
    });
    expect(emulator.requests.accounts().source?.errors).toEqual({ ServerBusy: 2 });
  });

  it('wait for the latency that is set', async () => {
    const timer = new VirtualTimer();
    const slow = await startEmulator({ timer });
    try {
      slow.limits.latency = { ms: 700 };
      await rawRequest(slow, `${SHARES}?${VERSION}`);
      expect(timer.now()).toBe(700);
    } finally {
      await slow.close();
    }
  });

  it('are told from those of an account of that name', async () => {
    emulator.addAccount({ name: 'subscriptions' });
    const files = clientOf(emulator, 'subscriptions');
    await files.createShare('resourcegroups');
    expect(await files.getShareClient('resourcegroups').exists()).toBe(true);
    expect((await rawRequest(emulator, `?${VERSION}`)).status).toBe(200);
  });

  it('are told from those of a share of that name, addressed by host', async () => {
    const files = new ShareServiceClient(
      'http://source.file.core.windows.net',
      new StorageSharedKeyCredential('source', emulator.account('source').key),
      { proxyOptions: { host: 'http://127.0.0.1', port: emulator.port }, retryOptions: { maxTries: 1 } },
    );
    const { shareClient } = await files.createShare('subscriptions');
    await shareClient.createDirectory('x');
    expect(await shareClient.getDirectoryClient('x').exists()).toBe(true);
  });
});

describe('the emulator command', () => {
  it('tells where Resource Manager is', async () => {
    const lines: string[] = [];
    const abort = new AbortController();
    await runEmulatorCommand({
      port: 0,
      accounts: [],
      https: true,
      json: true,
      signal: abort.signal,
      print: (line) => {
        lines.push(line);
        abort.abort();
      },
    });
    const ready = JSON.parse(lines[0] ?? '');
    expect(ready.resourceManager).toBe(ready.https);
    expect(ready.resourceGroup).toBe(GROUP);
    expect(ready.accounts[0].resourceId).toBe(
      `/subscriptions/${ready.subscription}/resourceGroups/${GROUP}/providers/Microsoft.Storage/storageAccounts/source`,
    );
  });

  it('may be given a subscription and a group', async () => {
    const subscriptionId = '12345678-1234-1234-1234-123456789012';
    const emulator = await startEmulator({
      https: true,
      resourceManager: { subscriptionId, resourceGroup: 'rg-files' },
    });
    try {
      const client = await managementClient(emulator);
      const { id } = await client.fileShares.create('rg-files', 'target', 'made', {});
      expect(id).toMatch(new RegExp(`^/subscriptions/${subscriptionId}/resourceGroups/rg-files/`));
    } finally {
      await emulator.close();
    }
  });
});
