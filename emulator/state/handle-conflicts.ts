import type { EntryNode, FileNode } from './entry-node.ts';
import { cannotDeleteFileOrDirectory, deletePending, fileLockConflict, sharingViolation } from './errors.ts';
import type { PlantedHandle } from './planted-handle.ts';
import type { Share } from './share.ts';

/**
 * Throws 409 `DeletePending` while an SMB client has marked one of these entries for deletion: nobody can open it
 * any more, nor make anything in it; rest/api/storageservices/file-service-error-codes.
 */
export function requireNotDeletePending(share: Share, ...entries: readonly (EntryNode | undefined)[]): void {
  if (share.handles.length === 0) return;
  for (const entry of entries) {
    if (entry !== undefined && handlesOf(share, entry).some((handle) => handle.deletePending)) {
      throw deletePending();
    }
  }
}

/** Throws 409 `SharingViolation` or `FileLockConflict` while an SMB client keeps others from reading a file. */
export function requireReadable(share: Share, file: FileNode): void {
  for (const handle of handlesOf(share, file)) {
    if (handle.sharing === 'none') throw sharingViolation();
    // Whether a lock elsewhere in the file lets a range be read is not documented; refusing is what tools must bear.
    if (handle.lock !== undefined) throw fileLockConflict();
  }
}

/**
 * Throws 409 `SharingViolation` or `FileLockConflict` while an SMB client keeps others from writing a file. A
 * lock anywhere in a file refuses a write anywhere; rest/api/storageservices/put-range.
 */
export function requireWritable(share: Share, file: FileNode): void {
  for (const handle of handlesOf(share, file)) {
    if (handle.sharing === 'none' || handle.sharing === 'read') throw sharingViolation();
    if (handle.lock !== undefined) throw fileLockConflict();
  }
}

/** Throws 409 `SharingViolation` (file) or `CannotDeleteFileOrDirectory` while a handle forbids to delete or rename. */
export function requireDeletable(share: Share, entry: EntryNode): void {
  for (const handle of handlesOf(share, entry)) {
    if (handle.sharing === 'read-write-delete') continue;
    throw entry.kind === 'file' ? sharingViolation() : cannotDeleteFileOrDirectory();
  }
}

function handlesOf(share: Share, entry: EntryNode): readonly PlantedHandle[] {
  if (share.handles.length === 0) return share.handles;
  return share.handles.filter((handle) => handle.serial === entry.serial);
}
