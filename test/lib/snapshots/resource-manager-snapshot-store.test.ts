import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';
import type { Share } from '../../../emulator/state/index.ts';
import { RequestFailedError } from '../../../lib/azure/errors.ts';
import type { ManagementClient, ManagementRequest } from '../../../lib/azure/resource-manager.ts';
import { ensureSnapshot } from '../../../lib/snapshots/ensure-snapshot.ts';
import { ResourceManagerSnapshotStore } from '../../../lib/snapshots/resource-manager-snapshot-store.ts';
import type { SnapshotTags } from '../../../lib/snapshots/tags.ts';
import { managedAccount } from '../../support/snapshot-store-accounts.ts';
import { trustCertificate } from '../../support/trusted-emulator.ts';

const TAGS: SnapshotTags = {
  job: 'finance',
  run: '20261121T053000Z-7f3a',
  role: 'source',
  counterpart: 'dracct/finance-copy',
  version: '1',
};

let emulator: Emulator;
let distrust: () => void;
let share: Share;
let store: ResourceManagerSnapshotStore;

beforeAll(async () => {
  emulator = await startEmulator({ https: true });
  distrust = await trustCertificate(emulator);
});

beforeEach(() => {
  const account = emulator.state.findAccount('source');
  if (account === undefined) throw new Error('the emulator has lost its account');
  account.shares.clear();
  share = account.createShare('finance', { quotaGiB: 7 });
  store = new ResourceManagerSnapshotStore(managedAccount(emulator, 'source', { retries: 2 }), 'finance');
  emulator.requests.reset();
});

afterEach(() => {
  emulator.faults.remove();
});

afterAll(async () => {
  distrust();
  await emulator.close();
});

const requests = () => emulator.requests.operations('source');

describe('a list of snapshots', () => {
  it('reads the metadata of each snapshot once, its lease each time', async () => {
    const ids = [share.createSnapshot({ a: '1' }).id, share.createSnapshot({ Mixed: '2' }).id];
    const listed = [
      { id: ids[0], metadata: { a: '1' }, leased: false },
      { id: ids[1], metadata: { mixed: '2' }, leased: false },
    ];
    expect(await store.list()).toEqual(listed);
    share.lease({ action: 'acquire', duration: -1 }, ids[1]);
    const fenced = store.fenced({ assertFresh: () => undefined });
    expect((await fenced.list()).map(({ leased }) => leased)).toEqual([false, true]);
    expect(requests()).toEqual({ ArmListShares: 2, ArmGetShare: 2 });
  });

  it('leaves out what was deleted while it was read', async () => {
    const [gone, kept] = [share.createSnapshot({ a: '1' }).id, share.createSnapshot({ a: '2' }).id];
    const stop = emulator.onRequest(({ operation, phase }) => {
      if (operation === 'ArmListShares' && phase === 'after') share.deleteSnapshot(gone);
      if (operation === 'ArmListShares' && phase === 'after') stop();
    });
    expect((await store.list()).map(({ id }) => id)).toEqual([kept]);
  });

  it('fails rather than overlook a snapshot that is there and cannot be read', async () => {
    const { id } = share.createSnapshot({ a: '1' });
    share.createSnapshot({ a: '2' });
    emulator.faults.add({
      match: { operation: 'ArmGetShare', snapshot: id },
      action: { kind: 'status', status: 404, code: 'ShareSnapshotNotFound' },
    });
    await expect(store.list()).rejects.toMatchObject({
      failure: { snapshot: id, code: 'ShareSnapshotNotFound' },
    });
  });

  it('fails where the answer lacks a share that exists', async () => {
    await expect(scripted([{ value: [] }, { name: 'finance', properties: {} }]).list()).rejects.toMatchObject(
      {
        code: 'IncompleteAnswer',
      },
    );
  });

  it('is whole over several pages, with ids of seven digits', async () => {
    const member = (snapshotTime?: string) => ({
      name: 'finance',
      properties: { snapshotTime, metadata: {}, leaseStatus: 'Unlocked' },
    });
    const other = { name: 'finance-2', properties: { snapshotTime: '2026-11-21T05:30:00.0000001Z' } };
    const deleted = { name: 'finance', properties: { deleted: true } };
    const listed = await scripted([
      { value: [member('2026-11-21T05:30:00.1234567Z'), other], more: true },
      { value: [member('2026-11-21T05:31:00.12Z'), member('2026-11-21T05:32:00Z'), member(), deleted] },
    ]).list();
    expect(listed.map(({ id }) => id)).toEqual([
      '2026-11-21T05:30:00.1234567Z',
      '2026-11-21T05:31:00.1200000Z',
      '2026-11-21T05:32:00.0000000Z',
    ]);
  });

  it.each([
    [{ leaseStatus: 'Locked' }, true],
    [{ leaseStatus: 'locked', leaseState: 'leased' }, true],
    [{ leaseState: 'Breaking' }, true],
    [{ leaseStatus: 'unlocked', leaseState: 'expired' }, false],
    [{ leaseState: 'Available' }, false],
  ])('reads %j as leased: %s', async (lease, leased) => {
    const properties = { snapshotTime: '2026-11-21T05:30:00.1234567Z', metadata: {}, ...lease };
    const base = { name: 'finance', properties: {} };
    const [snapshot] = await scripted([{ value: [{ name: 'finance', properties }, base] }]).list();
    expect(snapshot?.leased).toBe(leased);
  });

  it('reads the lease where it does not tell it', async () => {
    const snapshotTime = '2026-11-21T05:30:00.1234567Z';
    const [snapshot] = await scripted([
      {
        value: [
          { name: 'finance', properties: { snapshotTime, metadata: {} } },
          { name: 'finance', properties: {} },
        ],
      },
      { name: 'finance', properties: { snapshotTime, leaseStatus: 'Locked', metadata: { A: 'x' } } },
    ]).list();
    expect(snapshot).toEqual({ id: snapshotTime, metadata: { a: 'x' }, leased: true });
  });
});

