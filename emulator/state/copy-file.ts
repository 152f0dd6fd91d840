import { randomUUID } from 'node:crypto';
import { ARCHIVE, type Attributes } from './attributes.ts';
import { dataBytes } from './content.ts';
import { addFile, emptyFile } from './create-entry.ts';
import type { CopyState, LocatedFile } from './entry.ts';
import { attributesFor, type DirectoryNode } from './entry-node.ts';
import { copyIdMismatch, noPendingCopyOperation, resourceTypeMismatch } from './errors.ts';
import type { FileSource } from './file-content.ts';
import { liveFile, requireReplaceable } from './file-guards.ts';
import { requireNotDeletePending } from './handle-conflicts.ts';
import { requireLease } from './lease.ts';
import { fileNodeOf, locatedFile } from './lookup.ts';
import type { Metadata, Path, PermissionFormat } from './options.ts';
import { dropCopy, finishCopy, type PendingCopy, settleCopies } from './pending-copies.ts';
import { applyProperties, type ResolvedProperties, resolvePermission } from './requested-properties.ts';
import type { Share } from './share.ts';
import { requireMetadata } from './share-settings.ts';
import type { Ticks } from './ticks.ts';
import { editEntry, findPlace } from './tree.ts';

export type CopyFileOptions = {
  readonly leaseId?: string;
  /** The source URL as properties show it. */
  readonly sourceUrl: string;
  /** Any name given: the source's metadata is not copied. */
  readonly metadata?: Metadata;
  /** `inherit` unless given. */
  readonly permission?:
    | 'source'
    | 'inherit'
    | { readonly key: string }
    | { readonly text: string; readonly format: PermissionFormat };
  /** The source's unless given. Archive is added, whatever is given: the service has been seen to do so. */
  readonly attributes?: 'source' | Attributes;
  /** The source's unless given, as the service has been seen to do (the documentation says now). */
  readonly creationTime?: 'source' | 'now' | Ticks;
  /** As the creation time. */
  readonly lastWriteTime?: 'source' | 'now' | Ticks;
  /** Now unless given. */
  readonly changeTime?: 'source' | 'now' | Ticks;
  readonly ignoreReadOnly?: boolean;
  readonly setArchive?: boolean;
};

/**
 * Copy File: empties or creates the destination and copies at once or as the state's copy mode says. The source
 * may be of another account or of a snapshot; its content is shared, not copied. An existing destination keeps
 * file id, lease and name. 404 `ParentNotFound`, 409 `ReadOnlyAttribute`, `SharingViolation`,
 * `PendingCopyOperation`, `ResourceTypeMismatch`, 412 lease codes; rest/api/storageservices/copy-file.
 */
export function copyFile(
  share: Share,
  path: Path,
  source: FileSource,
  options: CopyFileOptions,
): LocatedFile & { readonly copy: CopyState } {
  settleCopies(share);
  const from = fileNodeOf(source.entry);
  const place = findPlace(share.root, path);
  const existing = place.entry;
  requireNotDeletePending(share, existing, place.parent);
  if (existing !== undefined) {
    if (existing.kind !== 'file') throw resourceTypeMismatch();
    requireReplaceable(share, existing, options.leaseId, options.ignoreReadOnly ?? false);
  }
  const metadata = givenMetadata(options.metadata) ?? from.metadata;
  requireMetadata(metadata);
  // Taken before the destination is emptied, which may be the source itself.
  const content = from.shareContent();
  const size = from.size;
  const now = share.context.clock.stamp();
  const properties = copiedProperties(share, place.parent, source, options, now);
  share.useBytes(dataBytes(content) - (existing === undefined ? 0 : dataBytes(existing.content)));

  const file =
    existing === undefined ? addFile(share, place, now) : emptyFile(share, editEntry(share, place, existing));
  applyProperties(file, properties);
  file.modified = now;
  file.metadata = metadata;
  file.headers = from.headers;
  file.copiedAt = share.context.contentVersion;
  const copy: CopyState = {
    id: randomUUID(),
    status: 'pending',
    source: options.sourceUrl,
    bytesCopied: 0,
    totalBytes: size,
  };
  file.copy = copy;
  const { clock, copyMode } = share.context;
  if (copyMode === 'sync') {
    file.copy = { ...copy, status: 'success', bytesCopied: size, completionTime: now };
    file.size = size;
    file.content = content;
    file.ownsContent = false;
  } else {
    const duration = copyMode === 'until-told' ? undefined : copyMode.pendingMs;
    share.pendingCopies.set(file.serial, { path, content, size, start: clock.now(), duration });
  }
  return { ...locatedFile(share, place, file), copy: file.copy };
}

