import { READ_ONLY } from './attributes.ts';
import { removeEntry } from './delete-entry.ts';
import type { Entry, Located } from './entry.ts';
import { attributesFor, type EntryNode } from './entry-node.ts';
import {
  directoryNotEmpty,
  invalidHeader,
  pendingCopyOperation,
  readOnlyAttribute,
  resourceAlreadyExists,
  resourceNotFound,
  resourceTypeMismatch,
  sharingViolation,
} from './errors.ts';
import { requireChangeable } from './file-guards.ts';
import { requireDeletable, requireNotDeletePending } from './handle-conflicts.ts';
import { requireLease } from './lease.ts';
import { collationKey } from './names.ts';
import type { Metadata, Path, SmbProperties } from './options.ts';
import { settleCopies } from './pending-copies.ts';
import { applyProperties, currentDefaults, resolveProperties } from './requested-properties.ts';
import type { Share } from './share.ts';
import { requireMetadata } from './share-settings.ts';
import { editEntry, editParent, findPlace, type Place, touchParent } from './tree.ts';

export type RenameOptions = SmbProperties & {
  readonly kind: 'file' | 'directory';
  readonly replaceIfExists?: boolean;
  readonly ignoreReadOnly?: boolean;
  readonly sourceLeaseId?: string;
  readonly destinationLeaseId?: string;
  /** Of a file. */
  readonly contentType?: string;
  readonly metadata?: Metadata;
};

/**
 * Moves a file or a whole directory within its share, in time that does not depend on what is below it. It keeps
 * file id, times (but the change time), permission and lease. A file at the destination is replaced when told
 * to; a directory never is. Another letter case of the own name replaces nothing.
 * 404 `ResourceNotFound`, `ParentNotFound`; 409 `ResourceAlreadyExists`, `ReadOnlyAttribute` (of the file that is
 * replaced), `ResourceTypeMismatch`, `SharingViolation`; 412 lease codes; rest/api/storageservices/rename-file.
 */
export function rename(
  share: Share,
  source: Path,
  destination: Path,
  options: RenameOptions,
): Located<Entry> {
  settleCopies(share);
  if (source.length === 0) throw resourceTypeMismatch();
  const from = findPlace(share.root, source);
  const moving = from.entry;
  if (moving === undefined) throw resourceNotFound();
  if (moving.kind !== options.kind) throw resourceTypeMismatch();
  requireNotDeletePending(share, moving);
  requireMovable(share, source, moving, options);
  if (destination.length === 0) throw resourceAlreadyExists();
  if (isBelow(destination, source)) throw invalidHeader('x-ms-file-rename-source', source.join('/'));
  requireMetadata(options.metadata ?? {});
  const to = findPlace(share.root, destination);
  requireNotDeletePending(share, to.entry, to.parent);
  const replaced = to.entry === moving ? undefined : to.entry;
  if (replaced !== undefined) requireReplaceable(share, replaced, options);
  const now = share.context.clock.stamp();
  const defaults = currentDefaults(moving, now);
  const resolved = resolveProperties(share, moving.kind, to.parent, options, defaults, now);

  if (replaced !== undefined) removeEntry(share, to, replaced);
  const entry = move(share, from, findPlace(share.root, destination), moving, now);
  applyProperties(entry, { ...resolved, attributes: attributesFor(entry.kind, resolved.attributes) });
  entry.modified = now;
  if (options.metadata !== undefined && Object.keys(options.metadata).length > 0) {
    entry.metadata = options.metadata;
  }
  if (options.contentType !== undefined && entry.kind === 'file') {
    entry.headers = { ...entry.headers, contentType: options.contentType };
  }
  return { entry, parentId: to.parent.fileId };
}

function move(share: Share, from: Place, to: Place, moving: EntryNode, now: bigint): EntryNode {
  const entry = editEntry(share, from, moving);
  const oldParent = editParent(share, from);
  oldParent.children.delete(from.key, share.editToken);
  touchParent(share, oldParent, now);
  entry.name = to.name;
  entry.key = to.key;
  const newParent = editParent(share, to);
  newParent.children.set(entry, share.editToken);
  touchParent(share, newParent, now);
  return entry;
}

function requireMovable(share: Share, path: Path, moving: EntryNode, options: RenameOptions): void {
  requireDeletable(share, moving);
  if (moving.kind === 'file') {
    requireChangeable(share, moving, options.sourceLeaseId);
    return;
  }
  for (const handle of share.handles) if (isBelow(handle.path, path)) throw sharingViolation();
  for (const pending of share.pendingCopies.values()) {
    if (isBelow(pending.path, path)) throw pendingCopyOperation();
  }
}

function requireReplaceable(share: Share, replaced: EntryNode, options: RenameOptions): void {
  if (options.replaceIfExists !== true) throw resourceAlreadyExists();
  if (replaced.kind === 'directory') {
    throw replaced.childCount > 0 ? directoryNotEmpty() : resourceAlreadyExists();
  }
  if (options.ignoreReadOnly !== true && (replaced.attributes & READ_ONLY) !== 0) throw readOnlyAttribute();
  const lease = share.fileLeases.get(replaced.serial);
  requireLease(lease, options.destinationLeaseId, true, 'file', share.context.clock.now());
  requireDeletable(share, replaced);
}

function isBelow(path: Path, directory: Path): boolean {
  return (
    path.length > directory.length &&
    directory.every((name, index) => collationKey(name) === collationKey(path[index] ?? ''))
  );
}
