import { expect, test } from 'vitest';
import {
  createDirectory,
  createFile,
  getDirectory,
  getFile,
  leaseFile,
  listEntries,
  listRangesDiff,
  parseTicks,
  plantHandle,
  putRange,
  READ_ONLY,
  rename,
} from '../../../emulator/state/index.ts';
import { contentOf, errorOf, newShare } from './fixture.ts';

const THEN = parseTicks('2001-02-03T04:05:06.1234567Z') ?? 0n;

function withTree() {
  const { share } = newShare();
  createDirectory(share, ['a']);
  createDirectory(share, ['a', 'sub']);
  createFile(share, ['a', 'sub', 'file'], { size: 4, content: Buffer.from('data'), lastWriteTime: THEN });
  createDirectory(share, ['b']);
  return share;
}

test('a renamed file keeps id, content, times and permission, but for change time and ETag', () => {
  const share = withTree();
  const before = { ...getFile(share.view(), ['a', 'sub', 'file']).entry };
  const { entry, parentId } = rename(share, ['a', 'sub', 'file'], ['b', 'Renamed'], { kind: 'file' });
  expect(parentId).toBe(getDirectory(share.view(), ['b']).entry.fileId);
  expect(entry).toMatchObject({
    name: 'Renamed',
    creationTime: before.creationTime,
    lastWriteTime: THEN,
    permissionKey: before.permissionKey,
    attributes: before.attributes,
  });
  const renamed = getFile(share.view(), ['b', 'renamed']).entry;
  expect(renamed.fileId).toBe(entry.fileId);
  expect(contentOf(renamed).toString()).toBe('data');
  expect(entry.changeTime).toBeGreaterThan(before.changeTime);
  expect(entry.modified).toBeGreaterThan(before.modified);
  expect(errorOf(() => getFile(share.view(), ['a', 'sub', 'file']))).toBe('404 ResourceNotFound');
});

test('properties that are given apply exactly', () => {
  const share = withTree();
  const { entry } = rename(share, ['a', 'sub', 'file'], ['x'], {
    kind: 'file',
    attributes: 0,
    creationTime: THEN,
    changeTime: THEN + 1n,
    metadata: { a: '1' },
    contentType: 'text/plain',
  });
  expect(entry).toMatchObject({
    attributes: 0,
    creationTime: THEN,
    changeTime: THEN + 1n,
    metadata: { a: '1' },
    headers: { contentType: 'text/plain' },
  });
});

test('a directory moves with all that is below it', () => {
  const share = withTree();
  const { id } = share.createSnapshot();
  rename(share, ['a'], ['b', 'moved'], { kind: 'directory' });
  expect(getFile(share.view(), ['b', 'moved', 'sub', 'file']).entry.size).toBe(4);
  expect(listEntries(share.view(), []).entries.map(({ name }) => name)).toEqual(['b']);
  expect(getFile(share.view(id), ['a', 'sub', 'file']).entry.size).toBe(4);
});

test('another letter case is a rename that replaces nothing', () => {
  const share = withTree();
  rename(share, ['a'], ['A'], { kind: 'directory' });
  rename(share, ['A', 'sub', 'file'], ['A', 'sub', 'FILE'], { kind: 'file' });
  expect(listEntries(share.view(), []).entries.map(({ name }) => name)).toEqual(['A', 'b']);
  expect(getFile(share.view(), ['a', 'sub', 'file']).entry.name).toBe('FILE');
});

