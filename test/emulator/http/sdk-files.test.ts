import {
  FileSystemAttributes,
  type ShareClient,
  type ShareDirectoryClient,
  type ShareFileClient,
} from '@azure/storage-file-share';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';
import { plantHandle } from '../../../emulator/state/index.ts';
import { bytesOf, clientOf, failureOf } from './sdk-clients.ts';

const TIME = '2021-03-04T05:06:07.1234567Z';

describe('the JavaScript SDK on directories and files', () => {
  let emulator: Emulator;
  let share: ShareClient;
  let root: ShareDirectoryClient;
  let count = 0;

  beforeAll(async () => {
    emulator = await startEmulator();
  });
  afterAll(() => emulator.close());
  beforeEach(async () => {
    share = clientOf(emulator).getShareClient(`files${++count}`);
    await share.create();
    root = share.rootDirectoryClient;
  });

  async function upload(name: string, content: string | Buffer): Promise<ShareFileClient> {
    const file = root.getFileClient(name);
    await file.uploadData(Buffer.from(content));
    return file;
  }

  /** A header as sent, which the SDK's own properties would cut to milliseconds. */
  function rawHeader(
    response: { _response: { headers: { get(name: string): string | undefined } } },
    name: string,
  ) {
    return response._response.headers.get(name);
  }

  it('create, describe and delete directories', async () => {
    const parent = root.getDirectoryClient('Ordner ü');
    const created = await parent.create({ metadata: { a: '1' } });
    expect(created).toMatchObject({ fileParentId: '0', fileAttributes: 'Directory' });
    const child = parent.getDirectoryClient('child');
    expect((await child.create()).fileParentId).toBe(created.fileId);
    const properties = await parent.getProperties();
    expect(properties).toMatchObject({
      fileId: created.fileId,
      metadata: { a: '1' },
    });
    expect(await failureOf(parent.create())).toBe('409 ResourceAlreadyExists');
    expect(await failureOf(parent.delete())).toBe('409 DirectoryNotEmpty');
    await parent.setMetadata({ b: '2' });
    expect((await parent.getProperties()).metadata).toEqual({ b: '2' });
    await child.delete();
    await parent.delete();
    expect(await parent.exists()).toBe(false);
    expect(await failureOf(root.getDirectoryClient('x').getDirectoryClient('y').create())).toBe(
      '404 ParentNotFound',
    );
  });

  it('keep SMB properties to seven digits', async () => {
    const directory = root.getDirectoryClient('d');
    await directory.create();
    const set = await directory.setProperties({
      creationTime: new Date('2020-01-02T03:04:05.678Z'),
      lastWriteTime: new Date('2020-02-03T04:05:06.789Z'),
    });
    expect(rawHeader(set, 'x-ms-file-creation-time')).toBe('2020-01-02T03:04:05.6780000Z');
    expect(rawHeader(set, 'x-ms-file-last-write-time')).toBe('2020-02-03T04:05:06.7890000Z');

    const file = root.getFileClient('f');
    const digits = Object.assign(new Date(TIME), {});
    await file.create(0, { lastWriteTime: digits });
    const raw = await file.getProperties();
    expect(rawHeader(raw, 'x-ms-file-last-write-time')).toBe('2021-03-04T05:06:07.1230000Z');
    expect(rawHeader(raw, 'x-ms-file-attributes')).toBe('Archive');
  });

  it('upload and download content', async () => {
    const content = Buffer.from(Array.from({ length: 5 * 1024 * 1024 + 3 }, (_, index) => index % 253));
    const file = await upload('big.bin', content);
    expect((await file.downloadToBuffer()).equals(content)).toBe(true);
    const part = await file.download(1000, 2000);
    expect(part.contentRange).toBe(`bytes 1000-2999/${content.length}`);
    expect((await bytesOf(part)).equals(content.subarray(1000, 3000))).toBe(true);
    const whole = await file.download();
    expect(whole._response.status).toBe(200);
    expect((await bytesOf(whole)).length).toBe(content.length);
    expect(await failureOf(file.download(content.length, 1))).toBe('416 InvalidRange');
  });

  it('upload and download with checksums on the way', async () => {
    const content = Buffer.from(Array.from({ length: 5 * 1024 * 1024 + 3 }, (_, index) => index % 251));
    const file = root.getFileClient('checked');
    await file.create(content.length);
    const options = { contentChecksumAlgorithm: 'StorageCrc64' } as const;
    await file.uploadRange(content.subarray(0, 4 << 20), 0, 4 << 20, options);
    await file.uploadRange(content.subarray(4 << 20), 4 << 20, content.length - (4 << 20), options);
    const download = await file.download(0, undefined, options);
    expect((await bytesOf(download)).equals(content)).toBe(true);
  });

  it('create with content in one request', async () => {
    const file = root.getFileClient('one');
    await file.create(11, { content: Buffer.from('hello world'), contentLength: 11 });
    expect((await file.downloadToBuffer()).toString()).toBe('hello world');
  });

  it('describe a file', async () => {
    const file = root.getFileClient('described');
    await file.create(10, {
      metadata: { k: 'v' },
      fileHttpHeaders: {
        fileContentType: 'text/plain',
        fileContentEncoding: 'gzip',
        fileContentLanguage: 'de',
        fileCacheControl: 'no-store',
        fileContentDisposition: 'attachment',
        fileContentMD5: new Uint8Array(16).fill(9),
      },
    });
    expect(await file.getProperties()).toMatchObject({
      contentLength: 10,
      contentType: 'text/plain',
      contentEncoding: 'gzip',
      contentLanguage: 'de',
      cacheControl: 'no-store',
      contentDisposition: 'attachment',
      contentMD5: Buffer.alloc(16, 9),
      metadata: { k: 'v' },
      fileType: 'File',
      leaseState: 'available',
    });
    await file.setMetadata({ other: 'x' });
    expect((await file.getProperties()).metadata).toEqual({ other: 'x' });
    await file.setHttpHeaders({ fileContentType: 'image/png' });
    const replaced = await file.getProperties();
    expect(replaced).toMatchObject({ contentType: 'image/png' });
    expect(replaced.contentEncoding).toBeUndefined();
    await file.resize(20);
    expect(await file.getProperties()).toMatchObject({ contentLength: 20, contentType: 'image/png' });
    await file.setProperties({ lastWriteTime: new Date() });
    expect((await file.getProperties()).contentType).toBeUndefined();
  });

  it('write, clear and list ranges', async () => {
    const file = root.getFileClient('ranges');
    await file.create(4096);
    const written = await file.uploadRange('a'.repeat(1536), 0, 1536);
    expect(written.contentMD5?.length).toBe(16);
    await file.clearRange(512, 512);
    expect((await file.getRangeList()).rangeList).toEqual([
      { start: 0, end: 511 },
      { start: 1024, end: 1535 },
    ]);
    const snapshot = (await share.createSnapshot()).snapshot ?? '';
    await file.uploadRange('b'.repeat(512), 2048, 512);
    await file.clearRange(0, 512);
    const diff = await file.getRangeListDiff(snapshot);
    expect(diff.ranges).toEqual([{ start: 2048, end: 2559 }]);
    expect(diff.clearRanges).toEqual([{ start: 0, end: 511 }]);
    expect(diff.fileContentLength).toBe(4096);
    expect(await failureOf(file.uploadRange('x', 0, 1, { contentMD5: new Uint8Array(16) }))).toBe(
      '400 Md5Mismatch',
    );
    expect(await failureOf(file.uploadRange('x', 4096, 1))).toBe('416 InvalidRange');
    expect(await failureOf(root.getFileClient('absent').uploadRange('x', 0, 1))).toBe('404 ResourceNotFound');
  });

  it('list ranges page by page', async () => {
    const file = root.getFileClient('pages');
    await file.create(8192);
    for (let block = 0; block < 5; block++) await file.uploadRange('x'.repeat(512), block * 1024, 512);
    const pages: number[][] = [];
    for await (const page of file.listRanges().byPage({ maxPageSize: 2 })) {
      pages.push((page.ranges ?? []).map((range) => range.start));
    }
    expect(pages).toEqual([[0, 1024], [2048, 3072], [4096]]);
  });

  it('refuse writes and deletion while read-only', async () => {
    const file = await upload('fixed', 'abc');
    const attributes = FileSystemAttributes.parse('ReadOnly');
    await file.setProperties({ fileAttributes: attributes });
    expect(await failureOf(file.uploadRange('x', 0, 1))).toBe('409 ReadOnlyAttribute');
    expect(await failureOf(file.delete())).toBe('409 ReadOnlyAttribute');
  });

  it('rename within the share, from path-style URLs, too', async () => {
    const directory = root.getDirectoryClient('from');
    await directory.create();
    await directory.getFileClient('f').uploadData(Buffer.from('moved'));
    const { fileId } = await directory.getProperties();
    await directory.rename('to dir');
    expect(await directory.exists()).toBe(false);
    expect((await root.getDirectoryClient('to dir').getProperties()).fileId).toBe(fileId);
    const file = root.getDirectoryClient('to dir').getFileClient('f');
    await upload('taken', 'old');
    expect(await failureOf(file.rename('taken'))).toBe('409 ResourceAlreadyExists');
    await file.rename('taken', { replaceIfExists: true });
    expect((await root.getFileClient('taken').downloadToBuffer()).toString()).toBe('moved');
  });

  it('lease a file', async () => {
    const file = await upload('leased', 'abc');
    const lease = file.getShareLeaseClient();
    const { leaseId } = await lease.acquireLease(-1);
    expect(await file.getProperties()).toMatchObject({ leaseState: 'leased', leaseDuration: 'infinite' });
    expect(await failureOf(file.uploadRange('x', 0, 1))).toBe('412 LeaseIdMissing');
    await file.uploadRange('x', 0, 1, { leaseAccessConditions: { leaseId: leaseId ?? '' } });
    await lease.changeLease('11111111-2222-3333-4444-555555555555');
    await lease.releaseLease();
    await file.getShareLeaseClient().acquireLease(-1);
    await file.getShareLeaseClient().breakLease();
    await file.delete();
  });

  it('list and close handles', async () => {
    const directory = root.getDirectoryClient('open');
    await directory.create();
    await directory.getFileClient('f').create(0);
    const state = emulator.state.findAccount('source')?.getShare(share.name);
    if (state === undefined) throw new Error('The share is gone.');
    plantHandle(state, ['open', 'f'], { share: 'none' });
    const handles = [];
    for await (const handle of directory.listHandles({ recursive: true })) handles.push(handle);
    expect(handles).toMatchObject([{ path: 'open/f' }]);
    expect(await failureOf(directory.getFileClient('f').delete())).toBe('409 SharingViolation');
    expect(await directory.forceCloseAllHandles({ recursive: true })).toMatchObject({
      closedHandlesCount: 1,
    });
    await directory.getFileClient('f').delete();
  });
});
