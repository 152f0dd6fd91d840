import type { DirectoryEntry, Entry, Located } from './entry.ts';
import type { DirectoryNode } from './entry-node.ts';
import { getDirectory } from './lookup.ts';
import { collationKey } from './names.ts';
import type { Path } from './options.ts';
import type { ShareView } from './share-view.ts';

export type ListEntriesOptions = {
  /** Compared without case. */
  readonly prefix?: string;
  /** Name to start with, which need not exist any more. */
  readonly marker?: string;
  /** 5,000 unless given. */
  readonly maxResults?: number;
};

export type EntryPage = {
  readonly directory: Located<DirectoryEntry>;
  /** Files and directories in one order, by name without case. */
  readonly entries: readonly Entry[];
  /** Name of the first entry of the next page. */
  readonly nextMarker?: string;
};

const DEFAULT_PAGE = 5000;

/** 404 `ResourceNotFound`, `ParentNotFound`; rest/api/storageservices/list-directories-and-files. */
export function listEntries(view: ShareView, path: Path, options: ListEntriesOptions = {}): EntryPage {
  const directory = getDirectory(view, path);
  const node = directory.entry as DirectoryNode;
  const maxResults = options.maxResults ?? DEFAULT_PAGE;
  const prefix = collationKey(options.prefix ?? '');
  const marker = collationKey(options.marker ?? '');
  const hidden = deletePendingSerials(view);
  const listed = node.children.slice(marker > prefix ? marker : prefix, maxResults + 1 + hidden.size);
  const found = hidden.size === 0 ? listed : listed.filter(({ serial }) => !hidden.has(serial));
  const end = found.findIndex((entry) => !entry.key.startsWith(prefix));
  const entries = end < 0 ? found : found.slice(0, end);
  const next = entries[maxResults];
  if (next === undefined) return { directory, entries };
  return { directory, entries: entries.slice(0, maxResults), nextMarker: next.name };
}

const NONE: ReadonlySet<number> = new Set();

/** What an SMB client has marked for deletion is not listed; rest/api/storageservices/managing-file-locks. */
function deletePendingSerials({ share, snapshot }: ShareView): ReadonlySet<number> {
  if (snapshot !== undefined || share.handles.length === 0) return NONE;
  return new Set(share.handles.filter(({ deletePending }) => deletePending).map(({ serial }) => serial));
}