describe('a request whose answer is lost', () => {
  const lose = (operation: string, times = 1) =>
    emulator.faults.add({ match: { operation }, times, action: { kind: 'cut-after' } });

  it('makes no second snapshot of a run', async () => {
    lose('ArmSnapshotShare');
    const id = await ensureSnapshot(store, TAGS, { retries: 2, retryDelayMs: 0 });
    expect(share.snapshotIds()).toEqual([id]);
    expect(requests()).toMatchObject({ ArmSnapshotShare: 1 });
  });

  it('makes no second snapshot when its retry is throttled', async () => {
    lose('ArmSnapshotShare');
    emulator.faults.add({
      match: { operation: 'ArmListShares' },
      skip: 1,
      action: { kind: 'status', status: 429, code: 'TooManyRequests', retryAfter: 0 },
    });
    const id = await ensureSnapshot(store, TAGS, { retries: 2, retryDelayMs: 0 });
    expect(share.snapshotIds()).toEqual([id]);
  });

  it('deletes a snapshot, and the share never', async () => {
    const { id } = share.createSnapshot({ a: '1' });
    lose('ArmDeleteShare');
    await store.delete(id);
    expect(requests()).toMatchObject({ ArmDeleteShare: 2 });
    expect(share.snapshotIds()).toEqual([]);
    expect((await store.properties())?.quotaGiB).toBe(7);
  });

  it('creates a share with the quota that was asked for', async () => {
    const other = new ResourceManagerSnapshotStore(
      managedAccount(emulator, 'source', { retries: 2 }),
      'other',
    );
    lose('ArmCreateShare');
    await other.createShare(11);
    expect(await other.properties()).toMatchObject({ quotaGiB: 11, protocol: 'SMB' });
  });
});

describe('an answer of Resource Manager', () => {
  it('that a snapshot was made, without its id, counts as lost', async () => {
    const made = scripted([{ name: 'finance', properties: {} }]).create({ a: '1' });
    await expect(made).rejects.toMatchObject({
      failure: { status: 0, code: 'IncompleteAnswer', share: 'finance' },
    });
  });

  it('that is about another snapshot than was asked for is not believed', async () => {
    const [asked, told] = ['2026-11-21T05:30:00.1234567Z', '2026-11-21T05:30:00.1230000Z'];
    const listed = {
      value: [
        { name: 'finance', properties: { snapshotTime: asked } },
        { name: 'finance', properties: {} },
      ],
    };
    const answers = [listed, { name: 'finance', properties: { snapshotTime: told, metadata: { a: '1' } } }];
    await expect(scripted(answers).list()).rejects.toMatchObject({ code: 'IncompleteAnswer' });
  });

  it.each(['ResourceNotFound', 'ResourceGroupNotFound', 'SubscriptionNotFound'])(
    'that says %s is no word about the share',
    async (code) => {
      const fault = { action: { kind: 'status', status: 404, code }, times: 1 } as const;
      emulator.faults.add({ match: { operation: 'ArmGetShare' }, ...fault });
      await expect(store.properties()).rejects.toThrow(RequestFailedError);
      emulator.faults.add({ match: { operation: 'ArmDeleteShare' }, ...fault });
      await expect(store.delete(share.createSnapshot().id)).rejects.toThrow(RequestFailedError);
    },
  );

  it.each(['ShareNotFound', 'ShareSnapshotNotFound'])(
    'that says %s of a snapshot that is listed is not taken for its deletion',
    async (code) => {
      const { id } = share.createSnapshot();
      const fault = { action: { kind: 'status', status: 404, code }, times: 1 } as const;
      emulator.faults.add({ match: { operation: 'ArmDeleteShare' }, ...fault });
      await expect(store.delete(id)).rejects.toMatchObject({ code });
      expect(share.snapshotIds()).toEqual([id]);
      await store.delete(id);
      await store.delete(id);
      expect(share.snapshotIds()).toEqual([]);
    },
  );

  it('tells an NFS share', async () => {
    const answer = { name: 'finance', properties: { shareQuota: 100, enabledProtocols: 'NFS' } };
    expect(await scripted([answer]).properties()).toMatchObject({ protocol: 'NFS', quotaGiB: 100 });
  });
});

/** A store whose requests get these bodies in turn; a list goes on where a body says `more`. */
function scripted(bodies: readonly object[]): ResourceManagerSnapshotStore {
  const left = [...bodies];
  const incomplete = managedAccount(emulator, 'source');
  const next = () => ({ body: left.shift(), requestId: 'id' });
  const account: ManagementClient = {
    name: 'source',
    send: async () => next(),
    async *pages() {
      for (let more = true; more; ) {
        const page = next();
        more = page.body !== undefined && 'more' in page.body;
        yield page;
      }
    },
    incompleteAnswer: (request: ManagementRequest, requestId, detail) =>
      incomplete.incompleteAnswer(request, requestId, detail),
  };
  return new ResourceManagerSnapshotStore(account, 'finance');
}
