import { describe, expect, test } from 'vitest';
import {
  closeHandles,
  copyFile,
  createDirectory,
  createFile,
  deleteDirectory,
  deleteFile,
  getFile,
  listEntries,
  listHandles,
  openSource,
  type PlantHandleOptions,
  plantHandle,
  putRange,
  READ_ONLY,
  rename,
  type Share,
  setFileProperties,
} from '../../../emulator/state/index.ts';
import { errorOf, newShare } from './fixture.ts';

function withHandle(options: PlantHandleOptions) {
  const { share } = newShare();
  createFile(share, ['f'], { size: 10 });
  createFile(share, ['other'], { size: 10 });
  plantHandle(share, ['F'], options);
  return share;
}

test.each<[PlantHandleOptions, string, string, string]>([
  [{ share: 'none' }, '409 SharingViolation', '409 SharingViolation', '409 SharingViolation'],
  [{ share: 'read' }, 'none', '409 SharingViolation', '409 SharingViolation'],
  [{ share: 'read-write' }, 'none', 'none', '409 SharingViolation'],
  [{ share: 'read-write-delete' }, 'none', 'none', 'none'],
  [
    { share: 'read-write-delete', lock: { start: 0, end: 1 } },
    '409 FileLockConflict',
    '409 FileLockConflict',
    'none',
  ],
])('what others may do while a handle is open with %j', (options, read, write, remove) => {
  const share = withHandle(options);
  expect(errorOf(() => getFile(share.view(), ['f'], { readData: true }))).toBe(read);
  expect(errorOf(() => openSource(share.view(), ['f']))).toBe(read);
  expect(errorOf(() => putRange(share, ['f'], 5, Buffer.from('x')))).toBe(write);
  expect(errorOf(() => setFileProperties(share, ['f'], { size: 11 }))).toBe(write);
  expect(errorOf(() => getFile(share.view(), ['f']))).toBe('none');
  expect(errorOf(() => setFileProperties(share, ['f'], { attributes: 0 }))).toBe('none');
  expect(errorOf(() => putRange(share, ['other'], 5, Buffer.from('x')))).toBe('none');
  expect(errorOf(() => deleteFile(share, ['f']))).toBe(remove);
});

test('a file that is open is not replaced by a copy or a new one', () => {
  const share = withHandle({ share: 'read-write' });
  const source = openSource(share.view(), ['other']);
  expect(errorOf(() => copyFile(share, ['f'], source, { sourceUrl: 'x' }))).toBe('409 SharingViolation');
  expect(errorOf(() => createFile(share, ['f'], { size: 1 }))).toBe('409 SharingViolation');
});

test('a snapshot is read whatever is open', () => {
  const share = withHandle({ share: 'none' });
  const { id } = share.createSnapshot();
  expect(errorOf(() => openSource(share.view(id), ['f']))).toBe('none');
});

test('a directory that is open is not deleted', () => {
  const { share } = newShare();
  createDirectory(share, ['d']);
  plantHandle(share, ['d']);
  expect(errorOf(() => deleteDirectory(share, ['d']))).toBe('409 CannotDeleteFileOrDirectory');
  closeHandles(share.view(), ['d'], '*');
  expect(errorOf(() => deleteDirectory(share, ['d']))).toBe('none');
});

test('handles are listed and closed, for an entry or all below it', () => {
  const { share } = newShare();
  createDirectory(share, ['d']);
  createFile(share, ['d', 'f'], { size: 0 });
  const onDirectory = plantHandle(share, ['d']);
  const onFile = [plantHandle(share, ['d', 'f']), plantHandle(share, ['d', 'f'], { clientIp: '10.0.0.1:9' })];
  const ids = (path: readonly string[], options = {}) =>
    listHandles(share.view(), path, options).handles.map(({ handleId }) => handleId);
  expect(ids(['D'])).toEqual([onDirectory.handleId]);
  expect(new Set(ids(['d', 'f']))).toEqual(new Set(onFile.map(({ handleId }) => handleId)));
  expect(ids([], { recursive: true })).toHaveLength(3);
  expect(ids([])).toEqual([]);
  expect(onFile[1]).toMatchObject({ path: 'd/f', clientIp: '10.0.0.1:9' });

  const first = listHandles(share.view(), [], { recursive: true, maxResults: 2 });
  const rest = listHandles(share.view(), [], { recursive: true, marker: first.nextMarker ?? '' });
  expect([...first.handles, ...rest.handles].map(({ handleId }) => handleId)).toEqual(
    ids([], { recursive: true }),
  );

  expect(closeHandles(share.view(), ['d', 'f'], onDirectory.handleId)).toBe(0);
  expect(closeHandles(share.view(), ['d', 'f'], onFile[0]?.handleId ?? '')).toBe(1);
  expect(closeHandles(share.view(), [], '*', { recursive: true })).toBe(2);
  expect(ids([], { recursive: true })).toEqual([]);
  expect(errorOf(() => listHandles(share.view(), ['none']))).toBe('404 ResourceNotFound');
});

