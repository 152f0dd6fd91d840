import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RequestFailedError } from '../../../lib/azure/errors.ts';
import { emptyShareReader } from '../../../lib/files/empty-share-reader.ts';
import type { Entry, EntryKind } from '../../../lib/files/entry.ts';
import { baseName, childPath, parentPath } from '../../../lib/files/paths.ts';
import type { ShareReader } from '../../../lib/files/share-reader.ts';
import { PlannedRenames } from '../../../lib/mirror/planned-renames.ts';
import { PlannedWriter } from '../../../lib/mirror/planned-writer.ts';
import { entry } from '../../support/entries.ts';

/** A share with these paths, whose listings have pages of two; a path without a dot is a directory. */
function shareOf(paths: readonly string[]): ShareReader {
  const nothing = emptyShareReader('share');
  const find = (path: string): Entry => {
    if (path !== '' && !paths.includes(path)) {
      const status = 404;
      throw new RequestFailedError({
        operation: 'GetFile',
        account: 'a',
        path,
        status,
        code: 'ResourceNotFound',
      });
    }
    return entry(baseName(path), { fileId: path }, kindOf(path));
  };
  return {
    ...nothing,
    listPage: async (directory, marker) => {
      find(directory);
      const children = paths.filter((path) => parentPath(path) === directory);
      const from = Number(marker ?? '0');
      return {
        entries: children.slice(from, from + 2).map(find),
        nextMarker: from + 2 < children.length ? String(from + 2) : undefined,
      };
    },
    directory: async (path) => ({ ...(await nothing.directory('')), entry: find(path) }),
    file: async (path) => ({ ...(await nothing.directory('')), entry: find(path) }),
    difference: async (path) => ({ written: [{ start: 0, end: find(path).size }], cleared: [] }),
  };
}

function kindOf(path: string): EntryKind {
  return baseName(path).includes('.') ? 'file' : 'directory';
}

/** Every entry below a directory by its path, with the path at which it really is. */
async function listAll(reader: ShareReader, directory = ''): Promise<[string, string][]> {
  const all: [string, string][] = [];
  let marker: string | undefined;
  do {
    const page = await reader.listPage(directory, marker);
    for (const { name, kind, fileId } of page.entries) {
      all.push([childPath(directory, name), fileId]);
      if (kind === 'directory') all.push(...(await listAll(reader, childPath(directory, name))));
    }
    marker = page.nextMarker;
  } while (marker !== undefined);
  return all;
}

function planned(paths: readonly string[]) {
  const writer = new PlannedWriter('share');
  return { writer, reader: new PlannedRenames(shareOf(paths), writer, 'account') };
}

const TREE = ['a', 'a/1.txt', 'a/b', 'a/b/2.txt', 'a/b/c', 'a/b/c/3.txt', 'd', 'd/4.txt', 'e', '5.txt'];

