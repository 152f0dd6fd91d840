import { describe, expect, test } from 'vitest';
import {
  ARCHIVE,
  createDirectory,
  createFile,
  DIRECTORY,
  deleteDirectory,
  deleteFile,
  getDirectory,
  getEntry,
  getFile,
  HIDDEN,
  leaseFile,
  listRangesDiff,
  parseTicks,
  putRange,
  READ_ONLY,
  setDirectoryMetadata,
  setDirectoryProperties,
  setFileMetadata,
  setFileProperties,
} from '../../../emulator/state/index.ts';
import { contentOf, errorOf, newShare } from './fixture.ts';

const THEN = parseTicks('2001-02-03T04:05:06.1234567Z') ?? 0n;

describe('names', () => {
  test('an entry is found in any case and shown as it was written', () => {
    const { share } = newShare();
    createDirectory(share, ['Folder']);
    createFile(share, ['FOLDER', 'File.TXT'], { size: 0 });
    expect(getFile(share.view(), ['folder', 'file.txt']).entry.name).toBe('File.TXT');
    expect(errorOf(() => createDirectory(share, ['fOLDER']))).toBe('409 ResourceAlreadyExists');
    createFile(share, ['folder', 'FILE.txt'], { size: 5 });
    expect(getFile(share.view(), ['folder', 'file.txt']).entry).toMatchObject({ name: 'File.TXT', size: 5 });
    expect(getDirectory(share.view(), ['folder']).entry.childCount).toBe(1);
  });

  test('names that differ by dots at the end are two', () => {
    const { share } = newShare();
    createFile(share, ['a'], { size: 1 });
    createFile(share, ['a..'], { size: 2 });
    expect(getFile(share.view(), ['a']).entry.size).toBe(1);
    expect(getFile(share.view(), ['a..']).entry.size).toBe(2);
  });
});

describe('existence', () => {
  test('what is missing is told apart from a missing parent', () => {
    const { share } = newShare();
    createFile(share, ['file'], { size: 0 });
    expect(errorOf(() => getFile(share.view(), ['none']))).toBe('404 ResourceNotFound');
    expect(errorOf(() => getFile(share.view(), ['none', 'x']))).toBe('404 ParentNotFound');
    expect(errorOf(() => getFile(share.view(), ['file', 'x']))).toBe('404 ParentNotFound');
    expect(errorOf(() => createFile(share, ['none', 'x'], { size: 0 }))).toBe('404 ParentNotFound');
    expect(errorOf(() => createDirectory(share, ['none', 'x']))).toBe('404 ParentNotFound');
    expect(errorOf(() => deleteFile(share, ['none']))).toBe('404 ResourceNotFound');
    expect(errorOf(() => putRange(share, ['none'], 0, Buffer.from('x')))).toBe('404 ResourceNotFound');
  });

  test('files and directories are not taken for one another', () => {
    const { share } = newShare();
    createFile(share, ['file'], { size: 0 });
    createDirectory(share, ['dir']);
    expect(errorOf(() => getFile(share.view(), ['dir']))).toBe('404 ResourceNotFound');
    expect(errorOf(() => getDirectory(share.view(), ['file']))).toBe('404 ResourceNotFound');
    expect(errorOf(() => createFile(share, ['dir'], { size: 0 }))).toBe('409 ResourceTypeMismatch');
    expect(errorOf(() => createDirectory(share, ['file']))).toBe('409 ResourceAlreadyExists');
    expect(errorOf(() => deleteFile(share, ['dir']))).toBe('409 ResourceTypeMismatch');
    expect(errorOf(() => deleteDirectory(share, ['file']))).toBe('409 ResourceTypeMismatch');
    expect(getEntry(share.view(), ['dir']).entry.kind).toBe('directory');
  });

  test('the root directory exists and stays', () => {
    const { share } = newShare();
    expect(getDirectory(share.view(), [])).toMatchObject({ parentId: '0', entry: { fileId: '0' } });
    expect(errorOf(() => createDirectory(share, []))).toBe('409 ResourceAlreadyExists');
    expect(errorOf(() => deleteDirectory(share, []))).toBe('409 CannotDeleteFileOrDirectory');
    setDirectoryProperties(share, [], { attributes: HIDDEN, lastWriteTime: THEN });
    setDirectoryMetadata(share, [], { a: '1' });
    expect(getDirectory(share.view(), []).entry).toMatchObject({
      attributes: HIDDEN | DIRECTORY,
      lastWriteTime: THEN,
      metadata: { a: '1' },
    });
  });

  test('a directory is deleted when it is empty', () => {
    const { share } = newShare();
    createDirectory(share, ['dir']);
    createFile(share, ['dir', 'file'], { size: 0 });
    expect(errorOf(() => deleteDirectory(share, ['dir']))).toBe('409 DirectoryNotEmpty');
    deleteFile(share, ['dir', 'file']);
    deleteDirectory(share, ['dir']);
    expect(errorOf(() => getDirectory(share.view(), ['dir']))).toBe('404 ResourceNotFound');
  });
});

