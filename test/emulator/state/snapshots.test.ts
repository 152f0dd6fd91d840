import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  createDirectory,
  createFile,
  deleteDirectory,
  deleteFile,
  getDirectory,
  getFile,
  listEntries,
  plantBackupSnapshot,
  rename,
  type Share,
  type ShareView,
  setFileMetadata,
} from '../../../emulator/state/index.ts';
import { errorOf, newShare } from './fixture.ts';

test("a snapshot without metadata has the share's, one with any has only its own", () => {
  const { share } = newShare();
  share.setMetadata({ owner: 'them' });
  const plain = share.createSnapshot();
  const tagged = share.createSnapshot({ run: '1' });
  share.setMetadata({});
  expect(share.properties({ snapshot: plain.id }).metadata).toEqual({ owner: 'them' });
  expect(share.properties({ snapshot: tagged.id }).metadata).toEqual({ run: '1' });
});

test("a snapshot has the share's Last-Modified unless it has metadata of its own", () => {
  const { share } = newShare();
  const { modified } = share.properties();
  expect(share.createSnapshot().modified).toBe(modified);
  expect(share.createSnapshot({ run: '1' }).modified).toBeGreaterThan(modified);
  expect(share.properties().modified).toBe(modified);
});

test('a share has at most 200 snapshots, whoever made them', () => {
  const { share } = newShare();
  for (let count = 0; count < 200; count++) share.createSnapshot();
  expect(errorOf(() => share.createSnapshot())).toBe('409 ShareSnapshotCountExceeded');
  share.deleteSnapshot(share.snapshotIds()[100] ?? '');
  expect(errorOf(() => share.createSnapshot())).toBe('none');
});

test('an unknown snapshot is not found by any operation', () => {
  const { share } = newShare();
  const id = '2020-01-01T00:00:00.0000000Z';
  expect(errorOf(() => share.view(id))).toBe('404 ShareSnapshotNotFound');
  expect(errorOf(() => share.properties({ snapshot: id }))).toBe('404 ShareSnapshotNotFound');
  expect(errorOf(() => share.deleteSnapshot(id))).toBe('404 ShareSnapshotNotFound');
  expect(errorOf(() => share.lease({ action: 'break' }, id))).toBe('404 ShareSnapshotNotFound');
});

test('a snapshot has a lease of its own, which keeps it from deletion', () => {
  const { share } = newShare();
  const { id } = share.createSnapshot();
  const { leaseId = '' } = share.lease({ action: 'acquire', duration: -1 }, id);
  expect(share.properties({ snapshot: id }).lease.state).toBe('leased');
  expect(share.properties().lease.state).toBe('available');
  expect(errorOf(() => share.deleteSnapshot(id))).toBe('412 LeaseIdMissing');
  share.deleteSnapshot(id, { leaseId });
  expect(share.snapshotIds()).toEqual([]);
});

test('a share with snapshots is deleted only as told', () => {
  const { state, share } = newShare();
  const account = state.addAccount('account');
  const { id } = share.createSnapshot();
  expect(errorOf(() => account.deleteShare('share'))).toBe('409 ShareHasSnapshots');
  share.lease({ action: 'acquire', duration: -1 }, id);
  expect(errorOf(() => account.deleteShare('share', { snapshots: 'include' }))).toBe(
    '409 DeleteShareWhenSnapshotLeased',
  );
  account.deleteShare('share', { snapshots: 'include-leased' });
  expect(account.findShare('share')).toBeUndefined();
});

test('a lease on a file is not in a snapshot', () => {
  const { share } = newShare();
  createFile(share, ['f'], { size: 0 });
  const { id } = share.createSnapshot();
  expect(getFile(share.view(id), ['f']).lease.state).toBe('available');
});

