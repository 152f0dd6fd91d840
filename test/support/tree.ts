import { createHash } from 'node:crypto';
import {
  type Entry,
  type FileEntry,
  formatAttributes,
  formatTicks,
  listEntries,
  listRanges,
  readContent,
  type Share,
  type ShareView,
} from '../../emulator/state/index.ts';

/** What two entries have to agree on when one is a backup of the other. */
export interface TreeEntry {
  readonly kind: 'file' | 'directory';
  readonly size: number;
  readonly content: string;
  readonly attributes: string;
  readonly creationTime: string;
  readonly lastWriteTime: string;
  readonly changeTime: string;
  readonly permission: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

export interface ReadTreeOptions {
  /** Leaves contents out, for shares with files too large to read. */
  readonly withoutContent?: boolean;
}

const SYSTEM_FOLDER = '.sharepair';

/**
 * Reads a whole tree straight from the emulator's state, past everything that is under test: every entry by
 * its path, the root as the empty path, Sharepair's own folder left out.
 */
export function readTree(
  share: Share,
  snapshot?: string,
  options: ReadTreeOptions = {},
): Map<string, TreeEntry> {
  const view = share.view(snapshot);
  const tree = new Map<string, TreeEntry>();
  const visit = (path: readonly string[]): void => {
    let marker: string | undefined;
    do {
      const page = listEntries(view, path, marker === undefined ? {} : { marker });
      if (path.length === 0 && marker === undefined)
        tree.set('', describe(view, path, page.directory.entry, options));
      for (const entry of page.entries) {
        if (path.length === 0 && entry.name === SYSTEM_FOLDER) continue;
        const below = [...path, entry.name];
        tree.set(below.join('/'), describe(view, below, entry, options));
        if (entry.kind === 'directory') visit(below);
      }
      marker = page.nextMarker;
    } while (marker !== undefined);
  };
  visit([]);
  return tree;
}

/** The tree as plain objects, so that a comparison shows which entry differs in what. */
export function comparable(tree: Map<string, TreeEntry>): Record<string, TreeEntry> {
  return Object.fromEntries([...tree].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function describe(
  view: ShareView,
  path: readonly string[],
  entry: Entry,
  options: ReadTreeOptions,
): TreeEntry {
  return {
    kind: entry.kind,
    size: entry.kind === 'file' ? entry.size : 0,
    content: entry.kind === 'file' && options.withoutContent !== true ? digest(view, path, entry) : '',
    attributes: formatAttributes(entry.attributes),
    creationTime: formatTicks(entry.creationTime),
    lastWriteTime: formatTicks(entry.lastWriteTime),
    changeTime: formatTicks(entry.changeTime),
    permission: view.share.getPermission(entry.permissionKey, 'Sddl'),
    metadata: entry.metadata,
    headers: entry.kind === 'file' ? entry.headers : {},
  };
}

/** Holes and zeros that were written are the same to whoever reads; windows of nothing else are left out. */
function digest(view: ShareView, path: readonly string[], file: FileEntry): string {
  const hash = createHash('sha256');
  for (const window of windowsWithData(view, path)) {
    const start = window * WINDOW_BYTES;
    const end = Math.min(start + WINDOW_BYTES, file.size);
    const bytes = Buffer.concat([...readContent(file, start, end)]);
    if (!bytes.equals(ZEROS.subarray(0, bytes.length))) hash.update(`${window}:`).update(bytes);
  }
  return hash.digest('hex');
}

const WINDOW_BYTES = 65_536;
const ZEROS = Buffer.alloc(WINDOW_BYTES);

/** By number, in order. */
function windowsWithData(view: ShareView, path: readonly string[]): Set<number> {
  const windows = new Set<number>();
  for (const { start, end } of listRanges(view, path).ranges) {
    for (let at = Math.floor(start / WINDOW_BYTES); at * WINDOW_BYTES < end; at += 1) windows.add(at);
  }
  return windows;
}