describe('file ids', () => {
  test('ids are those that the service gives, in its order', () => {
    const { share } = newShare();
    const ids = ['a', 'b', 'c', 'd', 'e'].map((name) => createFile(share, [name], { size: 0 }).entry.fileId);
    expect(ids).toEqual([
      '13835128424026341376',
      '11529285414812647424',
      '16140971433240035328',
      '10376363910205800448',
      '14988049928633188352',
    ]);
  });

  test('ids are unique in a share, and never used again', () => {
    const { share } = newShare();
    const ids = new Set<string>();
    for (let count = 0; count < 70_000; count++) {
      ids.add(createFile(share, ['f'], { size: 0 }).entry.fileId);
      deleteFile(share, ['f']);
    }
    expect(ids.size).toBe(70_000);
  });

  test('an entry tells the id of its directory', () => {
    const { share } = newShare();
    const directory = createDirectory(share, ['d']);
    expect(directory.parentId).toBe('0');
    expect(createFile(share, ['d', 'f'], { size: 0 }).parentId).toBe(directory.entry.fileId);
  });
});

describe('properties', () => {
  test('a new entry has now for all times, and Archive or Directory', () => {
    const { share } = newShare();
    const { entry } = createFile(share, ['f'], { size: 3 });
    expect(entry.attributes).toBe(ARCHIVE);
    expect(new Set([entry.creationTime, entry.lastWriteTime, entry.changeTime, entry.modified]).size).toBe(1);
    expect(entry.headers).toEqual({ contentType: 'application/octet-stream' });
    expect(contentOf(entry)).toEqual(Buffer.alloc(3));
    expect(createDirectory(share, ['d'], { attributes: READ_ONLY }).entry.attributes).toBe(
      READ_ONLY | DIRECTORY,
    );
  });

  test('properties are taken as given, but for Archive', () => {
    const { share } = newShare();
    const { entry } = createFile(share, ['f'], {
      size: 0,
      attributes: READ_ONLY,
      creationTime: THEN,
      lastWriteTime: THEN + 1n,
      changeTime: THEN + 2n,
      metadata: { a: '1' },
      headers: { contentLanguage: 'de' },
    });
    expect(entry).toMatchObject({
      attributes: READ_ONLY | ARCHIVE,
      creationTime: THEN,
      lastWriteTime: THEN + 1n,
      changeTime: THEN + 2n,
      metadata: { a: '1' },
      headers: { contentType: 'application/octet-stream', contentLanguage: 'de' },
    });
  });

  test('a file that is restored with a permission keeps its attributes', () => {
    const { share } = newShare();
    const options = { size: 0, attributes: HIDDEN, semantics: 'Restore' as const };
    expect(createFile(share, ['a'], options).entry.attributes).toBe(HIDDEN | ARCHIVE);
    const { entry } = createFile(share, ['b'], { ...options, permission: 'inherit' });
    expect(entry.attributes).toBe(HIDDEN);
  });

  test('setting properties moves the change time and the ETag alone', () => {
    const { share } = newShare();
    const before = { ...createFile(share, ['f'], { size: 3 }).entry };
    const { entry } = setFileProperties(share, ['f'], { attributes: HIDDEN });
    expect(entry).toMatchObject({
      attributes: HIDDEN,
      creationTime: before.creationTime,
      lastWriteTime: before.lastWriteTime,
      permissionKey: before.permissionKey,
      size: 3,
    });
    expect(entry.changeTime).toBeGreaterThan(before.changeTime);
    expect(entry.modified).toBeGreaterThan(before.modified);
  });

  test('another size moves the last-write time unless it is given', () => {
    const { share } = newShare();
    const created = createFile(share, ['f'], { size: 3 }).entry.lastWriteTime;
    expect(setFileProperties(share, ['f'], { size: 4 }).entry.lastWriteTime).toBeGreaterThan(created);
    expect(setFileProperties(share, ['f'], { size: 5, lastWriteTime: THEN }).entry.lastWriteTime).toBe(THEN);
    expect(setFileProperties(share, ['f'], { size: 6, lastWriteTime: 'preserve' }).entry.lastWriteTime).toBe(
      THEN,
    );
  });

  test('content headers are replaced as a set, or left', () => {
    const { share } = newShare();
    createFile(share, ['f'], { size: 0, headers: { contentType: 'text/plain', cacheControl: 'none' } });
    setFileProperties(share, ['f'], { size: 1 });
    expect(getFile(share.view(), ['f']).entry.headers).toEqual({
      contentType: 'text/plain',
      cacheControl: 'none',
    });
    setFileProperties(share, ['f'], { headers: { contentEncoding: 'gzip' } });
    expect(getFile(share.view(), ['f']).entry.headers).toEqual({ contentEncoding: 'gzip' });
  });

  test('metadata moves the ETag and no time', () => {
    const { share } = newShare();
    const before = { ...createFile(share, ['f'], { size: 0, metadata: { a: '1' } }).entry };
    const { entry } = setFileMetadata(share, ['f'], { b: '2' });
    expect(entry.metadata).toEqual({ b: '2' });
    expect(entry.modified).toBeGreaterThan(before.modified);
    expect([entry.lastWriteTime, entry.changeTime]).toEqual([before.lastWriteTime, before.changeTime]);
    expect(errorOf(() => setFileMetadata(share, ['f'], { 'a-b': '1' }))).toBe('400 InvalidMetadata');
  });

  test('writing moves the last-write time unless told to preserve it, the change time, and the ETag', () => {
    const { share } = newShare();
    const before = { ...createFile(share, ['f'], { size: 3 }).entry };
    const kept = { ...putRange(share, ['f'], 0, Buffer.from('a'), { lastWriteTime: 'preserve' }).entry };
    expect(kept.lastWriteTime).toBe(before.lastWriteTime);
    expect(kept.changeTime).toBeGreaterThan(before.changeTime);
    const { entry } = putRange(share, ['f'], 0, Buffer.from('b'));
    expect(entry.lastWriteTime).toBe(entry.modified);
    expect(entry.modified).toBeGreaterThan(kept.modified);
  });

  test.each([true, false])(
    'a directory is touched by its children when told so: %s',
    (childrenTouchParent) => {
      const { share } = newShare({ childrenTouchParent });
      createDirectory(share, ['d']);
      const touches = (change: () => unknown): boolean => {
        const before = { ...getDirectory(share.view(), ['d']).entry };
        change();
        const after = getDirectory(share.view(), ['d']).entry;
        expect(after.modified).toBe(before.modified);
        expect(after.changeTime > before.changeTime).toBe(after.lastWriteTime > before.lastWriteTime);
        return after.lastWriteTime > before.lastWriteTime;
      };
      expect(touches(() => createFile(share, ['d', 'f'], { size: 1 }))).toBe(childrenTouchParent);
      expect(touches(() => putRange(share, ['d', 'f'], 0, Buffer.from('x')))).toBe(false);
      expect(touches(() => setFileMetadata(share, ['d', 'f'], {}))).toBe(false);
      expect(touches(() => deleteFile(share, ['d', 'f']))).toBe(childrenTouchParent);
      expect(touches(() => createDirectory(share, ['d', 'e']))).toBe(childrenTouchParent);
      expect(touches(() => deleteDirectory(share, ['d', 'e']))).toBe(childrenTouchParent);
    },
  );
});

