import { ShareServiceClient } from '@azure/storage-file-share';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';
import { credentialOf, tokenClient, trustCertificate } from '../../support/trusted-emulator.ts';
import { bytesOf, failureOf } from '../http/sdk-clients.ts';

const DENY_ALL = 'O:SYG:SYD:P(A;;FA;;;SY)';

let emulator: Emulator;
let distrust: () => void;
let admin: ShareServiceClient;
let reader: ShareServiceClient;

beforeAll(async () => {
  emulator = await startEmulator({
    https: true,
    accounts: [{ name: 'source', allowSharedKeyAccess: false }],
    identity: {
      principals: [
        { name: 'admin', roles: ['Storage Account Contributor', 'Storage File Data Privileged Contributor'] },
        { name: 'reader', roles: ['Storage File Data Privileged Reader'] },
      ],
    },
  });
  distrust = await trustCertificate(emulator);
  admin = tokenClient(emulator, credentialOf(emulator, 'admin'));
  reader = tokenClient(emulator, credentialOf(emulator, 'reader', 'https://source.file.core.windows.net/'));
});

afterAll(async () => {
  distrust();
  await emulator.close();
});

describe('the JavaScript SDK with a token', () => {
  it('manages shares', async () => {
    const share = admin.getShareClient('managed');
    await share.create({ metadata: { a: '1' } });
    await share.setQuota(100);
    await share.setMetadata({ b: '2' });
    expect(await share.getStatistics()).toMatchObject({ shareUsageBytes: 0 });
    const { snapshot = '' } = await share.createSnapshot();
    const lease = share.getShareLeaseClient();
    await lease.acquireLease(60);
    await lease.releaseLease();
    const names: string[] = [];
    for await (const item of admin.listShares({ includeSnapshots: true, includeMetadata: true })) {
      names.push(`${item.name} ${item.snapshot ?? ''} ${item.properties.quota} ${item.metadata?.b}`);
    }
    expect(names).toEqual([`managed ${snapshot} 100 2`, 'managed  100 2']);
    const accessPolicy = { startsOn: new Date(0), expiresOn: new Date(1000), permissions: 'r' };
    await share.setAccessPolicy([{ id: 'policy', accessPolicy }]);
    expect((await share.getAccessPolicy()).signedIdentifiers).toEqual([{ id: 'policy', accessPolicy }]);
    await share.delete({ deleteSnapshots: 'include' });
    expect(await failureOf(share.getStatistics())).toBe('404 ShareNotFound');
  });

  it('works on directories and files, whatever their permissions say', async () => {
    const share = admin.getShareClient('files');
    await share.create();
    const directory = share.getDirectoryClient('dir');
    await directory.create();
    const { filePermissionKey = '' } = await share.createPermission(DENY_ALL);
    const file = directory.getFileClient('file');
    await file.create(4, { filePermissionKey });
    await file.uploadRange('data', 0, 4);
    await file.setProperties({ filePermissionKey });
    await file.setMetadata({ a: '1' });
    expect((await bytesOf(await file.download())).toString()).toBe('data');
    expect((await file.getRangeList()).rangeList).toEqual([{ start: 0, end: 3 }]);
    const copy = directory.getFileClient('copy');
    await copy.startCopyFromURL(file.url);
    expect(await copy.getProperties()).toMatchObject({ copyStatus: 'success', contentLength: 4 });
    await copy.rename('dir/moved');
    const moved = directory.getFileClient('moved');
    expect((await moved.getProperties()).contentLength).toBe(4);
    const lease = moved.getShareLeaseClient();
    await lease.acquireLease();
    await lease.releaseLease();
    await moved.delete();

    const read = reader.getShareClient('files').getDirectoryClient('dir');
    const names: string[] = [];
    for await (const entry of read.listFilesAndDirectories()) names.push(entry.name);
    expect(names).toEqual(['file']);
    expect((await bytesOf(await read.getFileClient('file').download())).toString()).toBe('data');
    const permission = await reader.getShareClient('files').getPermission(filePermissionKey);
    expect(permission.permission).toContain('O:SY');
  });

  it('is refused what its roles lack', async () => {
    const share = reader.getShareClient('files');
    const file = share.getDirectoryClient('dir').getFileClient('file');
    const refused = '403 AuthorizationPermissionMismatch';
    expect(await failureOf(file.delete())).toBe(refused);
    expect(await failureOf(file.uploadRange('x', 0, 1))).toBe(refused);
    expect(await failureOf(share.createPermission(DENY_ALL))).toBe(refused);
    expect(await failureOf(share.getStatistics())).toBe(refused);
    expect(await failureOf(share.createSnapshot())).toBe(refused);
    expect(await failureOf(share.delete())).toBe(refused);
  });

  it('must say what its requests are for', async () => {
    const { httpsEndpoint = '' } = emulator.account('source');
    const client = new ShareServiceClient(httpsEndpoint, credentialOf(emulator, 'admin'), {
      retryOptions: { maxTries: 1 },
    });
    const missing = '400 MissingRequiredHeader';
    expect(await failureOf(client.getShareClient('files').getStatistics())).toBe(missing);
    // The SDK, 12.33.0, leaves the intent out of this one request even when it is configured.
    expect(await failureOf(admin.getShareClient('files').getProperties())).toBe(missing);
  });
});
