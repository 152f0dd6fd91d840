import { setImmediate } from 'node:timers/promises';
import { emptyShareReader } from '../../lib/files/empty-share-reader.ts';
import type { Entry, EntryKind, EntryProperties } from '../../lib/files/entry.ts';
import { type ListingPage, parseListingPage } from '../../lib/files/listing-page.ts';
import { baseName, type SharePath } from '../../lib/files/paths.ts';
import type { ShareReader } from '../../lib/files/share-reader.ts';

/** What every directory of one depth holds. */
export interface GeneratedLevel {
  readonly directories: number;
  readonly files: number;
}

export interface GeneratedTree {
  readonly seed: number;
  /** The root directory's level first; directories of the last one have no directories. */
  readonly levels: readonly GeneratedLevel[];
}

export interface GeneratedSide {
  readonly share: string;
  /** Two sides with different prefixes have no name in common. */
  readonly prefix?: string;
}

/** Trees that grow without bounds in one way each; `files` or directories in all, in whole thousands. */
export const GENERATED_TREES = {
  /** 1,000 files in each directory. */
  broad: (entries: number) => treeOf([entries / 1000, 0], [0, 999]),
  oneDirectory: (entries: number) => treeOf([0, entries]),
  subdirectories: (entries: number) => treeOf([entries, 0], [0, 0]),
  /** 100 directories, each in the one before it. */
  deep: (entries: number) => treeOf(...levels(100, [1, entries / 100 - 1]), [0, 0]),
} as const;

export type GeneratedTreeName = keyof typeof GENERATED_TREES;

/** How many entries a tree has, the root not counted. */
export function countGenerated({ levels }: GeneratedTree): number {
  let parents = 1;
  let count = 0;
  for (const { directories, files } of levels) {
    count += parents * (directories + files);
    parents *= directories;
  }
  return count;
}

/**
 * A share of any size that is computed as it is read, from a seed: two of the same seed are equal but for what
 * is never equal on two shares, which is file ids, ETags and permission keys. Nothing of it is stored.
 */
export function generatedShare(tree: GeneratedTree, { share, prefix = '' }: GeneratedSide): ShareReader {
  const entryAt = (directory: SharePath, kind: EntryKind, index: number): Entry => {
    const name = `${prefix}${kind === 'file' ? 'file' : 'directory'}-${String(index).padStart(9, '0')}`;
    return describe(tree.seed, share, directory, kind, name);
  };
  return {
    ...emptyShareReader(share),
    async listPage(directory: SharePath, marker: string | undefined): Promise<ListingPage> {
      // As with a service, an answer comes in a later turn of the event loop.
      await setImmediate();
      const { directories, files } = levelOf(tree, directory);
      const from = Number(marker ?? 0);
      const to = Math.min(from + PAGE, directories + files);
      let entries = '';
      for (let at = from; at < to; at += 1) {
        const isDirectory = at < directories;
        entries += toXml(
          entryAt(directory, isDirectory ? 'directory' : 'file', isDirectory ? at : at - directories),
        );
      }
      const next = to < directories + files ? String(to) : '';
      // By way of the bytes of a page, so that what a reader needs for them is part of what is measured.
      const page = `<EnumerationResults><Entries>${entries}</Entries><NextMarker>${next}</NextMarker></EnumerationResults>`;
      return parseListingPage(Buffer.from(page, 'latin1'));
    },
    directory: async (path: SharePath): Promise<EntryProperties> => ({
      ...UNLISTED,
      entry: describe(tree.seed, share, path, 'directory', baseName(path)),
    }),
    permission: async (key: string) => key.slice(key.indexOf('*') + 1),
  };
}

const PAGE = 5000;
const FIRST_MODIFIED = Date.UTC(2026, 10, 21);
const DATES = 100;
const MODIFIED = Array.from({ length: DATES }, (_, second) =>
  new Date(FIRST_MODIFIED + second * 1000).toUTCString(),
);

function levelOf({ levels }: GeneratedTree, directory: SharePath): GeneratedLevel {
  const depth = directory === '' ? 0 : directory.split('/').length;
  return levels[depth] ?? { directories: 0, files: 0 };
}

function describe(seed: number, share: string, directory: SharePath, kind: EntryKind, name: string): Entry {
  const random = hashOf(`${seed}/${directory}/${name}`);
  const own = hashOf(`${share}/${random}`);
  const time = (salt: number) => {
    const ticks = String((random ^ salt) >>> 0).padStart(10, '0');
    return `20${ticks.slice(0, 2)}-11-21T05:30:0${ticks.slice(2, 3)}.${ticks.slice(3)}Z`;
  };
  return {
    name,
    kind,
    fileId: `${9_000_000_000 + own}${random}`,
    size: kind === 'file' ? random % 100_000 : 0,
    creationTime: time(0),
    lastWriteTime: time(0x5555),
    changeTime: time(0xaaaa),
    attributes: kind === 'file' ? 'Archive' : '',
    // Both shares know the same hundred descriptors, by keys of their own.
    permissionKey: `${share}*O:SYG:SYD:(A;;FA;;;S-1-5-21-${random % 100})`,
    lastModified: FIRST_MODIFIED + (random % DATES) * 1000,
    etag: `0x8D${own.toString(16).toUpperCase()}${random.toString(16)}`,
  };
}

function toXml(entry: Entry): string {
  const tag = entry.kind === 'file' ? 'File' : 'Directory';
  const size = entry.kind === 'file' ? `<Content-Length>${entry.size}</Content-Length>` : '';
  return (
    `<${tag}><Name>${entry.name}</Name><FileId>${entry.fileId}</FileId><Properties>${size}` +
    `<CreationTime>${entry.creationTime}</CreationTime><LastAccessTime>${entry.lastWriteTime}</LastAccessTime>` +
    `<LastWriteTime>${entry.lastWriteTime}</LastWriteTime><ChangeTime>${entry.changeTime}</ChangeTime>` +
    `<Last-Modified>${MODIFIED[(entry.lastModified - FIRST_MODIFIED) / 1000]}</Last-Modified><Etag>"${entry.etag}"</Etag>` +
    `</Properties><Attributes>${entry.attributes}</Attributes>` +
    `<PermissionKey>${entry.permissionKey}</PermissionKey></${tag}>`
  );
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

const UNLISTED = {
  contentType: undefined,
  contentEncoding: undefined,
  contentLanguage: undefined,
  contentDisposition: undefined,
  cacheControl: undefined,
  contentMd5: undefined,
  metadata: {},
  copy: undefined,
};

function treeOf(...all: readonly (readonly [number, number])[]): GeneratedTree {
  return { seed: 1, levels: all.map(([directories, files]) => ({ directories, files })) };
}

function levels(count: number, level: readonly [number, number]): (readonly [number, number])[] {
  return Array.from({ length: count }, () => level);
}
