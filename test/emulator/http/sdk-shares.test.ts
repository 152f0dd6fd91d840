import type { ShareClient, ShareServiceClient } from '@azure/storage-file-share';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';
import { accountSas, clientOf, failureOf } from './sdk-clients.ts';

const SNAPSHOT_ID = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/;

describe('the JavaScript SDK on shares', () => {
  let emulator: Emulator;
  let service: ShareServiceClient;
  let count = 0;

  beforeAll(async () => {
    emulator = await startEmulator();
    service = clientOf(emulator);
  });
  afterAll(() => emulator.close());

  async function newShare(): Promise<ShareClient> {
    const share = service.getShareClient(`share${++count}`);
    await share.create();
    return share;
  }

  it('creates, describes, changes and deletes one', async () => {
    const share = service.getShareClient('life');
    const created = await share.create({ quota: 7, metadata: { Owner: 'me' }, accessTier: 'Hot' });
    expect(created.etag).toMatch(/^"0x[0-9A-F]+"$/);
    expect(await share.getProperties()).toMatchObject({
      quota: 7,
      metadata: { owner: 'me' },
      accessTier: 'Hot',
      leaseState: 'available',
      etag: created.etag,
      protocols: { smbEnabled: true },
    });
    await share.setProperties({ quotaInGB: 9, accessTier: 'Cool' });
    const changed = await share.setMetadata({ a: '1', b_2: 'two' });
    expect(await share.getProperties()).toMatchObject({
      quota: 9,
      accessTier: 'Cool',
      metadata: { a: '1', b_2: 'two' },
      etag: changed.etag,
    });
    expect(await share.exists()).toBe(true);
    expect(await share.createIfNotExists()).toMatchObject({ succeeded: false });
    expect(await failureOf(share.create())).toBe('409 ShareAlreadyExists');
    await share.delete();
    expect(await failureOf(share.getProperties())).toBe('404 ShareNotFound');
    expect(await share.exists()).toBe(false);
  });

  it('refuses names and quotas that the service refuses', async () => {
    for (const name of ['ab', 'Upper', 'two--hyphens', '-start']) {
      expect(await failureOf(service.getShareClient(name).create())).toMatch(/^400 /);
    }
    expect(await failureOf(service.getShareClient('quota').create({ quota: 0 }))).toMatch(/^400 /);
  });

  it('tells usage', async () => {
    const share = await newShare();
    const file = share.rootDirectoryClient.getFileClient('f');
    await file.create(4096);
    expect((await share.getStatistics()).shareUsageBytes).toBe(0);
    await file.uploadRange('x'.repeat(1024), 0, 1024);
    expect((await share.getStatistics()).shareUsageBytes).toBe(1024);
  });

  it('keeps stored access policies', async () => {
    const share = await newShare();
    const startsOn = new Date('2026-01-01T00:00:00Z');
    const expiresOn = new Date('2027-01-01T00:00:00Z');
    await share.setAccessPolicy([
      { id: 'one & <two>', accessPolicy: { startsOn, expiresOn, permissions: 'rl' } },
      { id: 'bare', accessPolicy: { startsOn, expiresOn, permissions: 'w' } },
    ]);
    const { signedIdentifiers } = await share.getAccessPolicy();
    expect(signedIdentifiers).toMatchObject([
      { id: 'one & <two>', accessPolicy: { startsOn, expiresOn, permissions: 'rl' } },
      { id: 'bare', accessPolicy: { startsOn, expiresOn, permissions: 'w' } },
    ]);
    const six = Array.from({ length: 6 }, (_, index) => ({
      id: `${index}`,
      accessPolicy: { startsOn, expiresOn, permissions: 'r' },
    }));
    expect(await failureOf(share.setAccessPolicy(six))).toMatch(/^400 /);
    await share.setAccessPolicy([]);
    expect(emulator.state.findAccount('source')?.getShare(share.name).acl()).toEqual([]);
  });

  it('takes, reads, lists and deletes snapshots', async () => {
    const share = await newShare();
    await share.setMetadata({ base: '1' });
    await share.createDirectory('before');
    const first = (await share.createSnapshot()).snapshot ?? '';
    const second = (await share.createSnapshot({ metadata: { run: '2' } })).snapshot ?? '';
    expect(first).toMatch(SNAPSHOT_ID);
    expect(second > first).toBe(true);
    await share.deleteDirectory('before');
    await share.createDirectory('after');

    const old = share.withSnapshot(first);
    expect(await old.rootDirectoryClient.getDirectoryClient('before').exists()).toBe(true);
    expect(await failureOf(old.rootDirectoryClient.getDirectoryClient('after').getProperties())).toBe(
      '404 ResourceNotFound',
    );
    expect((await old.getProperties()).metadata).toEqual({ base: '1' });
    expect((await share.withSnapshot(second).getProperties()).metadata).toEqual({ run: '2' });

    const listed = [];
    for await (const item of service.listShares({
      prefix: share.name,
      includeSnapshots: true,
      includeMetadata: true,
    })) {
      listed.push([item.snapshot, item.metadata]);
    }
    expect(listed).toEqual([
      [first, { base: '1' }],
      [second, { run: '2' }],
      [undefined, { base: '1' }],
    ]);

    expect(await failureOf(share.delete())).toBe('409 ShareHasSnapshots');
    await old.delete();
    expect(await failureOf(old.getProperties())).toMatch(/^404 /);
    await share.delete({ deleteSnapshots: 'include' });
    expect(await share.exists()).toBe(false);
  });

  it('may not write to a snapshot', async () => {
    const share = await newShare();
    const snapshot = (await share.createSnapshot()).snapshot ?? '';
    const old = share.withSnapshot(snapshot);
    expect(await failureOf(old.rootDirectoryClient.getDirectoryClient('d').create())).toBe(
      '400 InvalidQueryParameterValue',
    );
    const headers = { 'x-ms-version': '2026-10-06' };
    const { endpoint } = emulator.account('source');
    const url = `${endpoint}/${share.name}?restype=share&comp=metadata&sharesnapshot=${encodeURIComponent(snapshot)}`;
    expect((await fetch(url, { method: 'PUT', headers })).status).toBe(401);
  });

  it('meets the limit of 200 snapshots', async () => {
    const share = await newShare();
    for (let taken = 0; taken < 200; taken++) await share.createSnapshot();
    expect(await failureOf(share.createSnapshot())).toBe('409 ShareSnapshotCountExceeded');
  });

  it('leases a share and a snapshot', async () => {
    const share = await newShare();
    const snapshot = (await share.createSnapshot()).snapshot ?? '';
    const lease = share.getShareLeaseClient();
    const { leaseId } = await lease.acquireLease(15);
    expect(await share.getProperties()).toMatchObject({
      leaseState: 'leased',
      leaseStatus: 'locked',
      leaseDuration: 'fixed',
    });
    expect(await failureOf(share.getShareLeaseClient().acquireLease(15))).toBe('409 LeaseAlreadyPresent');
    expect(await failureOf(share.delete({ deleteSnapshots: 'include' }))).toBe('412 LeaseIdMissing');
    // The SDK's own renewLease() takes every share for a file, so the request is made by hand.
    const renewed = await fetch(`${share.url}?restype=share&comp=lease&${accountSas(emulator)}`, {
      method: 'PUT',
      headers: { 'x-ms-lease-action': 'renew', 'x-ms-lease-id': leaseId ?? '' },
    });
    expect([renewed.status, renewed.headers.get('x-ms-lease-id')]).toEqual([200, leaseId]);
    const changed = await lease.changeLease('11111111-2222-3333-4444-555555555555');
    expect(changed.leaseId).not.toBe(leaseId);
    await lease.releaseLease();

    const pin = share.withSnapshot(snapshot).getShareLeaseClient();
    await pin.acquireLease(-1);
    expect(await failureOf(share.withSnapshot(snapshot).delete())).toMatch(/^412 /);
    const broken = await pin.breakLease();
    expect(broken.leaseTimeInSeconds).toBe(0);
    await share.withSnapshot(snapshot).delete();
  });

  it('brings back a deleted share', async () => {
    const share = await newShare();
    await share.createDirectory('kept');
    await share.delete();
    let version = '';
    for await (const item of service.listShares({ prefix: share.name, includeDeleted: true }))
      version = item.version ?? '';
    await service.undeleteShare(share.name, version);
    expect(await share.getDirectoryClient('kept').exists()).toBe(true);
  });

  it('deletes a share again while the first deletion is still young', async () => {
    const share = await newShare();
    await share.delete();
    expect(await failureOf(share.delete())).toBe('succeeded');
    emulator.state.clock.advance(30_000);
    expect(await failureOf(share.delete())).toBe('404 ShareNotFound');
    emulator.state.clock.advance(-30_000);
  });

  it('pages through shares', async () => {
    const names = ['page-a', 'page-b', 'page-c', 'page-d', 'page-e'];
    for (const name of names) await service.getShareClient(name).create();
    const pages: string[][] = [];
    for await (const page of service.listShares({ prefix: 'page-' }).byPage({ maxPageSize: 2 })) {
      pages.push((page.shareItems ?? []).map((item) => item.name));
    }
    expect(pages).toEqual([['page-a', 'page-b'], ['page-c', 'page-d'], ['page-e']]);
  });

  it('keeps service properties', async () => {
    await service.setProperties({
      hourMetrics: {
        version: '1.0',
        enabled: true,
        includeAPIs: true,
        retentionPolicy: { enabled: true, days: 3 },
      },
      cors: [
        {
          allowedOrigins: '*',
          allowedMethods: 'GET',
          allowedHeaders: 'x',
          exposedHeaders: 'y',
          maxAgeInSeconds: 5,
        },
      ],
    });
    expect(await service.getProperties()).toMatchObject({
      hourMetrics: { enabled: true, includeAPIs: true, retentionPolicy: { days: 3 } },
      minuteMetrics: { enabled: false },
      cors: [{ allowedOrigins: '*', maxAgeInSeconds: 5 }],
    });
  });

  it('registers permissions by key', async () => {
    const share = await newShare();
    const sddl = 'O:S-1-5-21-1-2-3-4G:S-1-5-21-1-2-3-513D:AI(A;;FA;;;SY)(A;;FA;;;BA)';
    const { filePermissionKey } = await share.createPermission(sddl);
    expect(filePermissionKey).toMatch(/^\d+\*\d+$/);
    expect((await share.createPermission(sddl)).filePermissionKey).toBe(filePermissionKey);
    const { permission } = await share.getPermission(filePermissionKey ?? '');
    expect(permission).toContain('D:AI(A;;FA;;;SY)(A;;FA;;;BA)');
    const binary = await share.getPermission(filePermissionKey ?? '', { filePermissionFormat: 'Binary' });
    const again = await share.createPermission({ permission: binary.permission, format: 'Binary' });
    expect(again.filePermissionKey).toBe(filePermissionKey);
    expect(await failureOf(share.createPermission('nonsense'))).toBe('400 FileInvalidPermission');
  });
});