describe('creating a file where one is', () => {
  test('the new file keeps the id, and nothing of the content, metadata, headers', () => {
    const { share } = newShare();
    const first = createFile(share, ['f'], {
      size: 4,
      content: Buffer.from('data'),
      metadata: { a: '1' },
      headers: { contentType: 'text/plain' },
      attributes: HIDDEN,
    });
    const id = first.entry.fileId;
    const { entry } = createFile(share, ['f'], { size: 6 });
    expect(entry).toMatchObject({ fileId: id, metadata: {}, attributes: ARCHIVE, size: 6 });
    expect(entry.headers).toEqual({ contentType: 'application/octet-stream' });
    expect(contentOf(entry)).toEqual(Buffer.alloc(6));
    expect(share.usageBytes()).toBe(0);
  });

  test('a difference tells that all is cleared', () => {
    const { share } = newShare();
    createFile(share, ['f'], { size: 1024, content: Buffer.alloc(1024, 1) });
    const { id } = share.createSnapshot();
    createFile(share, ['f'], { size: 1024, content: Buffer.alloc(100, 2) });
    expect(listRangesDiff(share.view(), ['f'], { previousSnapshot: id }).ranges).toEqual([
      { start: 0, end: 512, clear: false },
      { start: 512, end: 1024, clear: true },
    ]);
  });

  test('more content than the size is refused', () => {
    const { share } = newShare();
    expect(errorOf(() => createFile(share, ['f'], { size: 1, content: Buffer.from('ab') }))).toBe(
      '400 InvalidHeaderValue',
    );
  });

  test.each([-1, 1.5, 4 * 2 ** 40 + 1, Number.NaN])('a size of %s is refused', (size) => {
    const { share } = newShare();
    expect(errorOf(() => createFile(share, ['f'], { size }))).toBe('400 InvalidHeaderValue');
  });
});

