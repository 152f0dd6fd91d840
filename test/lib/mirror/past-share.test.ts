import { describe, expect, it } from 'vitest';
import { emptyShareReader } from '../../../lib/files/empty-share-reader.ts';
import { PastShare } from '../../../lib/mirror/past-share.ts';
import { entry } from '../../support/entries.ts';

/** A snapshot in which every directory holds so many files, counting the listings that are asked for. */
function pastShare(files: number) {
  const listed: string[] = [];
  const names = Array.from({ length: files }, (_, index) => `File ${index}`);
  const past = new PastShare({
    ...emptyShareReader('share'),
    snapshot: '2026-11-21T05:30:00.0000000Z',
    listPage: async (directory) => {
      listed.push(directory);
      return { entries: names.map((name) => entry(name)), nextMarker: undefined };
    },
    file: async (path) => ({ ...(await emptyShareReader('s').directory('')), entry: entry(path) }),
  });
  return { past, listed };
}

describe('PastShare', () => {
  it('lists a directory once for all of its entries, whoever asks at the same time', async () => {
    const { past, listed } = pastShare(3);
    const found = await Promise.all(
      ['File 0', 'File 1', 'File 2'].map((name) => past.find(`d/${name}`, 'file')),
    );
    expect(found.map((one) => one?.name)).toEqual(['File 0', 'File 1', 'File 2']);
    expect(listed).toEqual(['d']);
  });

  it('finds an entry under another spelling, and none of another kind', async () => {
    const { past } = pastShare(1);
    expect(await past.find('d/FILE 0', 'file')).toMatchObject({ name: 'File 0' });
    expect(await past.find('d/File 0', 'directory')).toBeUndefined();
    expect(await past.find('d/other', 'file')).toBeUndefined();
  });

  it('remembers directories still after many were asked for at once', async () => {
    const { past, listed } = pastShare(5000);
    await Promise.all(Array.from({ length: 64 }, (_, index) => past.find(`${index}/File 0`, 'file')));
    listed.length = 0;
    for (let turn = 0; turn < 50; turn += 1) {
      await past.find('a/File 1', 'file');
      await past.find('b/File 1', 'file');
    }
    expect(listed).toEqual(['a', 'b']);
  });

  it('asks for each entry by itself in a directory that is too large to keep', async () => {
    const { past, listed } = pastShare(20_001);
    expect(await past.find('d/File 7', 'file')).toMatchObject({ name: 'd/File 7' });
    await past.find('d/File 8', 'file');
    expect(listed).toEqual(['d']);
  });
});
