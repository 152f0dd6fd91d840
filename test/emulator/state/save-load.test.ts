import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  Clock,
  copyFile,
  createDirectory,
  createFile,
  EmulatorState,
  getFile,
  leaseFile,
  listEntries,
  listRanges,
  listRangesDiff,
  openSource,
  putRange,
  type ShareView,
  seed,
  setFileProperties,
} from '../../../emulator/state/index.ts';
import { contentOf, newShare } from './fixture.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'emulator-state-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** All that can be seen of a tree. */
function describeTree(view: ShareView, directory: readonly string[] = []): unknown[] {
  const page = listEntries(view, directory);
  return page.entries.flatMap((entry) => {
    const path = [...directory, entry.name];
    const { kind, fileId, attributes, metadata, permissionKey } = entry;
    const { creationTime, lastWriteTime, changeTime, lastAccessTime, modified } = entry;
    const times = [creationTime, lastWriteTime, changeTime, lastAccessTime, modified];
    const common = { path, kind, fileId, attributes, metadata, permissionKey, times };
    if (entry.kind === 'directory') return [common, ...describeTree(view, path)];
    const { size, headers, copy } = entry;
    const { ranges } = listRanges(view, path);
    const content = size < 1e6 ? contentOf(entry).toString('base64') : '';
    return [{ ...common, size, headers, copy, ranges, content, lease: getFile(view, path).lease }];
  });
}

async function reload(state: EmulatorState): Promise<EmulatorState> {
  await state.save(folder);
  const loaded = await EmulatorState.load(folder, { clock: state.clock });
  if (loaded === undefined) throw new Error('Nothing was saved');
  return loaded;
}

function wholeState() {
  const { state, share } = newShare();
  const sddl = 'O:SYG:SYD:(A;;FA;;;SY)';
  createDirectory(share, ['d'], { metadata: { a: '1' }, permission: { text: sddl, format: 'Sddl' } });
  createFile(share, ['d', 'File'], {
    size: 5000,
    content: Buffer.from('hello'),
    headers: { contentLanguage: 'de' },
  });
  seed(state, { account: 'account', share: 'share', seed: 1, files: 300, path: 'seeded' });
  const first = share.createSnapshot({ run: '1' }).id;
  putRange(share, ['d', 'File'], 2, Buffer.from('LLO'));
  setFileProperties(share, ['d', 'File'], { size: 4000 });
  copyFile(share, ['copy'], openSource(share.view(), ['d', 'File']), { sourceUrl: 'http://x/y' });
  createFile(share, ['sparse'], { size: 4 * 2 ** 40 });
  leaseFile(share, ['copy'], { action: 'acquire', duration: -1, proposedId: 'file-lease' });
  share.lease({ action: 'acquire', duration: 60, proposedId: 'share-lease' });
  share.lease({ action: 'acquire', duration: -1, proposedId: 'snapshot-lease' }, first);
  share.setAcl([{ id: 'policy', start: '2020-01-01', permission: 'r' }]);
  share.setMetadata({ b: '2' });
  return { state, share, first };
}

test('nothing is loaded from a folder that holds nothing', async () => {
  expect(await EmulatorState.load(folder)).toBeUndefined();
  expect(await EmulatorState.load(join(folder, 'none'))).toBeUndefined();
});

test('a state that is saved and loaded is the same', async () => {
  const { state, share, first } = wholeState();
  const loaded = await reload(state);
  const again = loaded.addAccount('account').getShare('share');
  expect(loaded.addAccount('account').keys).toEqual(state.addAccount('account').keys);
  expect(again.properties()).toEqual(share.properties());
  expect(again.properties({ snapshot: first })).toEqual(share.properties({ snapshot: first }));
  expect(again.acl()).toEqual(share.acl());
  expect(again.usageBytes()).toBe(share.usageBytes());
  expect(again.snapshotIds()).toEqual(share.snapshotIds());
  expect(describeTree(again.view())).toEqual(describeTree(share.view()));
  expect(describeTree(again.view(first))).toEqual(describeTree(share.view(first)));
  const { permissionKey } = getFile(share.view(), ['copy']).entry;
  expect(again.getPermission(permissionKey, 'Sddl')).toBe(share.getPermission(permissionKey, 'Sddl'));
  expect(again.lease({ action: 'renew', leaseId: 'share-lease' }).leaseId).toBe('share-lease');
});

