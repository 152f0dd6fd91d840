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

const SEVEN_DIGITS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/;

describe('snapshots in Resource Manager', () => {
  let emulator: Emulator;
  let client: StorageManagementClient;
  let dataPlane: ShareServiceClient;

  beforeEach(async () => {
    emulator = await startEmulator({ https: true });
    client = await managementClient(emulator);
    dataPlane = clientOf(emulator);
    await dataPlane.createShare('finance', { metadata: { of: 'share' } });
  });
  afterEach(() => emulator.close());

  /** The SDK makes a `Date` of the id, which loses four digits; the body has it whole. */
  async function takeSnapshot(metadata?: Record<string, string>): Promise<string> {
    let text = '';
    const options = metadata === undefined ? {} : { metadata };
    const made = await client.fileShares.create(GROUP, 'source', 'finance', options, {
      expand: 'snapshots',
      onResponse: (response) => {
        text = response.bodyAsText ?? '';
        expect(response.status).toBe(201);
      },
    });
    const { snapshotTime } = JSON.parse(text).properties;
    expect(made.snapshotTime).toEqual(new Date(snapshotTime));
    return snapshotTime;
  }

  it('are taken with metadata of their own and told with seven digits', async () => {
    const id = await takeSnapshot({ run: '20261121T053000Z-7f3a' });
    expect(id).toMatch(SEVEN_DIGITS);
    const [seen] = await collected(dataPlane.listShares({ includeSnapshots: true, includeMetadata: true }));
    expect(seen).toMatchObject({ snapshot: id, metadata: { run: '20261121T053000Z-7f3a' } });
    const got = await rawRequest(emulator, `${SHARES}/finance?${VERSION}`, {
      headers: { 'x-ms-snapshot': id },
    });
    expect(propertiesOf(got)).toMatchObject({
      snapshotTime: id,
      metadata: { run: '20261121T053000Z-7f3a' },
    });
  });

  it("have the share's metadata when they are given none", async () => {
    const xMsSnapshot = await takeSnapshot();
    const got = await client.fileShares.get(GROUP, 'source', 'finance', { xMsSnapshot });
    expect(got.metadata).toEqual({ of: 'share' });
  });

  it('of the data plane are listed with the same id', async () => {
    const { snapshot } = await dataPlane.getShareClient('finance').createSnapshot();
    const { text } = await rawRequest(emulator, `${SHARES}?${VERSION}&$expand=snapshots`);
    const entries: { id: string; properties: { snapshotTime?: string } }[] = JSON.parse(text).value;
    expect(entries.map(({ properties }) => properties.snapshotTime)).toEqual([snapshot, undefined]);
    expect(new Set(entries.map(({ id }) => id)).size).toBe(1);
  });

  it('are not found by an id cut to milliseconds', async () => {
    // Of two ids in a row at most one ends in zeros by itself.
    const ids = [await takeSnapshot(), await takeSnapshot()];
    const id = ids.find((candidate) => !candidate.endsWith('0000Z')) ?? '';
    const xMsSnapshot = `${id.slice(0, 23)}Z`;
    expect(await failureOf(client.fileShares.get(GROUP, 'source', 'finance', { xMsSnapshot }))).toBe(
      '404 ShareSnapshotNotFound',
    );
  });

  it('are deleted one by one, by id', async () => {
    const first = await takeSnapshot();
    const second = await takeSnapshot();
    await client.fileShares.delete(GROUP, 'source', 'finance', { xMsSnapshot: first });
    const share = emulator.state.findAccount('source')?.getShare('finance');
    expect(share?.snapshotIds()).toEqual([second]);
    expect(
      await failureOf(client.fileShares.delete(GROUP, 'source', 'finance', { xMsSnapshot: first })),
    ).toBe('404 ShareSnapshotNotFound');
    expect(
      await failureOf(client.fileShares.delete(GROUP, 'source', 'finance', { xMsSnapshot: 'latest' })),
    ).toBe('400 InvalidRequestPropertyValue');
  });

  it.each([undefined, ''])('go with their share when x-ms-snapshot is %j', async (xMsSnapshot) => {
    await takeSnapshot();
    await takeSnapshot();
    await client.fileShares.delete(
      GROUP,
      'source',
      'finance',
      xMsSnapshot === undefined ? {} : { xMsSnapshot },
    );
    expect(await collected(dataPlane.listShares({ includeSnapshots: true }))).toEqual([]);
  });

  it('keep their share when $include is none', async () => {
    await takeSnapshot();
    const remove = (include: string) =>
      failureOf(client.fileShares.delete(GROUP, 'source', 'finance', { include }));
    expect(await remove('none')).toBe('409 ShareHasSnapshots');
    expect(await remove('everything')).toBe('400 InvalidRequestPropertyValue');
    expect(await remove('snapshots')).toBe('succeeded');
  });

  it('keep their share while one is leased, unless $include says leased-snapshots', async () => {
    const snapshot = await takeSnapshot();
    const parameters = { action: 'Acquire', leaseDuration: -1 };
    await client.fileShares.lease(GROUP, 'source', 'finance', { xMsSnapshot: snapshot, parameters });
    const remove = (options: { include?: string; xMsSnapshot?: string }) =>
      failureOf(client.fileShares.delete(GROUP, 'source', 'finance', options));
    expect(await remove({})).toBe('409 DeleteShareWhenSnapshotLeased');
    expect(await remove({ xMsSnapshot: snapshot })).toBe('409 LeaseIdMissing');
    expect(await remove({ include: 'leased-snapshots' })).toBe('succeeded');
  });

  it('are refused past two hundred', async () => {
    const share = emulator.state.findAccount('source')?.getShare('finance');
    for (let count = 0; count < 200; count++) share?.createSnapshot();
    const another = client.fileShares.create(GROUP, 'source', 'finance', {}, { expand: 'snapshots' });
    expect(await failureOf(another)).toBe('409 ShareSnapshotCountExceeded');
  });
});
