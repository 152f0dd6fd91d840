import type { StorageManagementClient } from '@azure/arm-storage';
import type { ShareServiceClient } from '@azure/storage-file-share';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';
import { clientOf } from '../http/sdk-clients.ts';
import {
  collected,
  failureOf,
  GROUP,
  managementClient,
  propertiesOf,
  rawRequest,
  SHARES,
  VERSION,
} from './management-client.ts';

describe('shares in Resource Manager', () => {
  let emulator: Emulator;
  let client: StorageManagementClient;
  let dataPlane: ShareServiceClient;

  beforeEach(async () => {
    emulator = await startEmulator({ https: true });
    client = await managementClient(emulator);
    dataPlane = clientOf(emulator);
  });
  afterEach(() => emulator.close());

  it('are created, and seen on the data plane', async () => {
    const options = { metadata: { made: 'here' }, shareQuota: 7, accessTier: 'Cool' };
    const made = await client.fileShares.create(GROUP, 'source', 'finance', options);
    const id = `${emulator.account('source').resourceId}${SHARES}/finance`;
    expect(made).toMatchObject({
      id,
      name: 'finance',
      type: 'Microsoft.Storage/storageAccounts/fileServices/shares',
      metadata: { made: 'here' },
      shareQuota: 7,
    });
    const seen = await dataPlane.getShareClient('finance').getProperties();
    expect(seen).toMatchObject({ quota: 7, metadata: { made: 'here' }, accessTier: 'Cool' });
    const got = await client.fileShares.get(GROUP, 'source', 'finance');
    expect(got).toMatchObject({
      id,
      etag: seen.etag,
      metadata: { made: 'here' },
      shareQuota: 7,
      accessTier: 'Cool',
      leaseStatus: 'unlocked',
      leaseState: 'available',
      signedIdentifiers: [],
    });
    expect(got.lastModifiedTime).toEqual(seen.lastModified);
  });

  it('answer 201 to the first creation, 200 to the next, which changes what it gives', async () => {
    const put = (properties: object) =>
      rawRequest(emulator, `${SHARES}/finance?${VERSION}`, { method: 'PUT', body: { properties } });
    expect((await put({ shareQuota: 5, metadata: { a: '1' } })).status).toBe(201);
    const again = await put({ shareQuota: 6 });
    expect(again.status).toBe(200);
    expect(propertiesOf(again)).toEqual({ shareQuota: 6 });
    const got = await client.fileShares.get(GROUP, 'source', 'finance');
    expect(got).toMatchObject({ shareQuota: 6, metadata: { a: '1' } });
    expect((await put({ enabledProtocols: 'NFS' })).status).toBe(400);
  });

  it('are updated property by property', async () => {
    await dataPlane.createShare('finance', { metadata: { a: '1' }, quota: 5 });
    const policy = { startTime: '2026-01-01T00:00:00.0000000Z', permission: 'rl' };
    const updated = await rawRequest(emulator, `${SHARES}/finance?${VERSION}`, {
      method: 'PATCH',
      body: { properties: { metadata: { b: '2' }, signedIdentifiers: [{ id: 'p', accessPolicy: policy }] } },
    });
    expect(updated.headers.get('etag')).toMatch(/^"0x[0-9A-F]{15}"$/);
    await client.fileShares.update(GROUP, 'source', 'finance', { accessTier: 'Hot' });
    const share = dataPlane.getShareClient('finance');
    expect(await share.getProperties()).toMatchObject({
      metadata: { b: '2' },
      quota: 5,
      accessTier: 'Hot',
    });
    const acl = await share.getAccessPolicy();
    expect(acl.signedIdentifiers[0]).toMatchObject({ id: 'p', accessPolicy: { permissions: 'rl' } });
    const got = propertiesOf(await rawRequest(emulator, `${SHARES}/finance?${VERSION}`));
    expect(got).toMatchObject({ signedIdentifiers: [{ id: 'p', accessPolicy: policy }] });
    expect(await failureOf(client.fileShares.update(GROUP, 'source', 'gone', {}))).toBe('404 ShareNotFound');
  });

  it('refuse properties that no share can have, and then change nothing', async () => {
    await dataPlane.createShare('finance', { quota: 5 });
    const update = (properties: object) =>
      failureOf(client.fileShares.update(GROUP, 'source', 'finance', properties));
    const { etag } = await dataPlane.getShareClient('finance').getProperties();
    for (const properties of [
      { shareQuota: 0 },
      { shareQuota: 102_401 },
      { shareQuota: 1.5 },
      { accessTier: 'Lukewarm' },
      { enabledProtocols: 'FTP' },
      { rootSquash: 'Some' },
    ]) {
      expect(await update(properties), JSON.stringify(properties)).toBe('400 InvalidRequestPropertyValue');
    }
    expect(await update({ shareQuota: 9, metadata: { 'no-name': 'x' } })).toBe('400 InvalidMetadata');
    expect(await failureOf(client.fileShares.create(GROUP, 'source', 'No-Name', {}))).toBe(
      '400 InvalidResourceName',
    );
    expect((await dataPlane.getShareClient('finance').getProperties()).etag).toBe(etag);
  });

  it('tell their usage when asked to', async () => {
    const share = (await dataPlane.createShare('finance')).shareClient;
    const file = (await share.createFile('a', 2000)).fileClient;
    await file.uploadRange('x'.repeat(1500), 0, 1500);
    expect((await client.fileShares.get(GROUP, 'source', 'finance')).shareUsageBytes).toBeUndefined();
    const { shareUsageBytes } = await client.fileShares.get(GROUP, 'source', 'finance', { expand: 'stats' });
    expect(shareUsageBytes).toBe(emulator.state.findAccount('source')?.getShare('finance').usedBytes);
    expect(shareUsageBytes).toBeGreaterThanOrEqual(1500);
  });

  it('are listed in pages that each tell the next, with filter and expansion kept', async () => {
    for (const name of ['alpha', 'other', 'share1', 'share2', 'share3']) await dataPlane.createShare(name);
    const { snapshot } = await dataPlane.getShareClient('share2').createSnapshot();
    const pages: string[][] = [];
    const list = client.fileShares.list(GROUP, 'source', {
      filter: 'share',
      maxpagesize: '1',
      expand: 'snapshots',
    });
    for await (const page of list.byPage()) {
      pages.push(page.map(({ name, snapshotTime }) => `${name}${snapshotTime === undefined ? '' : '@'}`));
    }
    expect(pages).toEqual([['share1'], ['share2@', 'share2'], ['share3']]);
    const raw = await rawRequest(
      emulator,
      `${SHARES}?${VERSION}&$maxpagesize=1&$filter=share&$expand=snapshots`,
    );
    const { value, nextLink } = JSON.parse(raw.text);
    expect(value).toHaveLength(1);
    expect(nextLink).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/subscriptions\/.*\$skipToken=%2Fsource%2Fshare2$/);
    const next = await fetch(nextLink, { headers: { authorization: 'Bearer some.token' } });
    const [first] = JSON.parse(await next.text()).value;
    expect(first.properties.snapshotTime).toBe(snapshot);
    const bad = await rawRequest(emulator, `${SHARES}?${VERSION}&$maxpagesize=0`);
    expect(bad.status).toBe(400);
  });

  it('are listed with tier, protocol and lease, without metadata', async () => {
    await dataPlane.createShare('finance', { metadata: { a: '1' }, quota: 9 });
    const { text } = await rawRequest(emulator, `${SHARES}?${VERSION}`);
    const [share] = JSON.parse(text).value;
    expect(Object.keys(share.properties).sort()).toEqual(
      [
        'accessTier',
        'enabledProtocols',
        'lastModifiedTime',
        'leaseState',
        'leaseStatus',
        'shareQuota',
      ].sort(),
    );
    expect(share.properties.lastModifiedTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.0000000Z$/);
    expect(share.properties).toMatchObject({ shareQuota: 9, accessTier: 'TransactionOptimized' });
  });

  it('are listed after deletion, and restored with their content under any name', async () => {
    const { shareClient } = await dataPlane.createShare('finance');
    await shareClient.createFile('kept', 3);
    await client.fileShares.delete(GROUP, 'source', 'finance');
    expect(await collected(client.fileShares.list(GROUP, 'source'))).toEqual([]);
    const [deleted] = await collected(client.fileShares.list(GROUP, 'source', { expand: 'deleted' }));
    expect(deleted).toMatchObject({ name: 'finance', deleted: true, remainingRetentionDays: 7 });
    const deletedShareVersion = deleted?.version ?? '';
    expect(deleted?.id).toMatch(new RegExp(`/shares/finance_${deletedShareVersion}$`));
    const restore = (name: string, version: string) =>
      client.fileShares.restore(GROUP, 'source', name, {
        deletedShareName: 'finance',
        deletedShareVersion: version,
      });
    expect(await failureOf(restore('finance', '01D0000000000000'))).toBe('404 ShareNotFound');
    await restore('back', deletedShareVersion);
    expect(await dataPlane.getShareClient('back').rootDirectoryClient.getFileClient('kept').exists()).toBe(
      true,
    );
  });

  it('are deleted once, and answer 204 when they are not there', async () => {
    await dataPlane.createShare('finance');
    const first = await rawRequest(emulator, `${SHARES}/finance?${VERSION}`, { method: 'DELETE' });
    expect(first).toMatchObject({ status: 200, text: '' });
    expect(first.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    const second = await rawRequest(emulator, `${SHARES}/finance?${VERSION}`, { method: 'DELETE' });
    expect(second.status).toBe(204);
    expect(await failureOf(client.fileShares.get(GROUP, 'source', 'finance'))).toBe('404 ShareNotFound');
  });
});