const name = fc.constantFrom('a', 'B', 'c', 'D');
const path = fc.array(name, { minLength: 1, maxLength: 3 });
const step = fc.oneof(
  fc.record({ kind: fc.constant('file' as const), path }),
  fc.record({ kind: fc.constant('directory' as const), path }),
  fc.record({ kind: fc.constant('metadata' as const), path, value: fc.nat({ max: 9 }).map(String) }),
  fc.record({ kind: fc.constant('delete-file' as const), path }),
  fc.record({ kind: fc.constant('delete-directory' as const), path }),
  fc.record({ kind: fc.constant('rename-file' as const), path, to: path, replace: fc.boolean() }),
  fc.record({ kind: fc.constant('rename-directory' as const), path, to: path, replace: fc.boolean() }),
  fc.constant({ kind: 'snapshot' as const }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

function apply(share: Share, change: Step): void {
  switch (change.kind) {
    case 'file':
      createFile(share, change.path, { size: 0 });
      return;
    case 'directory':
      createDirectory(share, change.path);
      return;
    case 'metadata':
      setFileMetadata(share, change.path, { value: change.value });
      return;
    case 'delete-file':
      deleteFile(share, change.path);
      return;
    case 'delete-directory':
      deleteDirectory(share, change.path);
      return;
    case 'rename-file':
    case 'rename-directory':
      rename(share, change.path, change.to, {
        kind: change.kind === 'rename-file' ? 'file' : 'directory',
        replaceIfExists: change.replace,
      });
      return;
    case 'snapshot':
      share.createSnapshot();
  }
}

/** Every property of every entry, by path. */
function treeOf(view: ShareView, directory: readonly string[] = []): readonly string[] {
  const page = listEntries(view, directory);
  return page.entries.flatMap((entry) => {
    const own = [...directory, entry.name];
    const { kind, fileId, metadata, lastWriteTime, changeTime, modified, attributes } = entry;
    const text = JSON.stringify(
      [
        own,
        kind,
        fileId,
        metadata,
        lastWriteTime,
        changeTime,
        modified,
        attributes,
        page.directory.entry.fileId,
      ],
      (_, value) => (typeof value === 'bigint' ? String(value) : value),
    );
    return [text, ...(kind === 'directory' ? treeOf(view, own) : [])];
  });
}

test('a snapshot never changes, whatever happens to the live tree', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
      const { share } = newShare();
      const kept = new Map<string, readonly string[]>();
      for (const change of steps) {
        errorOf(() => apply(share, change));
        const latest = share.snapshotIds().at(-1);
        if (change.kind === 'snapshot' && latest !== undefined) kept.set(latest, treeOf(share.view()));
        for (const [id, tree] of kept) expect(treeOf(share.view(id))).toEqual(tree);
      }
    }),
    { numRuns: 150 },
  );
});

test('the tree after changes with snapshots between them is that without', () => {
  const shape = (share: Share) =>
    treeOf(share.view()).map((text) => {
      const [own, kind, fileId, metadata] = JSON.parse(text) as unknown[];
      return { own, kind, fileId, metadata };
    });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
      const plain = newShare().share;
      const snapped = newShare().share;
      for (const change of steps) {
        if (change.kind === 'snapshot') continue;
        expect(errorOf(() => apply(snapped, change))).toBe(errorOf(() => apply(plain, change)));
        if (snapped.snapshotIds().length === 200) snapped.deleteSnapshot(snapped.snapshotIds()[0] ?? '');
        snapped.createSnapshot();
      }
      expect(shape(snapped)).toEqual(shape(plain));
    }),
    { numRuns: 150 },
  );
});

test('a live view follows the share after a snapshot', () => {
  const { share } = newShare();
  const live = share.view();
  share.createSnapshot();
  createFile(share, ['later'], { size: 0 });
  expect(getDirectory(live, []).entry.childCount).toBe(1);
});

test('a snapshot takes its time by the clock, in which there is no other', () => {
  const { state, share } = newShare({ snapshotDurationMs: 1000 });
  const other = state.addAccount('account').createShare('other');
  const { id } = share.createSnapshot();
  expect(errorOf(() => share.createSnapshot())).toBe('409 ShareSnapshotInProgress');
  expect(errorOf(() => other.createSnapshot())).toBe('none');
  expect(share.snapshotIds()).toEqual([id]);
  state.clock.advance(999);
  expect(errorOf(() => share.createSnapshot())).toBe('409 ShareSnapshotInProgress');
  state.clock.advance(1);
  expect(errorOf(() => share.createSnapshot())).toBe('none');
  state.snapshotDurationMs = 0;
  expect(errorOf(() => share.createSnapshot())).toBe('none');
});

test('a snapshot of Azure Backup has its own metadata and a lease that never expires', () => {
  const { state, share } = newShare();
  share.setMetadata({ mine: '1' });
  const { snapshot, leaseId } = plantBackupSnapshot(share);
  expect(share.properties({ snapshot })).toMatchObject({
    metadata: { AzureBackupProtected: 'true' },
    lease: { status: 'locked', state: 'leased', duration: 'infinite' },
  });
  state.clock.advance(365 * 86_400_000);
  expect(errorOf(() => share.deleteSnapshot(snapshot))).toBe('412 LeaseIdMissing');
  const account = state.addAccount('account');
  expect(errorOf(() => account.deleteShare('share', { snapshots: 'include' }))).toBe(
    '409 DeleteShareWhenSnapshotLeased',
  );
  share.lease({ action: 'release', leaseId }, snapshot);
  expect(errorOf(() => share.deleteSnapshot(snapshot))).toBe('none');
});
