import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  AccountSASPermissions,
  FileSASPermissions,
  ShareClient,
  ShareDirectoryClient,
  ShareFileClient,
  ShareLeaseClient,
  ShareSASPermissions,
  ShareServiceClient,
} from '@azure/storage-file-share';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';
import { plantHandle } from '../../../emulator/state/index.ts';
import { bytesOf, clientOf, failureOf } from './sdk-clients.ts';

const CLIENTS = [ShareServiceClient, ShareClient, ShareDirectoryClient, ShareFileClient, ShareLeaseClient];

/** Methods that these tests do not call, and why. */
const NOT_CALLED: Readonly<Record<string, string>> = {
  'ShareFileClient.createHardLink': 'operation of NFS shares',
  'ShareFileClient.createSymbolicLink': 'operation of NFS shares',
  'ShareFileClient.getSymbolicLink': 'operation of NFS shares',
  'ShareServiceClient.getUserDelegationKey': 'needs a token; see the tests of identity',
  'ShareClient.generateUserDelegationSasUrl': 'needs a user delegation key; see the tests of identity',
  'ShareClient.generateUserDelegationStringToSign': 'needs a user delegation key; see the tests of identity',
  'ShareFileClient.generateUserDelegationSasUrl': 'needs a user delegation key; see the tests of identity',
  'ShareFileClient.generateUserDelegationStringToSign':
    'needs a user delegation key; see the tests of identity',
  'ShareFileClient.uploadSeekableBlob': 'works in browsers alone',
  'ShareLeaseClient.renewLease':
    'the SDK takes every share for a file and refuses; the request is tested by hand',
};

const SDDL = 'O:S-1-5-21-1-2-3-4G:S-1-5-21-1-2-3-513D:AI(A;;FA;;;SY)(A;;FA;;;BA)';
const TOMORROW = new Date(Date.now() + 86_400_000);