/** Leaves an empty file with its metadata. 409 `NoPendingCopyOperation`, 409 `CopyIdMismatch` for another id. */
export function abortCopy(
  share: Share,
  path: Path,
  copyId: string,
  options: { readonly leaseId?: string } = {},
): void {
  const { place, file, pending } = pendingAt(share, path);
  requireLease(share.fileLeases.get(file.serial), options.leaseId, true, 'file', share.context.clock.now());
  if (file.copy?.id !== copyId) throw copyIdMismatch();
  dropCopy(share, place, file, pending, { status: 'aborted' });
}

/** Ends a pending copy with success. 409 `NoPendingCopyOperation`. */
export function completeCopy(share: Share, path: Path): void {
  const { place, file, pending } = pendingAt(share, path);
  finishCopy(share, place, file, pending);
}

/** Ends a pending copy with failure, which leaves an empty file. 409 `NoPendingCopyOperation`. */
export function failCopy(
  share: Share,
  path: Path,
  description = '500 OperationCancelled "Copy failed."',
): void {
  const { place, file, pending } = pendingAt(share, path);
  dropCopy(share, place, file, pending, { status: 'failed', statusDescription: description });
}

function pendingAt(share: Share, path: Path) {
  const { place, file } = liveFile(share, path);
  const pending: PendingCopy | undefined = share.pendingCopies.get(file.serial);
  if (pending === undefined) throw noPendingCopyOperation();
  return { place, file, pending };
}

function givenMetadata(metadata: Metadata | undefined): Metadata | undefined {
  return metadata !== undefined && Object.keys(metadata).length > 0 ? metadata : undefined;
}

function copiedProperties(
  share: Share,
  parent: DirectoryNode,
  source: FileSource,
  options: CopyFileOptions,
  now: Ticks,
): ResolvedProperties {
  const { entry } = source;
  const given = options.attributes ?? 'source';
  return {
    attributes: attributesFor('file', (given === 'source' ? entry.attributes : given) | ARCHIVE),
    permissionKey: copiedPermission(share, parent, source, options.permission ?? 'inherit'),
    creationTime: copiedTime(options.creationTime ?? 'source', entry.creationTime, now),
    lastWriteTime: copiedTime(options.lastWriteTime ?? 'source', entry.lastWriteTime, now),
    changeTime: copiedTime(options.changeTime ?? 'now', entry.changeTime, now),
  };
}

function copiedTime(given: 'source' | 'now' | Ticks, ofSource: Ticks, now: Ticks): Ticks {
  if (given === 'source') return ofSource;
  return given === 'now' ? now : given;
}

/** Keys mean nothing in another share, so a source's permission goes by its text. */
function copiedPermission(
  share: Share,
  parent: DirectoryNode,
  source: FileSource,
  given: NonNullable<CopyFileOptions['permission']>,
): string {
  if (given !== 'source') return resolvePermission(share, 'file', parent, given, parent.permissionKey);
  const from = source.view.share;
  if (from === share) return source.entry.permissionKey;
  return share.permissions.create(from.permissions.get(source.entry.permissionKey, 'Sddl'), 'Sddl');
}
