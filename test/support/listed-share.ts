import { emptyShareReader } from '../../lib/files/empty-share-reader.ts';
import type { Entry } from '../../lib/files/entry.ts';
import type { ListingPage } from '../../lib/files/listing-page.ts';
import type { ShareReader } from '../../lib/files/share-reader.ts';
import { entry } from './entries.ts';

/** A share in memory: its files by path, listed so many entries at a time in the order in which they are given. */
export function listedShare(files: ReadonlyMap<string, Buffer>, pageSize: number): ShareReader {
  const listings = new Map<string, Map<string, Entry>>([['', new Map()]]);
  for (const [path, bytes] of files) {
    const names = path.split('/');
    for (const [depth, name] of names.entries()) {
      const below = names.slice(0, depth + 1).join('/');
      const listing = listings.get(names.slice(0, depth).join('/'));
      const isFile = depth === names.length - 1;
      if (!isFile && !listings.has(below)) listings.set(below, new Map());
      listing?.set(name, isFile ? entry(name, { size: bytes.length }) : entry(name, {}, 'directory'));
    }
  }
  const listPage = async (directory: string, marker: string | undefined): Promise<ListingPage> => {
    const entries = [...(listings.get(directory)?.values() ?? [])];
    const from = Number(marker ?? 0);
    const next = from + pageSize;
    return {
      entries: entries.slice(from, next),
      nextMarker: next < entries.length ? String(next) : undefined,
    };
  };
  return {
    ...emptyShareReader('share'),
    listPage,
    read: async (path, { start, end }) => {
      await new Promise((resolve) => setImmediate(resolve));
      return (files.get(path) ?? Buffer.alloc(0)).subarray(start, end + 1);
    },
  };
}
