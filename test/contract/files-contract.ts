import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copySource } from '../../lib/azure/copy-source.ts';
import { isRefusal } from '../../lib/azure/errors.ts';
import type { StorageAccount } from '../../lib/azure/storage-account.ts';
import type { Entry } from '../../lib/files/entry.ts';
import { RestShareReader } from '../../lib/files/rest-share-reader.ts';
import { RestShareWriter } from '../../lib/files/rest-share-writer.ts';
import { DataPlaneSnapshotStore } from '../../lib/snapshots/data-plane-snapshot-store.ts';
import { ensureSnapshot } from '../../lib/snapshots/ensure-snapshot.ts';
import { DataPlaneShareLeases } from '../../lib/snapshots/share-leases.ts';
import { ShareLease } from '../../lib/target/share-lease.ts';

/** Two accounts to try things in, on new shares that are deleted afterwards. */
export interface ContractAccounts {
  readonly source: StorageAccount;
  readonly target: StorageAccount;
}

const SDDL = 'O:BAG:SYD:(A;;FA;;;SY)(A;;FA;;;BA)(A;;0x1200a9;;;BU)';
const TIME = '2019-05-06T07:08:09.1234567Z';
const LATER = '2021-02-03T04:05:06.7654321Z';
const MIB = 1024 * 1024;

/**
 * What Sharepair relies on in Azure Files. Runs against the emulator always and against a real
 * subscription where one is configured, so that a difference between the two is a failing test.
 */