describe('every method of the JavaScript SDK', () => {
  const called = recordCalls();
  const bugs: unknown[] = [];
  let emulator: Emulator;
  let folder: string;
  let service: ShareServiceClient;
  let share: ShareClient;
  let root: ShareDirectoryClient;
  let count = 0;

  beforeAll(async () => {
    emulator = await startEmulator();
    emulator.onBug((error) => bugs.push(error));
    folder = await mkdtemp(join(tmpdir(), 'sharepair-sdk-'));
    service = clientOf(emulator);
    share = service.getShareClient('methods');
    await share.create();
    root = share.rootDirectoryClient;
  });

  afterAll(async () => {
    await emulator.close();
    await rm(folder, { recursive: true, force: true });
  });

  const newFile = () => root.getFileClient(`file ${++count}`);

  async function uploaded(content: string): Promise<ShareFileClient> {
    const file = newFile();
    await file.uploadData(Buffer.from(content));
    return file;
  }

  it('of the service', async () => {
    await service.createShare('made');
    await service.setProperties({ minuteMetrics: { version: '1.0', enabled: false } });
    expect(await service.getProperties()).toMatchObject({ minuteMetrics: { enabled: false } });
    await service.deleteShare('made');
    let version = '';
    for await (const item of service.listShares({ prefix: 'made', includeDeleted: true })) {
      version = item.version ?? '';
    }
    const restored = await service.undeleteShare('made', version);
    expect(await restored.exists()).toBe(true);
    const permissions = AccountSASPermissions.parse('rl');
    const signed = new ShareServiceClient(service.generateAccountSasUrl(TOMORROW, permissions, 'sco'));
    const names = [];
    for await (const page of signed.listShares().byPage()) names.push(...(page.shareItems ?? []));
    expect(names.map((item) => item.name)).toEqual(['made', 'methods']);
    expect(service.generateSasStringToSign(TOMORROW, permissions, 'sco')).toMatch(/^source\nrl\nf\nsco\n/);
  });

  it('of a share', async () => {
    const other = service.getShareClient('other');
    expect((await other.createIfNotExists()).succeeded).toBe(true);
    await other.setQuota(7);
    await other.setProperties({ accessTier: 'Hot' });
    await other.setMetadata({ a: '1' });
    expect(await other.getProperties()).toMatchObject({ quota: 7, accessTier: 'Hot', metadata: { a: '1' } });
    await other.setAccessPolicy([
      { id: 'p', accessPolicy: { startsOn: new Date(0), expiresOn: TOMORROW, permissions: 'r' } },
    ]);
    expect((await other.getAccessPolicy()).signedIdentifiers).toMatchObject([{ id: 'p' }]);
    const { filePermissionKey = '' } = await other.createPermission(SDDL);
    expect((await other.getPermission(filePermissionKey)).permission).toContain('(A;;FA;;;BA)');
    await other.createDirectory('d');
    await other.createFile('f', 512);
    expect((await other.getStatistics()).shareUsageBytes).toBe(0);
    const { snapshot = '' } = await other.createSnapshot();
    await other.deleteFile('f');
    await other.deleteDirectory('d');
    expect(await other.getDirectoryClient('d').exists()).toBe(false);
    expect(await other.withSnapshot(snapshot).getDirectoryClient('d').exists()).toBe(true);
    const values = { permissions: ShareSASPermissions.parse('rl'), expiresOn: TOMORROW };
    const signed = new ShareClient(other.generateSasUrl(values)).withSnapshot(snapshot);
    const names = [];
    for await (const item of signed.rootDirectoryClient.listFilesAndDirectories()) names.push(item.name);
    expect(names.sort()).toEqual(['d', 'f']);
    expect(other.generateSasStringToSign(values)).toContain('/file/source/other');
    expect((await other.deleteIfExists({ deleteSnapshots: 'include' })).succeeded).toBe(true);
    expect(await other.exists()).toBe(false);
    await other.create();
    await other.delete();
    expect(await failureOf(other.getProperties())).toBe('404 ShareNotFound');
  });

  it('of a directory', async () => {
    const directory = root.getDirectoryClient('directory');
    expect((await directory.createIfNotExists()).succeeded).toBe(true);
    expect((await directory.createIfNotExists()).succeeded).toBe(false);
    await directory.setMetadata({ k: 'v' });
    await directory.setProperties({ lastWriteTime: new Date('2020-02-03T04:05:06Z') });
    expect(await directory.getProperties()).toMatchObject({
      metadata: { k: 'v' },
      fileLastWriteOn: new Date('2020-02-03T04:05:06Z'),
    });
    await directory.createSubdirectory('sub');
    await directory.createFile('f', 5);
    const listed = [];
    const options = { includeTimestamps: true, includeEtag: true, includeAttributes: true };
    for await (const item of directory.listFilesAndDirectories({ ...options, includePermissionKey: true })) {
      listed.push([item.kind, item.name, item.attributes, item.properties?.etag !== undefined]);
    }
    expect(listed).toEqual([
      ['file', 'f', 'Archive', true],
      ['directory', 'sub', 'Directory', true],
    ]);
    await directory.deleteFile('f');
    await directory.deleteSubdirectory('sub');
    await directory.rename('directory renamed');
    expect((await directory.deleteIfExists()).succeeded).toBe(false);
    const renamed = root.getDirectoryClient('directory renamed');
    await renamed.delete();
    await renamed.create();
    expect((await renamed.deleteIfExists()).succeeded).toBe(true);
  });

  it('of a file: properties', async () => {
    const file = newFile();
    await file.create(10);
    await file.setHttpHeaders({ fileContentType: 'text/css' });
    await file.setMetadata({ k: 'v' });
    await file.resize(20);
    expect(await file.getProperties()).toMatchObject({
      contentLength: 20,
      contentType: 'text/css',
      metadata: { k: 'v' },
    });
    await file.setProperties({ lastWriteTime: new Date('2020-02-03T04:05:06Z') });
    await file.rename('file renamed');
    expect(await file.exists()).toBe(false);
    await root.getFileClient('file renamed').delete();
    expect((await file.deleteIfExists()).succeeded).toBe(false);
  });

  it('of a file: content', async () => {
    const content = Buffer.from(Array.from({ length: 4 * 1024 * 1024 + 3 }, (_, index) => index % 253));
    const path = join(folder, 'up');
    await writeFile(path, content);
    const ways: ((file: ShareFileClient) => Promise<unknown>)[] = [
      (file) => file.uploadData(content),
      (file) => file.uploadFile(path),
      (file) => file.uploadStream(Readable.from([content]), content.length, 1 << 20, 2),
      (file) =>
        file.uploadResetableStream(
          (offset, count = content.length) => Readable.from([content.subarray(offset, offset + count)]),
          content.length,
          { rangeSize: 1 << 20 },
        ),
    ];
    for (const upload of ways) {
      const file = newFile();
      await upload(file).catch((error: unknown) => {
        throw new Error(`${upload}`, { cause: error });
      });
      expect((await file.downloadToBuffer()).equals(content), `${upload}`).toBe(true);
    }
    const file = newFile();
    await file.uploadFile(path);
    await file.downloadToFile(join(folder, 'down'), 1);
    expect((await readFile(join(folder, 'down'))).equals(content.subarray(1))).toBe(true);
    expect((await bytesOf(await file.download(7, 9))).equals(content.subarray(7, 16))).toBe(true);
  });

  it('of a file: ranges', async () => {
    const file = newFile();
    await file.create(4096);
    await file.uploadRange('a'.repeat(1024), 0, 1024);
    const { snapshot = '' } = await share.createSnapshot();
    await file.clearRange(0, 512);
    await file.uploadRange('b'.repeat(512), 2048, 512);
    expect((await file.getRangeList()).rangeList).toHaveLength(2);
    expect(await file.getRangeListDiff(snapshot)).toMatchObject({
      ranges: [{ start: 2048, end: 2559 }],
      clearRanges: [{ start: 0, end: 511 }],
    });
    const ranges = [];
    for await (const range of file.listRanges()) ranges.push(range.start);
    expect(ranges).toEqual([512, 2048]);
    const changes = [];
    for await (const range of file.listRangesDiff(snapshot)) changes.push([range.start, range.isClear]);
    expect(changes).toEqual([
      [0, true],
      [2048, false],
    ]);
    expect((await file.withShareSnapshot(snapshot).downloadToBuffer(0, 4)).toString()).toBe('aaaa');
  });

  it('of a file: copies', async () => {
    const file = await uploaded('content');
    const values = { permissions: FileSASPermissions.parse('r'), expiresOn: TOMORROW };
    const url = file.generateSasUrl(values);
    expect(file.generateSasStringToSign(values)).toContain(`/file/source/methods/${file.name}`);
    const copy = newFile();
    expect(await copy.startCopyFromURL(url)).toMatchObject({ copyStatus: 'success' });
    const ranged = newFile();
    await ranged.create(7);
    await ranged.uploadRangeFromURL(url, 0, 0, 7);
    expect((await ranged.downloadToBuffer()).toString()).toBe('content');
    emulator.state.copyMode = 'until-told';
    const { copyId = '' } = await copy.startCopyFromURL(url);
    emulator.state.copyMode = 'sync';
    await copy.abortCopyFromURL(copyId);
    expect(await copy.getProperties()).toMatchObject({ copyStatus: 'aborted', contentLength: 0 });
  });

  it('of handles', async () => {
    const directory = root.getDirectoryClient('open');
    await directory.create();
    await directory.createFile('f', 1);
    const file = directory.getFileClient('f');
    const state = emulator.state.findAccount('source')?.getShare('methods');
    if (state === undefined) throw new Error('The share is gone.');
    for (const path of [['open'], ['open'], ['open', 'f'], ['open', 'f']]) plantHandle(state, path, {});
    const ids = async (client: ShareFileClient | ShareDirectoryClient) => {
      const found = [];
      for await (const handle of client.listHandles()) found.push(handle.handleId);
      return found;
    };
    for (const client of [file, directory]) {
      const [first = ''] = await ids(client);
      await client.forceCloseHandle(first);
      expect(await ids(client)).toHaveLength(1);
    }
    expect(await file.forceCloseAllHandles()).toMatchObject({ closedHandlesCount: 1 });
    expect(await directory.forceCloseAllHandles()).toMatchObject({ closedHandlesCount: 1 });
  });

  it('of leases', async () => {
    const file = await uploaded('leased');
    for (const lease of [file.getShareLeaseClient(), share.getShareLeaseClient()]) {
      await lease.acquireLease(-1);
      await lease.changeLease('11111111-2222-3333-4444-555555555555');
      await lease.releaseLease();
      await lease.acquireLease(-1);
      await lease.breakLease();
    }
    expect((await file.getProperties()).leaseState).toBe('broken');
  });

  it('was called, or is known not to be', () => {
    const methods = CLIENTS.flatMap((client) =>
      methodsOf(client.prototype).map((name) => `${client.name}.${name}`),
    );
    expect(methods.filter((name) => !called.has(name) && NOT_CALLED[name] === undefined)).toEqual([]);
    expect(Object.keys(NOT_CALLED).filter((name) => called.has(name) || !methods.includes(name))).toEqual([]);
    expect(bugs).toEqual([]);
  });
});

/** Notes each call of a method of the clients as `Client.method` from now on. */
function recordCalls(): ReadonlySet<string> {
  const called = new Set<string>();
  for (const client of CLIENTS) {
    for (const name of methodsOf(client.prototype)) {
      const original: unknown = Object.getOwnPropertyDescriptor(client.prototype, name)?.value;
      if (typeof original !== 'function') continue;
      Object.defineProperty(client.prototype, name, {
        configurable: true,
        writable: true,
        value(this: unknown, ...args: unknown[]): unknown {
          called.add(`${client.name}.${name}`);
          return Reflect.apply(original, this, args);
        },
      });
    }
  }
  return called;
}

function methodsOf(prototype: object): string[] {
  return Object.entries(Object.getOwnPropertyDescriptors(prototype))
    .filter(([name, { value }]) => name !== 'constructor' && typeof value === 'function')
    .map(([name]) => name);
}
