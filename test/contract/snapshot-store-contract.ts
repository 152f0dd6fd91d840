import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RequestFailedError } from '../../lib/azure/errors.ts';
import { ensureSnapshot } from '../../lib/snapshots/ensure-snapshot.ts';
import { INFINITE, isOfAnotherLease, type ShareLeases } from '../../lib/snapshots/share-leases.ts';
import type { SnapshotStore } from '../../lib/snapshots/snapshot-store.ts';
import type { SnapshotTags } from '../../lib/snapshots/tags.ts';
import { LeaseLostError, ShareLease } from '../../lib/target/share-lease.ts';

/** An account to try a store in, on shares that are deleted afterwards. */
export interface SnapshotStoreAccount {
  readonly name: string;
  open(share: string): { readonly store: SnapshotStore; readonly leases: ShareLeases };
  /** Takes an infinite lease on a snapshot, or ends it, as a pin does. */
  leaseSnapshot(share: string, snapshot: string, action: 'acquire' | 'break'): Promise<void>;
  /** Deletes a share with its snapshots. */
  deleteShare(share: string): Promise<void>;
}

const TAGS: SnapshotTags = {
  job: 'contract',
  run: '20261121T053000Z-0000',
  role: 'source',
  counterpart: 'dracct/finance-copy',
  version: '0',
};
const AT_ONCE = { retries: 0, retryDelayMs: 1 };
const SEVEN_DIGITS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/;

