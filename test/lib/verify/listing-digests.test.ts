import { afterEach, describe, expect, it } from 'vitest';
import { emptyShareReader } from '../../../lib/files/empty-share-reader.ts';
import type { Entry } from '../../../lib/files/entry.ts';
import type { SharePath } from '../../../lib/files/paths.ts';
import type { ShareReader } from '../../../lib/files/share-reader.ts';
import { EVERYTHING } from '../../../lib/mirror/entry-filter.ts';
import { type DirectoryDigest, directoryLine } from '../../../lib/verify/canonical-lines.ts';
import { ListingDigests } from '../../../lib/verify/listing-digests.ts';
import { ShareDigestBuilder } from '../../../lib/verify/share-digest-builder.ts';
import { entry } from '../../support/entries.ts';

/** A share of which each listing comes in the pages given. */
function readerOf(listings: Readonly<Record<SharePath, readonly (readonly Entry[])[]>>): ShareReader {
  return {
    ...emptyShareReader('source'),
    listPage: async (directory, marker) => {
      const pages = listings[directory] ?? [[]];
      const at = Number(marker ?? 0);
      return { entries: pages[at] ?? [], nextMarker: at + 1 < pages.length ? String(at + 1) : undefined };
    },
    permission: async (key) => `descriptor of ${key}`,
  };
}

const open: ListingDigests[] = [];
afterEach(async () => {
  for (const digests of open.splice(0)) await digests.close();
});

function digestsOf(reader: ShareReader, tolerated: readonly SharePath[] = []) {
  const directories: DirectoryDigest[] = [];
  const sink = {
    directory: async (digest: DirectoryDigest) => {
      directories.push(digest);
    },
    descriptor: async () => undefined,
  };
  const terms = { filter: EVERYTHING, tolerated };
  const digests = new ListingDigests(reader, emptyShareReader('target'), terms, sink);
  open.push(digests);
  return { source: digests.source, directories };
}

async function list(source: ShareReader, directory: SharePath): Promise<void> {
  let marker: string | undefined;
  do marker = (await source.listPage(directory, marker)).nextMarker;
  while (marker !== undefined);
}

describe('the digest of a directory', () => {
  const [a, b, c] = [entry('a'), entry('b', { size: 5 }), entry('c', {}, 'directory')];

  it('is the same in whatever order and pages its listing comes', async () => {
    const { source, directories } = digestsOf(
      readerOf({ x: [[a, b, c]], y: [[c], [b, a]], z: [[c, a], [], [b]] }),
    );
    for (const path of ['x', 'y', 'z']) await list(source, path);
    expect(new Set(directories.map(({ sha256 }) => sha256)).size).toBe(1);
    expect(directories[0]).toMatchObject({ directory: 'x', files: 2, directories: 1, bytes: 15 });
  });

  it.each<[string, Partial<Entry>]>([
    ['size', { size: 11 }],
    ['creation time', { creationTime: '2026-11-21T05:30:00.1234568Z' }],
    ['last-write time', { lastWriteTime: '2026-11-21T05:30:00.1234568Z' }],
    ['change time', { changeTime: '2026-11-21T05:30:00.1234568Z' }],
    ['attributes', { attributes: 'Archive|Hidden' }],
    ['descriptor', { permissionKey: '2*2' }],
  ])('is another one when an entry has another %s', async (_, change) => {
    const { source, directories } = digestsOf(readerOf({ x: [[a]], y: [[{ ...a, ...change }]] }));
    await list(source, 'x');
    await list(source, 'y');
    expect(directories[0]?.sha256).not.toBe(directories[1]?.sha256);
  });

  it('does not hang on what means something within one share only', async () => {
    const other = { ...a, fileId: '1', etag: '0x1', lastModified: 0 };
    const { source, directories } = digestsOf(readerOf({ x: [[a]], y: [[other]] }));
    await list(source, 'x');
    await list(source, 'y');
    expect(directories[0]?.sha256).toBe(directories[1]?.sha256);
  });

  it('is not given of a listing that was broken off, and is of the next one', async () => {
    const { source, directories } = digestsOf(readerOf({ x: [[a], [b]] }));
    await source.listPage('x', undefined);
    expect(directories).toEqual([]);
    await list(source, 'x');
    expect(directories).toMatchObject([{ files: 2 }]);
  });

  it('leaves out what was tolerated, but not what is in a tolerated directory', async () => {
    const { source, directories } = digestsOf(readerOf({ '': [[a, c]], c: [[a, b]] }), ['a', 'c', 'c/b']);
    await list(source, '');
    await list(source, 'c');
    expect(directories).toMatchObject([
      { directory: '', files: 0, directories: 1, bytes: 0 },
      { directory: 'c', files: 1, bytes: 10 },
    ]);
  });
});

describe('the digest of a share', () => {
  const root = { directory: '', files: 1, directories: 1, bytes: 3, sha256: 'aa' };
  const below = { directory: 'below', files: 2, directories: 0, bytes: 4, sha256: 'bb' };

  async function digestOf(...lines: readonly string[]) {
    const builder = new ShareDigestBuilder();
    for (const line of lines) await builder.add([line]);
    return builder.finish();
  }

  it('adds up its directories in any order, each once however often it comes', async () => {
    const lines = [root, below].map(directoryLine);
    const digest = await digestOf(...lines);
    expect(digest).toMatchObject({ files: 3, directories: 1, bytes: 7 });
    expect(await digestOf(...lines.toReversed(), ...lines, '{"side":"source"}')).toEqual(digest);
  });

  it('is none when a directory is missing, or a line is damaged', async () => {
    expect(await digestOf(directoryLine(root))).toBeUndefined();
    expect(await digestOf(directoryLine(root), '{"directory":"below","fi')).toBeUndefined();
  });
});
