import { READ_ONLY } from './attributes.ts';
import { dataBytes } from './content.ts';
import type { EntryNode } from './entry-node.ts';
import {
  cannotDeleteFileOrDirectory,
  directoryNotEmpty,
  readOnlyAttribute,
  resourceNotFound,
  resourceTypeMismatch,
} from './errors.ts';
import { liveFile } from './file-guards.ts';
import { requireDeletable, requireNotDeletePending } from './handle-conflicts.ts';
import { requireLease } from './lease.ts';
import type { Path } from './options.ts';
import { cancelCopy, settleCopies } from './pending-copies.ts';
import type { Share } from './share.ts';
import { editParent, findPlace, type Place, touchParent } from './tree.ts';

export type DeleteOptions = { readonly leaseId?: string };

/** 404 `ResourceNotFound`, 409 `ReadOnlyAttribute`, `SharingViolation`; 412 lease codes. A pending copy ends. */
export function deleteFile(share: Share, path: Path, options: DeleteOptions = {}): void {
  const { place, file } = liveFile(share, path);
  requireLease(share.fileLeases.get(file.serial), options.leaseId, true, 'file', share.context.clock.now());
  if ((file.attributes & READ_ONLY) !== 0) throw readOnlyAttribute();
  requireDeletable(share, file);
  removeEntry(share, place, file);
}

/** 409 `DirectoryNotEmpty`, `ReadOnlyAttribute`, `DeletePending`, `CannotDeleteFileOrDirectory` (also for the root). */
export function deleteDirectory(share: Share, path: Path): void {
  settleCopies(share);
  if (path.length === 0) throw cannotDeleteFileOrDirectory();
  const place = findPlace(share.root, path);
  if (place.entry === undefined) throw resourceNotFound();
  if (place.entry.kind !== 'directory') throw resourceTypeMismatch();
  requireNotDeletePending(share, place.entry);
  if (place.entry.childCount > 0) throw directoryNotEmpty();
  if ((place.entry.attributes & READ_ONLY) !== 0) throw readOnlyAttribute();
  requireDeletable(share, place.entry);
  removeEntry(share, place, place.entry);
}

/** Takes an entry that may be deleted out of the live tree, with what is kept about it elsewhere. */
export function removeEntry(share: Share, place: Place, entry: EntryNode): void {
  const parent = editParent(share, place);
  parent.children.delete(place.key, share.editToken);
  touchParent(share, parent, share.context.clock.stamp());
  if (entry.kind !== 'file') return;
  share.useBytes(-dataBytes(entry.content));
  share.fileLeases.delete(entry.serial);
  cancelCopy(share, entry);
}
