import { randomUUID } from 'node:crypto';
import { READ_ONLY } from './attributes.ts';
import { removeEntry } from './delete-entry.ts';
import type { EntryNode } from './entry-node.ts';
import { cannotDeleteFileOrDirectory, directoryNotEmpty, readOnlyAttribute } from './errors.ts';
import { findEntry, getEntry } from './lookup.ts';
import { collationKey } from './names.ts';
import type { Path } from './options.ts';
import type { HandleSharing, PlantedHandle } from './planted-handle.ts';
import type { Share } from './share.ts';
import type { ShareView } from './share-view.ts';
import type { Ticks } from './ticks.ts';
import { findPlace } from './tree.ts';

export type PlantHandleOptions = {
  /** What others may do meanwhile; `read-write`, which refuses deletion and renaming, unless given. */
  readonly share?: HandleSharing;
  /** A byte-range lock, end exclusive: reads and writes of the file get 409 `FileLockConflict`. */
  readonly lock?: { readonly start: number; readonly end: number };
  /**
   * Marks the entry for deletion: requests for it get 409 `DeletePending`, listings leave it out, and it is gone
   * once its last handle is closed.
   */
  readonly deletePending?: boolean;
  readonly clientIp?: string;
};

export type Handle = {
  readonly handleId: string;
  /** Below the share's root, with slashes; empty for the root. */
  readonly path: string;
  readonly fileId: string;
  readonly parentId: string;
  readonly sessionId: string;
  readonly clientIp: string;
  readonly openTime: Ticks;
};

export type ListHandlesOptions = {
  readonly recursive?: boolean;
  /** Handle id to start with. */
  readonly marker?: string;
  readonly maxResults?: number;
};

export type HandlePage = { readonly handles: readonly Handle[]; readonly nextMarker?: string };

/**
 * Opens a file or directory as an SMB client would. 409 `ReadOnlyAttribute`, `DirectoryNotEmpty` for what cannot be
 * marked for deletion, 409 `DeletePending` for what is so marked already.
 */
export function plantHandle(share: Share, path: Path, options: PlantHandleOptions = {}): Handle {
  const { entry, parentId } = getEntry(share.view(), path);
  const deletePending = options.deletePending ?? false;
  if (deletePending) requireMarkable(entry as EntryNode);
  const planted: PlantedHandle = {
    handleId: String(BigInt(`0x${randomUUID().replaceAll('-', '').slice(0, 15)}`)),
    sessionId: String(BigInt(`0x${randomUUID().replaceAll('-', '').slice(0, 15)}`)),
    clientIp: options.clientIp ?? '127.0.0.1:445',
    openTime: share.context.clock.now(),
    serial: (entry as EntryNode).serial,
    parentId,
    fileId: entry.fileId,
    path,
    sharing: options.share ?? 'read-write',
    lock: options.lock,
    deletePending,
  };
  share.handles = [...share.handles, planted].sort((a, b) => (a.handleId < b.handleId ? -1 : 1));
  return shown(planted);
}

/** Handles of an entry and, when told, of all below it; rest/api/storageservices/list-handles. */
export function listHandles(view: ShareView, path: Path, options: ListHandlesOptions = {}): HandlePage {
  findEntry(view, path);
  const found = handlesAt(view, path, options.recursive ?? false);
  const start = options.marker === undefined ? 0 : found.findIndex((h) => h.handleId === options.marker);
  const from = found.slice(start < 0 ? found.length : start);
  const page = from.slice(0, options.maxResults ?? from.length).map(shown);
  const next = from[page.length];
  return next === undefined ? { handles: page } : { handles: page, nextMarker: next.handleId };
}

/**
 * Closes one handle by id, or all with `*`; returns how many were closed. What is marked for deletion goes with its
 * last handle; rest/api/storageservices/force-close-handles.
 */
export function closeHandles(
  view: ShareView,
  path: Path,
  handleId: string,
  options: { readonly recursive?: boolean } = {},
): number {
  findEntry(view, path);
  const closing = new Set(
    handlesAt(view, path, options.recursive ?? false).filter(
      (h) => handleId === '*' || h.handleId === handleId,
    ),
  );
  view.share.handles = view.share.handles.filter((handle) => !closing.has(handle));
  for (const handle of closing) if (handle.deletePending) deleteWhenLast(view.share, handle);
  return closing.size;
}

/** The mark is the entry's: while other handles are open, it lives on in them. */
function deleteWhenLast(share: Share, closed: PlantedHandle): void {
  if (share.handles.some(({ serial }) => serial === closed.serial)) {
    share.handles = share.handles.map((handle) =>
      handle.serial === closed.serial ? { ...handle, deletePending: true } : handle,
    );
    return;
  }
  const place = findPlace(share.root, closed.path);
  if (place.entry?.serial === closed.serial) removeEntry(share, place, place.entry);
}

function requireMarkable(entry: EntryNode): void {
  if (entry.serial === 0) throw cannotDeleteFileOrDirectory();
  if (entry.kind === 'directory' && entry.childCount > 0) throw directoryNotEmpty();
  if ((entry.attributes & READ_ONLY) !== 0) throw readOnlyAttribute();
}

function handlesAt(view: ShareView, path: Path, recursive: boolean): PlantedHandle[] {
  // A handle is open on the live share alone.
  if (view.snapshot !== undefined) return [];
  const wanted = path.map(collationKey);
  return view.share.handles.filter((handle) => {
    if (handle.path.length < wanted.length || (!recursive && handle.path.length > wanted.length))
      return false;
    return wanted.every((key, index) => collationKey(handle.path[index] ?? '') === key);
  });
}

function shown(handle: PlantedHandle): Handle {
  const { handleId, path, fileId, parentId, sessionId, clientIp, openTime } = handle;
  return { handleId, path: path.join('/'), fileId, parentId, sessionId, clientIp, openTime };
}