/** What every store of snapshots must do, whichever of the service's two interfaces it speaks. */
export function describeSnapshotStoreContract(name: string, open: () => Promise<SnapshotStoreAccount>): void {
  describe(`${name}: a store of snapshots`, () => {
    const share = `sharepair-store-${Date.now().toString(36)}`;
    const neighbour = `${share}-next`;
    let account: SnapshotStoreAccount;
    let store: SnapshotStore;
    let leases: ShareLeases;

    beforeAll(async () => {
      account = await open();
      ({ store, leases } = account.open(share));
    }, 120_000);

    afterAll(async () => {
      for (const each of [share, neighbour]) await account.deleteShare(each);
    }, 120_000);

    const ids = async () => (await store.list()).map(({ id }) => id);

    it('knows nothing of a share that does not exist', async () => {
      expect(await store.properties()).toBeUndefined();
      expect(await store.list()).toEqual([]);
      await expect(store.create({ sharepair_contract: 'none' })).rejects.toMatchObject({
        failure: { account: account.name, share, code: 'ShareNotFound', status: 404 },
      });
    });

    it('creates a share once, and leaves one that exists as it is', async () => {
      await store.createShare(7);
      await store.createShare(9);
      expect(await store.properties()).toEqual({
        quotaGiB: 7,
        protocol: 'SMB',
        metadata: {},
        leased: false,
      });
      expect(await store.list()).toEqual([]);
    });

    it('names snapshots by seven digits, with their metadata, oldest first', async () => {
      const first = await store.create({ sharepair_contract: 'first', other: 'one' });
      const second = await store.create({ sharepair_contract: 'second' });
      expect(first).toMatch(SEVEN_DIGITS);
      expect(second > first).toBe(true);
      expect(await store.list()).toEqual([
        { id: first, metadata: { sharepair_contract: 'first', other: 'one' }, leased: false },
        { id: second, metadata: { sharepair_contract: 'second' }, leased: false },
      ]);
    });

    it('lists no snapshots of another share whose name begins in the same way', async () => {
      const beside = account.open(neighbour).store;
      await beside.createShare(5);
      const id = await beside.create({ sharepair_contract: 'neighbour' });
      expect(await ids()).not.toContain(id);
      expect((await beside.list()).map((snapshot) => snapshot.id)).toEqual([id]);
    });

    it('deletes the one snapshot that is named, and does nothing where it is gone', async () => {
      const before = await ids();
      const id = await store.create({ sharepair_contract: 'deleted' });
      await store.delete(id);
      await store.delete(id);
      expect(await ids()).toEqual(before);
      expect(await store.properties()).toBeDefined();
    });

    it('refuses to delete or lease a snapshot without its id, which would delete or lock the share', async () => {
      const before = await ids();
      for (const id of ['', ' ']) {
        await expect(store.delete(id)).rejects.toThrow('without its id');
        expect(() => store.leasesOf(id)).toThrow('without its id');
      }
      expect(await ids()).toEqual(before);
    });

    it('tells which snapshot is leased, and deletes it only when it is so no longer', async () => {
      const id = await store.create({ sharepair_contract: 'pinned' });
      const isLeased = async () => (await store.list()).find((snapshot) => snapshot.id === id)?.leased;
      await account.leaseSnapshot(share, id, 'acquire');
      expect(await isLeased()).toBe(true);
      const refusal = await store.delete(id).catch((error: unknown) => error);
      if (!(refusal instanceof RequestFailedError)) throw new Error('the snapshot was deleted');
      expect(refusal.failure).toMatchObject({ account: account.name, share, snapshot: id });
      expect(refusal.code).toContain('Lease');
      expect(await isLeased()).toBe(true);
      await account.leaseSnapshot(share, id, 'break');
      await store.delete(id);
      expect(await ids()).not.toContain(id);
    });

    it('leases a snapshot under an id of the caller’s until that id releases it', async () => {
      const [own, other] = [randomUUID(), randomUUID()];
      const id = await store.create({ sharepair_contract: 'leased' });
      const snapshotLeases = store.leasesOf(id);
      const isLeased = async () => (await store.list()).find((snapshot) => snapshot.id === id)?.leased;
      expect(await snapshotLeases.holds(own)).toBe(false);
      await snapshotLeases.acquire(own, INFINITE);
      await snapshotLeases.acquire(own, INFINITE);
      expect(await isLeased()).toBe(true);
      expect((await store.properties())?.leased).toBe(false);
      expect(await snapshotLeases.holds(own)).toBe(true);
      expect(await snapshotLeases.holds(other)).toBe(false);
      for (const refused of [snapshotLeases.acquire(other, INFINITE), snapshotLeases.release(other)]) {
        const refusal = await refused.catch((error: unknown) => error);
        expect(isOfAnotherLease(refusal)).toBe(true);
      }
      const deletion = await store.delete(id).catch((error: unknown) => error);
      expect(isOfAnotherLease(deletion)).toBe(true);
      await snapshotLeases.release(own);
      expect(await isLeased()).toBe(false);
      expect(await snapshotLeases.holds(own)).toBe(false);
      await store.delete(id);
    });

    it('leases no snapshot that is gone', async () => {
      const id = await store.create({ sharepair_contract: 'gone' });
      await store.delete(id);
      const acquired = store.leasesOf(id).acquire(randomUUID(), INFINITE);
      await expect(acquired).rejects.toMatchObject({ failure: { status: 404 } });
    });

    it('finds the snapshot of a run by its tags rather than make another', async () => {
      const id = await ensureSnapshot(store, TAGS, AT_ONCE);
      expect(await ensureSnapshot(account.open(share).store, TAGS, AT_ONCE)).toBe(id);
      const other = await ensureSnapshot(store, { ...TAGS, run: '20261121T063000Z-0000' }, AT_ONCE);
      expect(other).not.toBe(id);
    });

    it('makes one again of two snapshots of one run, and keeps the older', async () => {
      const tags = { sharepair_job: 'twins', sharepair_run: 'r', sharepair_role: 'target' };
      const metadata = { ...tags, sharepair_counterpart: 'a/b', sharepair_partner: 'p' };
      const older = await store.create(metadata);
      const younger = await store.create(metadata);
      const wanted = {
        ...TAGS,
        job: 'twins',
        run: 'r',
        role: 'target',
        counterpart: 'a/b',
        partner: 'p',
      } as const;
      expect(await ensureSnapshot(store, wanted, AT_ONCE)).toBe(older);
      expect(await ids()).toContain(older);
      expect(await ids()).not.toContain(younger);
    });

    it('makes and deletes nothing once its fence is down', async () => {
      const before = await ids();
      const fenced = store.fenced({
        assertFresh: () => {
          throw new LeaseLostError(share, 'for a test');
        },
      });
      await expect(fenced.create({ sharepair_contract: 'fenced' })).rejects.toThrow(LeaseLostError);
      await expect(fenced.delete(before[0] ?? '')).rejects.toThrow(LeaseLostError);
      expect(await fenced.list()).toHaveLength(before.length);
    });

    it('leases the share to one at a time, which holds up no snapshot', async () => {
      const lease = await ShareLease.acquire(leases);
      if (lease === undefined) throw new Error('the lease was not granted');
      expect((await store.properties())?.leased).toBe(true);
      expect(await ShareLease.acquire(leases)).toBeUndefined();
      const id = await store.create({ sharepair_contract: 'while leased' });
      await store.delete(id);
      await lease.renew();
      await lease.release();
      expect((await store.properties())?.leased).toBe(false);
    });

    it('hands a lease over to whoever names it, and to one only', async () => {
      const dead = await ShareLease.acquire(leases);
      if (dead === undefined) throw new Error('the lease was not granted');
      dead.abandon();
      const heir = await ShareLease.inherit(leases, dead.id);
      expect(heir).toBeDefined();
      expect(await ShareLease.inherit(leases, dead.id)).toBeUndefined();
      await expect(dead.renew()).rejects.toThrow(RequestFailedError);
      await heir?.release();
    });

    it('breaks a lease at once', async () => {
      const lease = await ShareLease.acquire(leases);
      expect(await ShareLease.break(leases)).toBe(true);
      expect((await store.properties())?.leased).toBe(false);
      await expect(lease?.renew()).rejects.toThrow(RequestFailedError);
      lease?.abandon();
    });
  });
}
