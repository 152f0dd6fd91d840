import type { ShareClient } from '@azure/storage-file-share';
import {
  generateFileSASQueryParameters,
  ShareSASPermissions,
  StorageSharedKeyCredential,
} from '@azure/storage-file-share';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';
import { Clock } from '../../../emulator/state/index.ts';
import { VirtualTimer } from '../../support/virtual-timer.ts';
import { accountSas, clientOf, failureOf } from './sdk-clients.ts';

const GIB = 2 ** 30;

describe('what breaks backup tools', () => {
  const timer = new VirtualTimer();
  const clock = new Clock();
  let emulator: Emulator;
  let share: ShareClient;
  let count = 0;

  beforeAll(async () => {
    emulator = await startEmulator({ clock, timer });
  });
  afterAll(() => emulator.close());
  beforeEach(async () => {
    clock.set(Date.now());
    share = clientOf(emulator).getShareClient(`corner-${++count}`);
    await share.create();
  });
  afterEach(() => {
    clock.resume();
    clock.set(Date.now());
  });

  const fileAt = (name: string) => share.rootDirectoryClient.getFileClient(name);

  async function control(method: string, resource: string, body: object) {
    const response = await fetch(`${emulator.control}${resource}`, { method, body: JSON.stringify(body) });
    const json: Record<string, unknown> = JSON.parse(await response.text());
    return { status: response.status, json };
  }

  const plant = (path: string, more: object) =>
    control('POST', 'handles', { account: 'source', share: share.name, path, ...more });

  describe('handles of SMB clients', () => {
    it('that share nothing refuse reading, writing and copying, but not properties and listings', async () => {
      await fileAt('f').uploadData(Buffer.from('0123456789'));
      await plant('f', { access: 'none' });
      expect(await failureOf(fileAt('f').download())).toBe('409 SharingViolation');
      expect(await failureOf(fileAt('f').download(0, 1))).toBe('409 SharingViolation');
      expect(await failureOf(fileAt('f').uploadRange('x', 0, 1))).toBe('409 SharingViolation');
      expect(await failureOf(fileAt('f').delete())).toBe('409 SharingViolation');
      const copied = failureOf(fileAt('copy').startCopyFromURL(fileAt('f').url));
      expect(await copied).toBe('409 CannotVerifyCopySource');
      expect((await fileAt('f').getProperties()).contentLength).toBe(10);
      const { snapshot = '' } = await share.createSnapshot();
      const frozen = share.withSnapshot(snapshot).rootDirectoryClient.getFileClient('f');
      expect((await frozen.downloadToBuffer()).toString()).toBe('0123456789');
      await fileAt('f').forceCloseAllHandles();
      expect((await fileAt('f').downloadToBuffer()).toString()).toBe('0123456789');
    });

    it('with a lock on some bytes refuse reading and writing any', async () => {
      await fileAt('f').uploadData(Buffer.from('0123456789'));
      await plant('f', { access: 'read-write-delete', lock: { start: 0, end: 1 } });
      expect(await failureOf(fileAt('f').download(5, 5))).toBe('409 FileLockConflict');
      expect(await failureOf(fileAt('f').uploadRange('x', 5, 1))).toBe('409 FileLockConflict');
      expect(await failureOf(fileAt('f').clearRange(5, 1))).toBe('409 FileLockConflict');
      expect(await failureOf(fileAt('f').getProperties())).toBe('succeeded');
    });

    it('that have marked a file for deletion hide it until the last is closed', async () => {
      await fileAt('f').create(5);
      await plant('f', { access: 'read-write-delete', deletePending: true });
      expect(await failureOf(fileAt('f').getProperties())).toBe('409 DeletePending');
      expect(await failureOf(fileAt('f').download())).toBe('409 DeletePending');
      expect(await failureOf(fileAt('f').create(5))).toBe('409 DeletePending');
      for await (const _ of share.rootDirectoryClient.listFilesAndDirectories()) {
        throw new Error('Nothing is to be listed.');
      }
      expect((await fileAt('f').forceCloseAllHandles()).closedHandlesCount).toBe(1);
      expect(await failureOf(fileAt('f').download())).toBe('404 ResourceNotFound');
    });
  });

  describe('snapshots', () => {
    it('take their time, in which another is refused', async () => {
      expect((await control('POST', 'slowness', { snapshotMs: 2000 })).json).toMatchObject({
        snapshotMs: 2000,
      });
      clock.freeze();
      await share.createSnapshot();
      expect(await failureOf(share.createSnapshot())).toBe('409 ShareSnapshotInProgress');
      clock.advance(2000);
      expect(await failureOf(share.createSnapshot())).toBe('succeeded');
      await control('POST', 'slowness', { snapshotMs: 0 });
    });

    it('of Azure Backup cannot be deleted', async () => {
      const { json } = await control('POST', 'backup-snapshots', { account: 'source', share: share.name });
      const snapshot = String(json.snapshot);
      const properties = await share.withSnapshot(snapshot).getProperties();
      expect(properties).toMatchObject({
        leaseState: 'leased',
        leaseDuration: 'infinite',
        metadata: { azurebackupprotected: 'true' },
      });
      expect(await failureOf(share.withSnapshot(snapshot).delete())).toBe('412 LeaseIdMissing');
      expect(await failureOf(share.delete({ deleteSnapshots: 'include' }))).toBe(
        '409 DeleteShareWhenSnapshotLeased',
      );
      expect(await failureOf(share.delete({ deleteSnapshots: 'include-leased' }))).toBe('succeeded');
    });

    it('are 200 at most, those of others included', async () => {
      await control('POST', 'backup-snapshots', { account: 'source', share: share.name });
      const state = emulator.state.findAccount('source')?.getShare(share.name);
      for (let made = 1; made < 200; made++) state?.createSnapshot();
      expect(await failureOf(share.createSnapshot())).toBe('409 ShareSnapshotCountExceeded');
      const refused = await control('POST', 'backup-snapshots', { account: 'source', share: share.name });
      expect(refused.status).toBe(409);
    });
  });

  describe('shares', () => {
    it('that are full refuse more data, and take it again when there is room', async () => {
      await share.setQuota(1);
      await control('POST', 'seed', {
        account: 'source',
        share: share.name,
        seed: 1,
        files: 1,
        depth: 0,
        minSize: GIB - 600,
        maxSize: GIB - 600,
      });
      await fileAt('f').create(10_000);
      expect(await failureOf(fileAt('f').uploadRange('x'.repeat(601), 0, 601))).toBe(
        '403 ShareSizeLimitReached',
      );
      expect(await failureOf(fileAt('copy').startCopyFromURL(fileAt('file-0.dat').url))).toBe(
        '403 ShareSizeLimitReached',
      );
      expect(await failureOf(fileAt('f').uploadRange('x'.repeat(600), 0, 600))).toBe('succeeded');
      await fileAt('file-0.dat').delete();
      expect(await failureOf(fileAt('f').uploadRange('x'.repeat(601), 600, 601))).toBe('succeeded');
    });

    it('that are deleted softly are gone for every operation, listed when asked for, and can be restored', async () => {
      await fileAt('f').create(3);
      const { snapshot = '' } = await share.createSnapshot();
      await share.delete({ deleteSnapshots: 'include' });
      expect(await failureOf(fileAt('f').download())).toBe('404 ShareNotFound');
      expect(await failureOf(share.createSnapshot())).toBe('404 ShareNotFound');
      expect(await failureOf(share.withSnapshot(snapshot).getProperties())).toBe('404 ShareNotFound');
      const client = clientOf(emulator);
      const listed = [];
      for await (const item of client.listShares({ prefix: share.name, includeDeleted: true }))
        listed.push(item);
      expect(listed).toMatchObject([{ name: share.name, deleted: true }]);
      await client.undeleteShare(share.name, listed[0]?.version ?? '');
      expect(await failureOf(fileAt('f').getProperties())).toBe('succeeded');
      expect(await failureOf(share.withSnapshot(snapshot).getProperties())).toBe('succeeded');
    });

    it('that are being deleted keep their name for a while, where told', async () => {
      await control('POST', 'slowness', { shareDeletionMs: 30_000 });
      clock.freeze();
      await share.delete();
      expect(await failureOf(share.create())).toBe('409 ShareBeingDeleted');
      clock.advance(30_000);
      expect(await failureOf(share.create())).toBe('succeeded');
      await control('POST', 'slowness', { shareDeletionMs: 0 });
    });
  });

  describe('times', () => {
    const sasFrom = (startsOn: Date) =>
      generateFileSASQueryParameters(
        {
          shareName: share.name,
          permissions: ShareSASPermissions.parse('r'),
          startsOn,
          expiresOn: new Date(Date.now() + 3_600_000),
        },
        new StorageSharedKeyCredential('source', emulator.account('source').key),
      ).toString();

    it('of a service whose clock is behind refuse a SAS that starts now', async () => {
      await fileAt('f').uploadData(Buffer.from('x'));
      const fromNow = sasFrom(new Date());
      const fromBefore = sasFrom(new Date(Date.now() - 15 * 60_000));
      const read = async (sas: string) => (await fetch(`${fileAt('f').url}?${sas}`)).status;
      expect([await read(fromNow), await read(fromBefore)]).toEqual([200, 200]);
      clock.set(Date.now() - 5 * 60_000);
      expect([await read(fromNow), await read(fromBefore)]).toEqual([403, 200]);
      const copied = await failureOf(fileAt('copy').startCopyFromURL(`${fileAt('f').url}?${fromNow}`));
      expect(copied).toBe('403 CannotVerifyCopySource');
    });
  });

  describe('requests', () => {
    const send = (method: string, path: string, headers: Record<string, string> = {}) => {
      const url = `${share.url}${path}${path.includes('?') ? '&' : '?'}${accountSas(emulator)}`;
      return fetch(url, { method, headers: { 'x-ms-version': '2025-05-05', ...headers } });
    };

    it('with conditional headers are refused', async () => {
      await fileAt('f').uploadData(Buffer.from('x'));
      const { etag = '' } = await fileAt('f').getProperties();
      for (const [name, value] of [
        ['if-match', etag],
        ['if-none-match', '*'],
        ['if-modified-since', new Date(0).toUTCString()],
        ['if-unmodified-since', new Date().toUTCString()],
      ] as const) {
        for (const method of ['GET', 'HEAD', 'DELETE']) {
          const response = await send(method, '/f', { [name]: value });
          expect([response.status, response.headers.get('x-ms-error-code')]).toEqual([
            400,
            'ConditionHeadersNotSupported',
          ]);
        }
      }
      expect((await send('GET', '/f')).status).toBe(200);
    });

    it.each<[string, string, string, Record<string, string>]>([
      ['2017-04-17', 'PUT', '?restype=share&comp=snapshot', {}],
      ['2018-11-09', 'GET', '?comp=listhandles', {}],
      ['2019-02-02', 'PUT', '/f?comp=lease', { 'x-ms-lease-action': 'acquire', 'x-ms-lease-duration': '-1' }],
      [
        '2020-02-10',
        'PUT',
        '?restype=share&comp=lease',
        { 'x-ms-lease-action': 'acquire', 'x-ms-lease-duration': '-1' },
      ],
      ['2021-04-10', 'PUT', '/g?comp=rename', { 'x-ms-file-rename-source': 'SOURCE' }],
    ])('of a version before %s cannot %s %s', async (since, method, path, headers) => {
      await fileAt('f').create(1);
      const given = Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, value === 'SOURCE' ? fileAt('f').url : value]),
      );
      const dayBefore = new Date(Date.parse(since) - 86_400_000).toISOString().slice(0, 10);
      const early = await send(method, path, { ...given, 'x-ms-version': dayBefore });
      expect([early.status, early.headers.get('x-ms-error-code')]).toEqual([
        400,
        'InvalidQueryParameterValue',
      ]);
      expect((await send(method, path, { ...given, 'x-ms-version': since })).status).toBeLessThan(300);
    });
  });

  describe('paths', () => {
    it('of 2,048 characters are made, listed, read, renamed and deleted; longer ones are refused', async () => {
      const names = [
        ...Array.from({ length: 8 }, (_, depth) => `${depth}${'d'.repeat(226)}`),
        'f'.repeat(224),
      ];
      expect(names.join('/')).toHaveLength(2048);
      let directory = share.rootDirectoryClient;
      for (const name of names.slice(0, -1)) {
        directory = directory.getDirectoryClient(name);
        await directory.create();
      }
      const file = directory.getFileClient(names.at(-1) ?? '');
      await file.uploadData(Buffer.from('deep'));
      expect((await file.downloadToBuffer()).toString()).toBe('deep');
      const listed = [];
      for await (const { name } of directory.listFilesAndDirectories()) listed.push(name);
      expect(listed).toEqual([names.at(-1)]);
      const longer = directory.getFileClient(`${names.at(-1)}x`);
      expect(await failureOf(longer.create(1))).toBe('400 InvalidFileOrDirectoryPathName');
      expect(await failureOf(file.delete())).toBe('succeeded');
    });

    it('are 250 names deep at most', async () => {
      let directory = share.rootDirectoryClient;
      for (let depth = 1; depth < 250; depth++) {
        directory = directory.getDirectoryClient('d');
        await directory.create();
      }
      expect(await failureOf(directory.getFileClient('f').create(1))).toBe('succeeded');
      const deepest = directory.getDirectoryClient('d');
      expect(await failureOf(deepest.create())).toBe('succeeded');
      expect(await failureOf(deepest.getFileClient('f').create(1))).toBe(
        '400 InvalidFileOrDirectoryPathName',
      );
    });

    it('make a copy source too long when its URL exceeds 2 KiB', async () => {
      await fileAt('f').create(1);
      const padded = (length: number) => {
        const url = `${fileAt('f').url}?pad=`;
        return url + 'x'.repeat(length - url.length);
      };
      expect(await failureOf(fileAt('copy').startCopyFromURL(padded(2048)))).toBe('succeeded');
      expect(await failureOf(fileAt('copy').startCopyFromURL(padded(2049)))).toBe('400 InvalidHeaderValue');
      const ranged = fileAt('copy').uploadRangeFromURL(padded(2049), 0, 0, 1);
      expect(await failureOf(ranged)).toBe('400 InvalidHeaderValue');
    });

    it('of a copy source on an unknown host are told as where the source was found', async () => {
      await fileAt('f').create(1);
      const { snapshot = '' } = await share.createSnapshot();
      const unknown = `https://elsewhere.file.core.windows.net/${share.name}/f`;
      await fileAt('copy').startCopyFromURL(unknown);
      expect((await fileAt('copy').getProperties()).copySource).toBe(fileAt('f').url);
      await fileAt('copy').startCopyFromURL(`${unknown}?sharesnapshot=${encodeURIComponent(snapshot)}`);
      const { copySource = '' } = await fileAt('copy').getProperties();
      expect(new URL(copySource).searchParams.get('sharesnapshot')).toBe(snapshot);
      // It leads where it says.
      await fileAt('again').startCopyFromURL(copySource);
      expect((await fileAt('again').getProperties()).copySource).toBe(copySource);
    });
  });

  describe('limits of a share', () => {
    afterEach(() => {
      emulator.limits.clear();
      emulator.limits.timeScale = 1;
    });

    it('come from a preset by the control endpoint, in scaled time', async () => {
      const where = { account: 'source', share: share.name };
      const { json } = await control('POST', 'limits', { ...where, preset: 'premium-1tib', latencyMs: 30 });
      expect(json.limits).toMatchObject({
        [`source/${share.name}`]: { requestsPerSecond: 4024, mibPerSecond: 203, latencyMs: 30 },
      });
      expect((await control('POST', 'time-scale', { timeScale: 10 })).json.timeScale).toBe(10);
      const before = timer.now();
      await share.getProperties();
      expect(timer.now() - before).toBeCloseTo(3);
      const unknown = await control('POST', 'limits', { ...where, preset: 'premium' });
      expect(unknown.status).toBe(400);
      expect(String(unknown.json.error)).toContain('hdd-pay-as-you-go');
    });

    it('make requests wait, by what they move', async () => {
      emulator.limits.set('source', share.name, { mibPerSecond: 1, overload: 'wait' });
      await fileAt('f').create(8 * 2 ** 20);
      const elapsed = async (call: () => Promise<unknown>) => {
        const before = timer.now();
        await call();
        return timer.now() - before;
      };
      const piece = Buffer.alloc(2 ** 20, 1);
      const write = (offset: number) => elapsed(() => fileAt('f').uploadRange(piece, offset, piece.length));
      expect(await write(0)).toBe(0);
      expect(await write(2 ** 20)).toBeCloseTo(0, 2);
      expect(await write(2 ** 21)).toBeCloseTo(1000, 2);
      expect(await elapsed(() => fileAt('f').downloadToBuffer(0, 3 * 2 ** 20))).toBeCloseTo(1000, 2);
      expect(await elapsed(() => fileAt('copy').startCopyFromURL(fileAt('f').url))).toBe(0);
      // Three of the download, and eight each that the copy read and wrote.
      expect(await write(0)).toBeCloseTo(19_000, 2);
    });

    it('refuse as the service does when they are set so', async () => {
      emulator.limits.set('source', share.name, { metadataRequestsPerSecond: 2 });
      const results = [1, 2, 3].map(() => failureOf(share.getProperties()));
      expect(await Promise.all(results)).toEqual(['succeeded', 'succeeded', '503 ServerBusy']);
      timer.advance(500);
      expect(await failureOf(share.getProperties())).toBe('succeeded');
    });
  });

  it('content of seeded files is told without reading them', async () => {
    await control('POST', 'seed', {
      account: 'source',
      share: share.name,
      seed: 5,
      files: 2,
      depth: 1,
      minSize: 5000,
      maxSize: 5000,
      path: 'below',
    });
    const expected = await control('POST', 'content', {
      seed: 5,
      path: 'dir-0/file-1.dat',
      offset: 1234,
      length: 100,
    });
    await fileAt('copy').startCopyFromURL(fileAt('below/dir-0/file-1.dat').url);
    const read = await fileAt('copy').downloadToBuffer(1234, 100);
    expect(read.toString('base64')).toBe(expected.json.base64);
  });
});
