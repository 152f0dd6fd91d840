import type { ShareClient, ShareFileClient } from '@azure/storage-file-share';
import {
  FileSASPermissions,
  generateFileSASQueryParameters,
  ShareSASPermissions,
  StorageSharedKeyCredential,
} from '@azure/storage-file-share';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';
import { completeCopy, failCopy } from '../../../emulator/state/index.ts';
import { clientOf, failureOf } from './sdk-clients.ts';

const SDDL = 'O:S-1-5-21-1-2-3-4G:S-1-5-21-1-2-3-513D:AI(A;;FA;;;SY)(A;;FA;;;BA)';

describe('copies inside the service', () => {
  let emulator: Emulator;
  let source: ShareClient;
  let target: ShareClient;
  let file: ShareFileClient;
  let count = 0;

  beforeAll(async () => {
    emulator = await startEmulator();
  });
  afterAll(() => emulator.close());

  beforeEach(async () => {
    emulator.state.copyMode = 'sync';
    source = clientOf(emulator, 'source').getShareClient(`from${++count}`);
    target = clientOf(emulator, 'target').getShareClient(`to${count}`);
    await source.create();
    await target.create();
    file = source.rootDirectoryClient.getFileClient('file & ü.bin');
    await file.create(5000, {
      metadata: { k: 'v' },
      filePermission: SDDL,
      lastWriteTime: new Date('2020-01-01T00:00:00Z'),
      fileHttpHeaders: { fileContentType: 'text/plain' },
    });
    await file.uploadRange(Buffer.alloc(5000, 'content '), 0, 5000, { fileLastWrittenMode: 'Preserve' });
  });

  /** The URL of the source with a share SAS of its account. */
  function signed(url: string, letters = 'r', changes: { expiresOn?: Date } = {}): string {
    const sas = generateFileSASQueryParameters(
      {
        shareName: source.name,
        permissions: ShareSASPermissions.parse(letters),
        expiresOn: new Date(Date.now() + 3_600_000),
        ...changes,
      },
      new StorageSharedKeyCredential('source', emulator.account('source').key),
    );
    return `${url}${url.includes('?') ? '&' : '?'}${sas}`;
  }

  const copyOf = (name = 'copy') => target.rootDirectoryClient.getFileClient(name);

  it('Copy File takes content, headers, metadata and, when told, SMB properties across accounts', async () => {
    const started = await copyOf().startCopyFromURL(signed(file.url), {
      copyFileSmbInfo: {
        fileAttributes: 'source',
        fileCreationTime: 'source',
        fileLastWriteTime: 'source',
        fileChangeTime: 'source',
        filePermissionCopyMode: 'source',
      },
    });
    expect(started.copyStatus).toBe('success');
    const properties = await copyOf().getProperties();
    expect(properties).toMatchObject({
      contentLength: 5000,
      contentType: 'text/plain',
      metadata: { k: 'v' },
      copyStatus: 'success',
      copyProgress: '5000/5000',
      copyId: started.copyId,
      copySource: file.url,
      fileLastWriteOn: new Date('2020-01-01T00:00:00Z'),
    });
    const { permission } = await target.getPermission(properties.filePermissionKey ?? '');
    expect(permission).toContain('D:AI(A;;FA;;;SY)(A;;FA;;;BA)');
    expect((await copyOf().downloadToBuffer()).toString()).toBe((await file.downloadToBuffer()).toString());
    expect(emulator.requests.accounts().target?.bytesCopied).toBeGreaterThanOrEqual(5000);
  });

  it('Copy File reads a snapshot as source', async () => {
    const { snapshot = '' } = await source.createSnapshot();
    await file.uploadRange('changed!', 0, 8);
    await copyOf().startCopyFromURL(signed(file.withShareSnapshot(snapshot).url));
    expect((await copyOf().downloadToBuffer()).subarray(0, 8).toString()).toBe('content ');
  });

  it('Copy File within an account needs no SAS', async () => {
    const copy = source.rootDirectoryClient.getFileClient('beside');
    await copy.startCopyFromURL(file.url);
    expect((await copy.getProperties()).contentLength).toBe(5000);
  });

  it('a source is found by account and share, whatever host its URL names', async () => {
    const path = new URL(file.url).pathname;
    const hosts = [
      `http://proxy.example:8080${path}`,
      `https://source.file.core.windows.net${path.slice('/source'.length)}`,
    ];
    for (const url of hosts) {
      await copyOf().startCopyFromURL(signed(url));
      expect((await copyOf().getProperties()).copySource).toBe(url);
    }
  });

  it.each<[string, (url: string) => string, string]>([
    ['without a SAS', (url) => url, '401 CannotVerifyCopySource'],
    ['with a SAS that does not allow reading', (url) => signed(url, 'wd'), '403 CannotVerifyCopySource'],
    [
      'with a SAS that has expired',
      (url) => signed(url, 'r', { expiresOn: new Date(Date.now() - 1000) }),
      '403 CannotVerifyCopySource',
    ],
    [
      'with a broken signature',
      (url) => signed(url).replace(/sig=..../, 'sig=AAAA'),
      '403 CannotVerifyCopySource',
    ],
    ['that is missing', (url) => signed(`${url}x`), '404 CannotVerifyCopySource'],
    [
      'of a share that is missing',
      (url) => signed(url.replace('/from', '/nofrom')),
      '403 CannotVerifyCopySource',
    ],
    [
      'of a snapshot that is missing',
      (url) => signed(`${url}?sharesnapshot=2020-01-01T00%3A00%3A00.0000000Z`),
      '404 CannotVerifyCopySource',
    ],
    ['that is no URL', () => 'file:///etc/passwd', '400 InvalidHeaderValue'],
    ['longer than 2 KiB', (url) => `${url}?${'x'.repeat(2048)}`, '400 InvalidHeaderValue'],
  ])('a source %s is refused', async (_name, urlOf, expected) => {
    expect(await failureOf(copyOf().startCopyFromURL(urlOf(file.url)))).toBe(expected);
    await copyOf('ranges').create(10);
    const ranged = copyOf('ranges').uploadRangeFromURL(urlOf(file.url), 0, 0, 10);
    expect(await failureOf(ranged)).toBe(expected);
  });

  it("tells the source's own status and code from version 2025-07-05 on", async () => {
    const headers = { 'x-ms-copy-source': signed(`${file.url}x`) };
    const put = async (version: string) => {
      const { key } = emulator.account('target');
      const sas = generateFileSASQueryParameters(
        {
          shareName: target.name,
          permissions: ShareSASPermissions.parse('rwc'),
          expiresOn: new Date(Date.now() + 60_000),
        },
        new StorageSharedKeyCredential('target', key),
      );
      return fetch(`${copyOf().url}?${sas}`, {
        method: 'PUT',
        headers: { ...headers, 'x-ms-version': version },
      });
    };
    const told = await put('2025-07-05');
    expect(told.headers.get('x-ms-copy-source-status-code')).toBe('404');
    expect(told.headers.get('x-ms-copy-source-error-code')).toBe('ResourceNotFound');
    expect((await put('2025-05-05')).headers.get('x-ms-copy-source-status-code')).toBeNull();
  });

  it('a file SAS reads its own file alone', async () => {
    const sas = generateFileSASQueryParameters(
      {
        shareName: source.name,
        filePath: 'file & ü.bin',
        permissions: FileSASPermissions.parse('r'),
        expiresOn: new Date(Date.now() + 60_000),
      },
      new StorageSharedKeyCredential('source', emulator.account('source').key),
    );
    await copyOf().startCopyFromURL(`${file.url}?${sas}`);
    const other = source.rootDirectoryClient.getFileClient('other');
    await other.create(1);
    expect(await failureOf(copyOf().startCopyFromURL(`${other.url}?${sas}`))).toBe(
      '403 CannotVerifyCopySource',
    );
  });

  it('Put Range From URL copies a range, from snapshots, too', async () => {
    const { snapshot = '' } = await source.createSnapshot();
    await file.uploadRange('changed!', 0, 8);
    await copyOf().create(5000);
    const url = signed(file.withShareSnapshot(snapshot).url);
    await copyOf().uploadRangeFromURL(url, 0, 512, 1024);
    const content = await copyOf().downloadToBuffer();
    expect(content.subarray(512, 520).toString()).toBe('content ');
    expect(content.subarray(0, 512).equals(Buffer.alloc(512))).toBe(true);
    expect((await copyOf().getRangeList()).rangeList).toEqual([{ start: 512, end: 1535 }]);
  });

  it('Put Range From URL demands that both ranges fit', async () => {
    await copyOf().create(10_000);
    expect(await failureOf(copyOf().uploadRangeFromURL(signed(file.url), 4000, 0, 1001))).toBe(
      '409 CannotVerifyCopySource',
    );
    expect(await failureOf(copyOf().uploadRangeFromURL(signed(file.url), 0, 9500, 1000))).toBe(
      '416 InvalidRange',
    );
  });

  it('a pending copy can be watched, completed, failed and aborted', async () => {
    emulator.state.copyMode = 'until-told';
    const share = emulator.state.findAccount('target')?.getShare(target.name);
    if (share === undefined) throw new Error('The share is gone.');
    expect((await copyOf('done').startCopyFromURL(signed(file.url))).copyStatus).toBe('pending');
    expect(await copyOf('done').getProperties()).toMatchObject({ copyStatus: 'pending' });
    completeCopy(share, ['done']);
    expect(await copyOf('done').getProperties()).toMatchObject({
      copyStatus: 'success',
      contentLength: 5000,
    });

    await copyOf('bad').startCopyFromURL(signed(file.url));
    failCopy(share, ['bad'], '500 OperationCancelled');
    expect(await copyOf('bad').getProperties()).toMatchObject({ copyStatus: 'failed', contentLength: 0 });

    const { copyId = '' } = await copyOf('ended').startCopyFromURL(signed(file.url));
    await copyOf('ended').abortCopyFromURL(copyId);
    expect(await copyOf('ended').getProperties()).toMatchObject({ copyStatus: 'aborted', contentLength: 0 });
    expect(await failureOf(copyOf('ended').abortCopyFromURL(copyId))).toBe('409 NoPendingCopyOperation');
  });

  it('a 4 TiB sparse file and its copy cost next to nothing', async () => {
    const huge = source.rootDirectoryClient.getFileClient('huge');
    await source.setQuota(102_400);
    await target.setQuota(102_400);
    await huge.create(4 * 1024 ** 4);
    await huge.uploadRange('end', 4 * 1024 ** 4 - 3, 3);
    await copyOf('huge').startCopyFromURL(signed(huge.url));
    const tail = await copyOf('huge').downloadToBuffer(4 * 1024 ** 4 - 3, 3);
    expect(tail.toString()).toBe('end');
    expect((await copyOf('huge').getRangeList()).rangeList?.length).toBe(1);
  });
});
