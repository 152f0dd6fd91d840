import type { DirectoryEntry, Entry, FileEntry, Located, LocatedFile } from './entry.ts';
import type { DirectoryNode, EntryNode, FileNode } from './entry-node.ts';
import { resourceNotFound } from './errors.ts';
import { requireNotDeletePending, requireReadable } from './handle-conflicts.ts';
import { describeLease, requireLease } from './lease.ts';
import type { Path } from './options.ts';
import { settleCopies } from './pending-copies.ts';
import type { Share } from './share.ts';
import type { ShareView } from './share-view.ts';
import { findPlace, type Place } from './tree.ts';

export type GetFileOptions = {
  readonly leaseId?: string;
  /** Whether the content is to be read: 409 `SharingViolation`, `FileLockConflict` while an SMB client forbids it. */
  readonly readData?: boolean;
};

/** 404 `ResourceNotFound`, 404 `ParentNotFound` when a directory above is missing, 409 `DeletePending`. */
export function getEntry(view: ShareView, path: Path): Located<Entry> {
  const found = findEntry(view, path);
  if (view.snapshot === undefined) requireNotDeletePending(view.share, found.entry as EntryNode);
  return found;
}

/** As `getEntry`, and also what an SMB client has marked for deletion, which its handles still name. */
export function findEntry(view: ShareView, path: Path): Located<Entry> {
  const root = currentRoot(view);
  if (path.length === 0) return { entry: root, parentId: '0' };
  const { entry, parent } = findPlace(root, path);
  if (entry === undefined) throw resourceNotFound();
  return { entry, parentId: parent.fileId };
}

/** As `getEntry`; a directory is not found. With a lease id that is not the file's: 412. */
export function getFile(view: ShareView, path: Path, options: GetFileOptions = {}): LocatedFile {
  const { entry, parentId } = getEntry(view, path);
  if (entry.kind !== 'file') throw resourceNotFound();
  const node = fileNodeOf(entry);
  if (view.snapshot !== undefined) return { entry, parentId, lease: describeLease(undefined, 0n) };
  if (options.readData === true) requireReadable(view.share, node);
  const lease = view.share.fileLeases.get(node.serial);
  const now = view.share.context.clock.now();
  requireLease(lease, options.leaseId, false, 'file', now);
  return { entry, parentId, lease: describeLease(lease, now) };
}

/** As `getEntry`; a file is not found; the root for an empty path. */
export function getDirectory(view: ShareView, path: Path): Located<DirectoryEntry> {
  const { entry, parentId } = getEntry(view, path);
  if (entry.kind !== 'directory') throw resourceNotFound();
  return { entry, parentId };
}

/** A file with what its place tells, live. */
export function locatedFile(share: Share, place: Place, entry: FileNode): LocatedFile {
  const lease = describeLease(share.fileLeases.get(entry.serial), share.context.clock.now());
  return { entry, parentId: place.parent.fileId, lease };
}

/** Every file entry of a tree is a node; only this folder may know. */
export function fileNodeOf(entry: FileEntry): FileNode {
  return entry as FileNode;
}

/** The live root may have been replaced since the view was taken. */
function currentRoot(view: ShareView): DirectoryNode {
  if (view.snapshot !== undefined) return view.root;
  settleCopies(view.share);
  return view.share.root;
}