export function describeFilesContract(name: string, open: () => Promise<ContractAccounts>): void {
  describe(`${name}: what Sharepair relies on`, () => {
    const share = `sharepair-contract-${Date.now().toString(36)}`;
    let accounts: ContractAccounts;
    let source: { reader: RestShareReader; writer: RestShareWriter; snapshots: DataPlaneSnapshotStore };
    let target: typeof source;

    beforeAll(async () => {
      accounts = await open();
      const openShare = async (account: StorageAccount) => {
        const snapshots = new DataPlaneSnapshotStore(account, share);
        await snapshots.createShare(5);
        return {
          reader: new RestShareReader(account, share),
          writer: new RestShareWriter(account, share),
          snapshots,
        };
      };
      source = await openShare(accounts.source);
      target = await openShare(accounts.target);
    }, 120_000);

    afterAll(async () => {
      for (const account of Object.values(accounts)) {
        const headers = { 'x-ms-delete-snapshots': 'include' };
        await account.send({
          operation: 'DeleteShare',
          method: 'DELETE',
          share,
          query: { restype: 'share' },
          headers,
        });
      }
    });

    const write = async (path: string, content: string | Buffer, size = Buffer.byteLength(content)) => {
      await source.writer.createFile(path, { size, lastWriteTime: TIME });
      if (content.length > 0) await source.writer.putRange(path, 0, Buffer.from(content));
    };
    const sourceUrl = (path: string, snapshot?: string) =>
      copySource({ account: accounts.source, share, snapshot }).url(path);
    const listed = async (reader: RestShareReader, directory: string): Promise<Entry[]> => {
      const entries: Entry[] = [];
      let marker: string | undefined;
      do {
        const page = await reader.listPage(directory, marker);
        entries.push(...page.entries);
        marker = page.nextMarker;
      } while (marker !== undefined);
      return entries;
    };

    it('a listing tells kind, size, three times to 100 ns, attributes and permission key', async () => {
      await write('listed.txt', 'content');
      const permissionKey = await source.writer.createPermission(SDDL);
      const properties = {
        attributes: 'Archive|Hidden',
        creationTime: TIME,
        lastWriteTime: LATER,
        changeTime: TIME,
      };
      await source.writer.setProperties('listed.txt', 'file', { ...properties, permissionKey }, undefined);
      const entry = (await listed(source.reader, '')).find(({ name: found }) => found === 'listed.txt');
      expect(entry).toMatchObject({ kind: 'file', size: 7, ...properties, permissionKey });
    });

    it('a permission key names its descriptor, and the same descriptor gets the same key', async () => {
      const key = await source.writer.createPermission(SDDL);
      expect(await source.writer.createPermission(SDDL)).toBe(key);
      expect(await source.reader.permission(key)).toContain('(A;;FA;;;SY)');
    });

    it('range writes keep the last-write time when they are told to', async () => {
      await write('kept.txt', 'one');
      await source.writer.putRange('kept.txt', 0, Buffer.from('two'));
      expect((await source.reader.file('kept.txt')).entry.lastWriteTime).toBe(TIME);
    });

    it('names keep their case, trailing dots and spelling', async () => {
      const names = ['Ünïcode.TXT', 'dots...', '100% & #1', '漢字', "it's"];
      for (const each of names) await write(each, 'x');
      const found = (await listed(source.reader, '')).map(({ name: each }) => each);
      for (const each of names) expect(found).toContain(each);
    });

    it('a file is renamed to another letter case, directly or by way of a third name', async () => {
      await write('Case.txt', 'x');
      try {
        await source.writer.rename('Case.txt', 'CASE.txt', 'file', false);
      } catch (error) {
        if (!isRefusal(error, 'ResourceAlreadyExists')) throw error;
        await source.writer.rename('Case.txt', 'between', 'file', false);
        await source.writer.rename('between', 'CASE.txt', 'file', false);
      }
      expect((await listed(source.reader, '')).map(({ name: each }) => each)).toContain('CASE.txt');
    });

    it('Copy File carries content, times, attributes and descriptor into another account', async () => {
      await write('copied.bin', 'copy me');
      const permissionKey = await source.writer.createPermission(SDDL);
      const properties = {
        attributes: 'Archive|ReadOnly',
        creationTime: TIME,
        lastWriteTime: LATER,
        changeTime: TIME,
      };
      await source.writer.setProperties('copied.bin', 'file', { ...properties, permissionKey }, undefined);
      let state = await target.writer.copyFile('copied.bin', await sourceUrl('copied.bin'));
      for (let polls = 0; state.status === 'pending' && polls < 600; polls += 1) {
        state = (await target.reader.file('copied.bin')).copy ?? state;
      }
      expect(state.status).toBe('success');
      const { entry } = await target.reader.file('copied.bin');
      expect(entry).toMatchObject({ size: 7, ...properties });
      expect(await target.reader.permission(entry.permissionKey)).toBe(
        await source.reader.permission(permissionKey),
      );
      expect(Buffer.from(await target.reader.read('copied.bin', { start: 0, end: 6 })).toString()).toBe(
        'copy me',
      );
    });

    it('Put Range From URL reads a snapshot of another account, and holes stay holes', async () => {
      await write('sparse.bin', Buffer.alloc(MIB, 1), 64 * MIB);
      const snapshot = await source.snapshots.create({ sharepair_contract: 'range' });
      await source.writer.putRange('sparse.bin', 0, Buffer.alloc(MIB, 2));
      await target.writer.createFile('sparse.bin', { size: 64 * MIB, lastWriteTime: TIME });
      const [range] = await new RestShareReader(accounts.source, share, snapshot).ranges('sparse.bin');
      expect(range).toEqual({ start: 0, end: MIB - 1 });
      await target.writer.putRangeFromUrl(
        'sparse.bin',
        { start: 0, end: MIB - 1 },
        await sourceUrl('sparse.bin', snapshot),
      );
      expect(await target.reader.ranges('sparse.bin')).toEqual([{ start: 0, end: MIB - 1 }]);
      expect((await target.reader.read('sparse.bin', { start: 0, end: 0 }))[0]).toBe(1);
      expect((await target.reader.file('sparse.bin')).entry.lastWriteTime).toBe(TIME);
    });

    it('a snapshot keeps metadata and tree, and tells what was written since', async () => {
      await write('diffed.bin', Buffer.alloc(4 * 1024, 1));
      const before = await source.snapshots.create({ sharepair_contract: 'before' });
      await source.writer.putRange('diffed.bin', 512, Buffer.alloc(512, 2));
      const after = await source.snapshots.create({ sharepair_contract: 'after' });
      const found = (await source.snapshots.list()).find(({ id }) => id === before);
      expect(found?.metadata).toEqual({ sharepair_contract: 'before' });
      const difference = await new RestShareReader(accounts.source, share, after).difference(
        'diffed.bin',
        before,
      );
      expect(difference).toEqual({ written: [{ start: 512, end: 1023 }], cleared: [] });
    });

    it('a file that was made anew since a snapshot has no difference to it', async () => {
      await write('anew.bin', 'old');
      const before = await source.snapshots.create({ sharepair_contract: 'anew' });
      await source.writer.deleteFile('anew.bin');
      await write('anew.bin', 'new');
      expect(await source.reader.difference('anew.bin', before)).toBeUndefined();
    });

    it('a snapshot is found again by its tags, and is deleted without the share', async () => {
      const tags = {
        job: 'contract',
        run: '20261121T053000Z-0000',
        role: 'source' as const,
        counterpart: 'a/b',
        version: '0',
      };
      const options = { retries: 0, retryDelayMs: 1 };
      const id = await ensureSnapshot(source.snapshots, tags, options);
      expect(await ensureSnapshot(source.snapshots, tags, options)).toBe(id);
      await source.snapshots.delete(id);
      expect((await source.snapshots.list()).map((snapshot) => snapshot.id)).not.toContain(id);
      expect(await source.snapshots.properties()).toBeDefined();
    });

    it('a lease on a share keeps others out and holds up neither data nor snapshots', async () => {
      const leases = new DataPlaneShareLeases(accounts.target, share);
      const lease = await ShareLease.acquire(leases);
      expect(lease).toBeDefined();
      expect(await ShareLease.acquire(leases)).toBeUndefined();
      await target.writer.createDirectory('while leased', {});
      await target.snapshots.create({ sharepair_contract: 'leased' });
      await lease?.renew();
      await lease?.release();
    });

    it('repeating what has been done does no harm', async () => {
      await target.writer.createDirectory('twice', {});
      await target.writer.createDirectory('twice', {});
      await target.writer.deleteDirectory('twice');
      await target.writer.deleteDirectory('twice');
      await target.writer.deleteFile('never was');
    });

    it('properties of the root directory can be read and set', async () => {
      const { entry } = await target.reader.directory('');
      const properties = { ...entry, lastWriteTime: LATER, permissionKey: undefined };
      await target.writer.setProperties('', 'directory', properties, undefined);
      // Whether the times are kept is what nobody has written down; see docs/unsettled.md.
      expect((await target.reader.directory('')).entry.kind).toBe('directory');
    });
  });
}
