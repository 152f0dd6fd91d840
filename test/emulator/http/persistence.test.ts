import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmulator } from '../../../emulator/main.ts';
import { clientOf } from './sdk-clients.ts';

describe('an emulator with a data folder', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sharepair-emulator-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('goes on where it was closed', async () => {
    const first = await startEmulator({ dataDir: folder });
    const { key } = first.account('source');
    const share = clientOf(first).getShareClient('kept');
    await share.create({ metadata: { a: '1' } });
    const file = share.rootDirectoryClient.getFileClient('f');
    await file.uploadData(Buffer.from('first'));
    const { snapshot = '' } = await share.createSnapshot();
    await file.uploadRange('later', 0, 5);
    const { fileId, etag } = await file.getProperties();
    await first.close();

    const second = await startEmulator({ dataDir: folder });
    expect(second.account('source').key).toBe(key);
    const again = clientOf(second).getShareClient('kept');
    expect((await again.getProperties()).metadata).toEqual({ a: '1' });
    const found = again.rootDirectoryClient.getFileClient('f');
    expect(await found.getProperties()).toMatchObject({ fileId, etag });
    expect((await found.downloadToBuffer()).toString()).toBe('later');
    expect((await found.withShareSnapshot(snapshot).downloadToBuffer()).toString()).toBe('first');
    const next = (await again.createSnapshot()).snapshot ?? '';
    expect(next > snapshot).toBe(true);
    await second.close();
  });

  it('starts anew in another folder', async () => {
    const other = await startEmulator({ dataDir: join(folder, 'other') });
    expect(await clientOf(other).getShareClient('kept').exists()).toBe(false);
    await other.close();
  });
});