describe('a planned rename', () => {
  it('shows what is below a directory under its new name, and nothing under the old one', async () => {
    const { writer, reader } = planned(TREE);
    await writer.rename('a/b', 'd/moved', 'directory');
    expect(Object.fromEntries(await listAll(reader, 'd'))).toEqual({
      'd/4.txt': 'd/4.txt',
      'd/moved': 'a/b',
      'd/moved/2.txt': 'a/b/2.txt',
      'd/moved/c': 'a/b/c',
      'd/moved/c/3.txt': 'a/b/c/3.txt',
    });
    expect(Object.fromEntries(await listAll(reader, 'a'))).toEqual({ 'a/1.txt': 'a/1.txt' });
    await expect(reader.file('a/b/2.txt')).rejects.toMatchObject({ status: 404, code: 'ResourceNotFound' });
    expect(writer.requests).toEqual({ RenameDirectory: 1 });
  });

  it('follows a swap of two names through a third', async () => {
    const { writer, reader } = planned(TREE);
    await writer.rename('a', 'between', 'directory');
    await writer.rename('d', 'a', 'directory');
    await writer.rename('between', 'd', 'directory');
    const shown = Object.fromEntries(await listAll(reader));
    expect(shown).toMatchObject({ a: 'd', 'a/4.txt': 'd/4.txt', d: 'a', 'd/b/c/3.txt': 'a/b/c/3.txt' });
    expect(Object.keys(shown)).toHaveLength(TREE.length);
  });

  it('leaves what was moved into a directory that is still to be made', async () => {
    const { writer, reader } = planned(TREE);
    await writer.createDirectory();
    await writer.rename('5.txt', 'new/5.txt', 'file');
    expect(await listAll(reader, 'new')).toEqual([['new/5.txt', '5.txt']]);
    await expect(reader.listPage('other', undefined)).rejects.toMatchObject({ status: 404 });
  });

  it('moves the change time and the ETag of what is renamed, and of nothing below it', async () => {
    const { writer, reader } = planned(TREE);
    await writer.rename('a', 'z', 'directory');
    const { etag, changeTime } = entry('any');
    expect((await reader.directory('z')).entry).toMatchObject({ name: 'z', etag: '' });
    expect((await reader.directory('z')).entry.changeTime > changeTime).toBe(true);
    expect((await reader.file('z/1.txt')).entry).toMatchObject({ name: '1.txt', etag, changeTime });
    expect((await reader.directory('d')).entry).toMatchObject({ etag, changeTime });
  });

  it('keeps the range differences of a file', async () => {
    const { writer, reader } = planned(['x.txt']);
    await writer.rename('x.txt', 'y.txt', 'file');
    expect(await reader.difference('y.txt', 'earlier')).toEqual({
      written: [{ start: 0, end: 10 }],
      cleared: [],
    });
    await expect(reader.difference('x.txt', 'earlier')).rejects.toMatchObject({ status: 404 });
  });

  it('of what was renamed before is refused', async () => {
    const { writer } = planned(TREE);
    await writer.rename('5.txt', '6.txt', 'file');
    await expect(writer.rename('5.txt', '7.txt', 'file')).rejects.toThrow('"5.txt" was renamed before');
  });

  it('any number of them, shows what a share shows that has made them', async () => {
    const names = fc.constantFrom('a', 'b', 'd', 'n', 'o');
    const steps = fc.array(fc.tuple(fc.nat(50), fc.nat(50), names), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(steps, async (renames) => {
        const { writer, reader } = planned(TREE);
        let model = new Map(TREE.map((path) => [path, path]));
        for (const [which, where, name] of renames) {
          const from = [...model.keys()][which % model.size] ?? '';
          const directories = ['', ...[...model.keys()].filter((path) => kindOf(path) === 'directory')];
          const parent = directories[where % directories.length] ?? '';
          const to = childPath(parent, kindOf(from) === 'file' ? `${name}.txt` : name);
          if (model.has(to) || `${to}/`.startsWith(`${from}/`)) continue;
          await writer.rename(from, to, kindOf(from));
          model = new Map([...model].map(([path, origin]) => [moved(path, from, to), origin]));
        }
        expect(Object.fromEntries(await listAll(reader))).toEqual(Object.fromEntries(model));
      }),
    );
  });
});

function moved(path: string, from: string, to: string): string {
  return path === from || path.startsWith(`${from}/`) ? `${to}${path.slice(from.length)}` : path;
}

describe('a planned permission', () => {
  it('has one key for each descriptor, which the planned share knows', async () => {
    const { writer, reader } = planned([]);
    const key = await writer.createPermission('O:SYG:SY');
    expect(await writer.createPermission('O:SYG:SY')).toBe(key);
    expect(await writer.createPermission('O:BAG:BA')).not.toBe(key);
    expect(await reader.permission(key)).toBe('O:SYG:SY');
    expect(writer.requests).toEqual({ CreateFilePermission: 3 });
  });
});
