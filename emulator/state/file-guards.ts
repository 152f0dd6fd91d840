import { READ_ONLY } from './attributes.ts';
import type { FileNode } from './entry-node.ts';
import { pendingCopyOperation, readOnlyAttribute, resourceNotFound, resourceTypeMismatch } from './errors.ts';
import { requireDeletable, requireNotDeletePending, requireWritable } from './handle-conflicts.ts';
import { requireLease } from './lease.ts';
import type { Path } from './options.ts';
import { settleCopies } from './pending-copies.ts';
import type { Share } from './share.ts';
import { findPlace, type Place } from './tree.ts';

/**
 * The place and the node of a live file. 404 `ResourceNotFound`, `ParentNotFound`; 409 `ResourceTypeMismatch`,
 * `DeletePending`.
 */
export function liveFile(share: Share, path: Path): { readonly place: Place; readonly file: FileNode } {
  settleCopies(share);
  if (path.length === 0) throw resourceTypeMismatch();
  const place = findPlace(share.root, path);
  if (place.entry === undefined) throw resourceNotFound();
  if (place.entry.kind !== 'file') throw resourceTypeMismatch();
  requireNotDeletePending(share, place.entry);
  return { place, file: place.entry };
}

/** 412 lease codes, 409 `PendingCopyOperation`: what holds for every change of a file. */
export function requireChangeable(share: Share, file: FileNode, leaseId: string | undefined): void {
  const lease = share.fileLeases.get(file.serial);
  requireLease(lease, leaseId, true, 'file', share.context.clock.now());
  if (file.copy?.status === 'pending') throw pendingCopyOperation();
}

/** As `requireChangeable`, and 409 `ReadOnlyAttribute`, `SharingViolation`, `FileLockConflict`. */
export function requireContentChangeable(share: Share, file: FileNode, leaseId: string | undefined): void {
  requireChangeable(share, file, leaseId);
  if ((file.attributes & READ_ONLY) !== 0) throw readOnlyAttribute();
  requireWritable(share, file);
}

/** Of a file that another takes the place of. */
export function requireReplaceable(
  share: Share,
  file: FileNode,
  leaseId: string | undefined,
  ignoreReadOnly: boolean,
): void {
  requireChangeable(share, file, leaseId);
  if (!ignoreReadOnly && (file.attributes & READ_ONLY) !== 0) throw readOnlyAttribute();
  requireWritable(share, file);
  requireDeletable(share, file);
}
