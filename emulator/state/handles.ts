import { randomUUID } from 'node:crypto';
import type { EntryNode } from './entry-node.ts';
import { getEntry } from './lookup.ts';
import { collationKey } from './names.ts';
import type { Path } from './options.ts';
import type { HandleSharing, PlantedHandle } from './planted-handle.ts';
import type { Share } from './share.ts';
import type { ShareView } from './share-view.ts';
import type { Ticks } from './ticks.ts';

export type PlantHandleOptions = {
  /** What others may do meanwhile; `read-write`, which refuses deletion and renaming, unless given. */
  readonly share?: HandleSharing;
  /** A byte-range lock, end exclusive: reads and writes of the file get 409 `FileLockConflict`. */
  readonly lock?: { readonly start: number; readonly end: number };
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

/** Opens a file or directory as an SMB client would. */
export function plantHandle(share: Share, path: Path, options: PlantHandleOptions = {}): Handle {
  const { entry, parentId } = getEntry(share.view(), path);
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
  };
  share.handles = [...share.handles, planted].sort((a, b) => (a.handleId < b.handleId ? -1 : 1));
  return shown(planted);
}

/** Handles of an entry and, when told, of all below it; rest/api/storageservices/list-handles. */
export function listHandles(view: ShareView, path: Path, options: ListHandlesOptions = {}): HandlePage {
  getEntry(view, path);
  const found = handlesAt(view, path, options.recursive ?? false);
  const start = options.marker === undefined ? 0 : found.findIndex((h) => h.handleId === options.marker);
  const from = found.slice(start < 0 ? found.length : start);
  const page = from.slice(0, options.maxResults ?? from.length).map(shown);
  const next = from[page.length];
  return next === undefined ? { handles: page } : { handles: page, nextMarker: next.handleId };
}

/** Closes one handle by id, or all with `*`; returns how many were closed; rest/api/storageservices/force-close-handles. */
export function closeHandles(
  view: ShareView,
  path: Path,
  handleId: string,
  options: { readonly recursive?: boolean } = {},
): number {
  getEntry(view, path);
  const closing = new Set(
    handlesAt(view, path, options.recursive ?? false).filter(
      (h) => handleId === '*' || h.handleId === handleId,
    ),
  );
  view.share.handles = view.share.handles.filter((handle) => !closing.has(handle));
  return closing.size;
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