describe('ReadOnly', () => {
  test('a read-only file refuses writes, other sizes, replacement and deletion until it is cleared', () => {
    const { share } = newShare();
    createFile(share, ['f'], { size: 1, attributes: READ_ONLY });
    expect(errorOf(() => putRange(share, ['f'], 0, Buffer.from('x')))).toBe('409 ReadOnlyAttribute');
    expect(errorOf(() => setFileProperties(share, ['f'], { size: 2, attributes: 0 }))).toBe(
      '409 ReadOnlyAttribute',
    );
    expect(errorOf(() => createFile(share, ['f'], { size: 0 }))).toBe('409 ReadOnlyAttribute');
    expect(errorOf(() => deleteFile(share, ['f']))).toBe('409 ReadOnlyAttribute');
    setFileProperties(share, ['f'], { attributes: 0 });
    expect(errorOf(() => deleteFile(share, ['f']))).toBe('none');
  });

  test('a read-only directory refuses deletion, not children', () => {
    const { share } = newShare();
    createDirectory(share, ['d'], { attributes: READ_ONLY });
    createFile(share, ['d', 'f'], { size: 0 });
    deleteFile(share, ['d', 'f']);
    expect(errorOf(() => deleteDirectory(share, ['d']))).toBe('409 ReadOnlyAttribute');
  });
});

describe('ranges', () => {
  test('a range beyond the size is refused, with the size', () => {
    const { share } = newShare();
    createFile(share, ['f'], { size: 4 });
    expect(errorOf(() => putRange(share, ['f'], 2, Buffer.from('abc')))).toBe('416 InvalidRange');
    expect(errorOf(() => putRange(share, ['f'], 4, Buffer.from('a')))).toBe('416 InvalidRange');
    expect(() => putRange(share, ['f'], 4, Buffer.from('a'))).toThrow(
      expect.objectContaining({ headers: { 'content-range': 'bytes */4' } }),
    );
  });
});

describe('leases of files', () => {
  test('a leased file is changed by its holder alone, and read by all', () => {
    const { share } = newShare();
    createFile(share, ['f'], { size: 1 });
    const { leaseId = '' } = leaseFile(share, ['f'], { action: 'acquire', duration: -1 });
    expect(getFile(share.view(), ['f']).lease).toEqual({
      status: 'locked',
      state: 'leased',
      duration: 'infinite',
    });
    expect(errorOf(() => putRange(share, ['f'], 0, Buffer.from('x')))).toBe('412 LeaseIdMissing');
    expect(errorOf(() => setFileProperties(share, ['f'], {}))).toBe('412 LeaseIdMissing');
    expect(errorOf(() => setFileMetadata(share, ['f'], {}))).toBe('412 LeaseIdMissing');
    expect(errorOf(() => createFile(share, ['f'], { size: 0 }))).toBe('412 LeaseIdMissing');
    expect(errorOf(() => deleteFile(share, ['f'], { leaseId: 'other' }))).toBe(
      '412 LeaseIdMismatchWithFileOperation',
    );
    expect(errorOf(() => getFile(share.view(), ['f'], { leaseId: 'other' }))).toBe(
      '412 LeaseIdMismatchWithFileOperation',
    );
    expect(errorOf(() => createFile(share, ['f'], { size: 0, leaseId }))).toBe('none');
    expect(getFile(share.view(), ['f']).lease.state).toBe('leased');
    deleteFile(share, ['f'], { leaseId });
    createFile(share, ['f'], { size: 0 });
    expect(getFile(share.view(), ['f']).lease.state).toBe('available');
  });

  test('the lease of a file is infinite, not renewed, and broken at once', () => {
    const { share } = newShare();
    createFile(share, ['f'], { size: 1 });
    expect(errorOf(() => leaseFile(share, ['f'], { action: 'acquire', duration: 60 }))).toBe(
      '400 InvalidHeaderValue',
    );
    const { leaseId = '' } = leaseFile(share, ['f'], { action: 'acquire', duration: -1 });
    expect(errorOf(() => leaseFile(share, ['f'], { action: 'renew', leaseId }))).toBe(
      '400 InvalidHeaderValue',
    );
    expect(leaseFile(share, ['f'], { action: 'break' }).remainingSeconds).toBe(0);
    expect(getFile(share.view(), ['f']).lease).toEqual({ status: 'unlocked', state: 'broken' });
    expect(errorOf(() => putRange(share, ['f'], 0, Buffer.from('x')))).toBe('none');
  });
});