describe('what an SMB client has marked for deletion', () => {
  function withPending(options: PlantHandleOptions = {}) {
    const { share } = newShare();
    createDirectory(share, ['d']);
    for (const name of ['a', 'b', 'c']) createFile(share, ['d', name], { size: 10 });
    const handle = plantHandle(share, ['d', 'B'], {
      share: 'read-write-delete',
      deletePending: true,
      ...options,
    });
    return { share, handle };
  }

  const namesIn = (share: Share, options = {}) =>
    listEntries(share.view(), ['d'], options).entries.map(({ name }) => name);

  test.each<[string, (share: Share) => unknown]>([
    ['reading its properties', (share) => getFile(share.view(), ['d', 'b'])],
    ['copying it', (share) => openSource(share.view(), ['d', 'b'])],
    ['writing', (share) => putRange(share, ['d', 'b'], 0, Buffer.from('x'))],
    ['setting properties', (share) => setFileProperties(share, ['d', 'b'], {})],
    ['deleting it', (share) => deleteFile(share, ['d', 'b'])],
    ['replacing it', (share) => createFile(share, ['d', 'b'], { size: 1 })],
    ['making a directory of its name', (share) => createDirectory(share, ['d', 'b'])],
    ['renaming it', (share) => rename(share, ['d', 'b'], ['d', 'x'], { kind: 'file' })],
    [
      'renaming another over it',
      (share) => rename(share, ['d', 'a'], ['d', 'b'], { kind: 'file', replaceIfExists: true }),
    ],
    ['opening it', (share) => plantHandle(share, ['d', 'b'])],
  ])('refuses %s', (_what, call) => {
    expect(errorOf(() => call(withPending().share))).toBe('409 DeletePending');
  });

  test('is not listed, on no page, and still in a snapshot', () => {
    const { share } = withPending();
    expect(namesIn(share)).toEqual(['a', 'c']);
    expect(namesIn(share, { maxResults: 1 })).toEqual(['a']);
    const { nextMarker = '' } = listEntries(share.view(), ['d'], { maxResults: 1 });
    expect(namesIn(share, { maxResults: 1, marker: nextMarker })).toEqual(['c']);
    const { id } = share.createSnapshot();
    expect(listEntries(share.view(id), ['d']).entries).toHaveLength(3);
    expect(errorOf(() => getFile(share.view(id), ['d', 'b'], { readData: true }))).toBe('none');
  });

  test('is gone with its last handle', () => {
    const { share } = newShare();
    createFile(share, ['f'], { size: 600, content: Buffer.from('data') });
    const first = plantHandle(share, ['f'], { share: 'read-write-delete' });
    const marking = plantHandle(share, ['f'], { share: 'read-write-delete', deletePending: true });
    expect(closeHandles(share.view(), ['f'], marking.handleId)).toBe(1);
    expect(errorOf(() => getFile(share.view(), ['f']))).toBe('409 DeletePending');
    expect(listHandles(share.view(), ['f']).handles.map(({ handleId }) => handleId)).toEqual([
      first.handleId,
    ]);
    expect(closeHandles(share.view(), [], '*', { recursive: true })).toBe(1);
    expect(errorOf(() => getFile(share.view(), ['f']))).toBe('404 ResourceNotFound');
    expect(share.usageBytes()).toBe(0);
  });

  test('may be an empty directory, in which nothing can be made any more', () => {
    const { share } = newShare();
    createDirectory(share, ['empty']);
    const { handleId } = plantHandle(share, ['empty'], { deletePending: true });
    expect(errorOf(() => createFile(share, ['empty', 'f'], { size: 0 }))).toBe('409 DeletePending');
    expect(errorOf(() => createDirectory(share, ['empty', 'd']))).toBe('409 DeletePending');
    expect(errorOf(() => deleteDirectory(share, ['empty']))).toBe('409 DeletePending');
    closeHandles(share.view(), ['empty'], handleId);
    expect(errorOf(() => createDirectory(share, ['empty']))).toBe('none');
  });

  test('is neither a directory with children, nor read-only, nor the root', () => {
    const { share } = withPending();
    createFile(share, ['ro'], { size: 0, attributes: READ_ONLY });
    const mark = (path: readonly string[]) =>
      errorOf(() => plantHandle(share, path, { deletePending: true }));
    expect(mark(['d'])).toBe('409 DirectoryNotEmpty');
    expect(mark(['ro'])).toBe('409 ReadOnlyAttribute');
    expect(mark([])).toBe('409 CannotDeleteFileOrDirectory');
  });
});