test('a state that was loaded goes on where it was', async () => {
  const { state, share, first } = wholeState();
  const loaded = await reload(state);
  const again = loaded.addAccount('account').getShare('share');
  const before = describeTree(share.view(first));
  const path = ['d', 'File'];
  putRange(again, path, 600, Buffer.from('after'));
  expect(describeTree(again.view(first))).toEqual(before);
  expect(listRangesDiff(again.view(), path, { previousSnapshot: first }).ranges).toEqual([
    { start: 0, end: 1024, clear: false },
  ]);
  const { fileId } = createFile(again, ['fresh'], { size: 0 }).entry;
  expect(fileId).toBe(createFile(share, ['fresh'], { size: 0 }).entry.fileId);
  expect(again.createSnapshot().id > first).toBe(true);
});

test('stamps go on after those that were saved, though the clock is earlier', async () => {
  const { state, share } = wholeState();
  await state.save(folder);
  const clock = new Clock();
  clock.freeze(0);
  const loaded = await EmulatorState.load(folder, { clock });
  expect(clock.stamp()).toBeGreaterThan(getFile(share.view(), ['copy']).entry.modified);
  expect(loaded?.clock).toBe(clock);
});

test('what snapshots share is saved once', async () => {
  const { state, share } = newShare();
  createFile(share, ['big'], { size: 1e6, content: Buffer.alloc(1e6, 1) });
  seed(state, { account: 'account', share: 'share', seed: 1, files: 20_000, depth: 0, path: 'seeded' });
  const sizeSaved = async () => {
    await state.save(folder);
    const names = await readdir(folder);
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
    return sizes.reduce((total, size) => total + size, 0);
  };
  const before = await sizeSaved();
  for (let index = 0; index < 50; index++) {
    share.createSnapshot();
    setFileProperties(share, ['seeded', `file-0000${index % 10}.dat`], {});
  }
  expect(await sizeSaved()).toBeLessThan(before * 1.2);
});

test('a state may change while it is saved', async () => {
  const { state, share, first } = wholeState();
  const before = describeTree(share.view());
  const saving = state.save(folder);
  putRange(share, ['d', 'File'], 0, Buffer.from('changed'));
  createFile(share, ['late'], { size: 0 });
  share.deleteSnapshot(first, { leaseId: 'snapshot-lease' });
  await saving;
  const loaded = await EmulatorState.load(folder, { clock: state.clock });
  const again = loaded?.addAccount('account').getShare('share');
  expect(again?.snapshotIds()).toEqual([first]);
  expect(again === undefined ? [] : describeTree(again.view())).toEqual(before);
});

test('the former state is there until the new one is complete, and only one is kept', async () => {
  const { state, share } = wholeState();
  await state.save(folder);
  await writeFile(join(folder, 'state-2.jsonl'), '{"format":1,"contentVers');
  const loaded = await EmulatorState.load(folder, { clock: state.clock });
  expect(loaded?.addAccount('account').getShare('share').snapshotIds()).toEqual(share.snapshotIds());
  await state.save(folder);
  expect((await readdir(folder)).toSorted()).toEqual(['bytes-2.bin', 'current', 'state-2.jsonl']);
});

test('a format of another program version is refused', async () => {
  const { state } = wholeState();
  await state.save(folder);
  await writeFile(join(folder, 'state-1.jsonl'), '{"format":99}\n');
  await expect(EmulatorState.load(folder)).rejects.toThrow('format 99');
});

test('pending copies and deleted shares are kept', async () => {
  const { state, share } = newShare({ copyMode: { pendingMs: 1000 } });
  createFile(share, ['a'], { size: 3, content: Buffer.from('abc') });
  copyFile(share, ['b'], openSource(share.view(), ['a']), { sourceUrl: 'x' });
  const account = state.addAccount('account');
  account.serviceProperties = {
    ...account.serviceProperties,
    shareDeleteRetention: { enabled: true, days: 3 },
  };
  account.createShare('gone');
  account.deleteShare('gone');
  const loaded = await reload(state);
  const again = loaded.addAccount('account');
  expect(again.listShares({ deleted: true })).toEqual(account.listShares({ deleted: true }));
  expect(again.serviceProperties).toEqual(account.serviceProperties);
  state.clock.advance(1000);
  expect(contentOf(getFile(again.getShare('share').view(), ['b']).entry).toString()).toBe('abc');
});