test('a file that is there is replaced only when told, and a read-only one only when told twice', () => {
  const share = withTree();
  createFile(share, ['b', 'there'], { size: 9, content: Buffer.alloc(9), attributes: READ_ONLY });
  const to = (options = {}) =>
    errorOf(() => rename(share, ['a', 'sub', 'file'], ['b', 'THERE'], { kind: 'file', ...options }));
  expect(to()).toBe('409 ResourceAlreadyExists');
  expect(to({ replaceIfExists: true })).toBe('409 ReadOnlyAttribute');
  expect(to({ replaceIfExists: true, ignoreReadOnly: true })).toBe('none');
  expect(getFile(share.view(), ['b', 'there']).entry).toMatchObject({ name: 'THERE', size: 4 });
  expect(share.usageBytes()).toBe(4);
  expect(listEntries(share.view(), ['b']).entries).toHaveLength(1);
});

test('a directory is never replaced, and may replace a file whose lease is given', () => {
  const share = withTree();
  createFile(share, ['file'], { size: 1 });
  const { leaseId = '' } = leaseFile(share, ['file'], { action: 'acquire', duration: -1 });
  const replace = { replaceIfExists: true } as const;
  const directory = { kind: 'directory', ...replace } as const;
  expect(
    errorOf(() => rename(share, ['file'], ['b'], { kind: 'file', ...replace, sourceLeaseId: leaseId })),
  ).toBe('409 ResourceAlreadyExists');
  expect(errorOf(() => rename(share, ['b'], ['a'], directory))).toBe('409 DirectoryNotEmpty');
  expect(errorOf(() => rename(share, ['b'], ['file'], directory))).toBe('412 LeaseIdMissing');
  rename(share, ['b'], ['file'], { ...directory, destinationLeaseId: leaseId });
  expect(getDirectory(share.view(), ['file']).entry.kind).toBe('directory');
});

test('a leased file moves with its lease, for its holder alone', () => {
  const share = withTree();
  const path = ['a', 'sub', 'file'];
  const { leaseId = '' } = leaseFile(share, path, { action: 'acquire', duration: -1 });
  expect(errorOf(() => rename(share, path, ['x'], { kind: 'file' }))).toBe('412 LeaseIdMissing');
  rename(share, path, ['x'], { kind: 'file', sourceLeaseId: leaseId });
  expect(getFile(share.view(), ['x']).lease.state).toBe('leased');
});

test('what cannot be renamed', () => {
  const share = withTree();
  const move = (from: readonly string[], to: readonly string[], kind: 'file' | 'directory') =>
    errorOf(() => rename(share, from, to, { kind }));
  expect(move(['none'], ['x'], 'file')).toBe('404 ResourceNotFound');
  expect(move(['a'], ['x'], 'file')).toBe('409 ResourceTypeMismatch');
  expect(move(['a'], ['none', 'x'], 'directory')).toBe('404 ParentNotFound');
  expect(move(['a'], ['A', 'sub', 'x'], 'directory')).toBe('400 InvalidHeaderValue');
  expect(move(['a'], [], 'directory')).toBe('409 ResourceAlreadyExists');
  expect(move([], ['x'], 'directory')).toBe('409 ResourceTypeMismatch');
  plantHandle(share, ['a', 'sub', 'file']);
  expect(move(['a'], ['x'], 'directory')).toBe('409 SharingViolation');
  expect(move(['a', 'sub', 'file'], ['x'], 'file')).toBe('409 SharingViolation');
});

test('a difference is told across a rename when it is asked for', () => {
  const share = withTree();
  const { id } = share.createSnapshot();
  rename(share, ['a'], ['z'], { kind: 'directory' });
  putRange(share, ['z', 'sub', 'file'], 0, Buffer.from('DATA'));
  createFile(share, ['fresh'], { size: 1 });
  const diff = (path: readonly string[], supportRename: boolean) =>
    listRangesDiff(share.view(), path, { previousSnapshot: id, supportRename });
  expect(errorOf(() => diff(['z', 'sub', 'file'], false))).toBe('409 FileGenerationMismatch');
  expect(diff(['z', 'sub', 'file'], true).ranges).toEqual([{ start: 0, end: 4, clear: false }]);
  expect(errorOf(() => diff(['fresh'], true))).toBe('404 ResourceNotFound');
});
