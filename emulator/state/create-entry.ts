import { ARCHIVE } from './attributes.ts';
import { dataBytes, hole, storedBytes } from './content.ts';
import type { DirectoryEntry, Located, LocatedFile } from './entry.ts';
import { attributesFor, DEFAULT_HEADERS, DirectoryNode, FileNode } from './entry-node.ts';
import { invalidHeader, resourceAlreadyExists, resourceTypeMismatch } from './errors.ts';
import { requireReplaceable } from './file-guards.ts';
import { requireNotDeletePending } from './handle-conflicts.ts';
import { locatedFile } from './lookup.ts';
import type { ContentHeaders, Metadata, Path, PropertySemantics, SmbProperties } from './options.ts';
import { cancelCopy, settleCopies } from './pending-copies.ts';
import { applyProperties, freshDefaults, resolveProperties } from './requested-properties.ts';
import type { Share } from './share.ts';
import { requireMetadata } from './share-settings.ts';
import type { Ticks } from './ticks.ts';
import { editEntry, editParent, findPlace, type Place, touchParent } from './tree.ts';

export type CreateDirectoryOptions = SmbProperties & {
  readonly metadata?: Metadata;
  readonly semantics?: PropertySemantics;
  /** Last-Modified and ETag; now unless given, as by versions that take them from the last-write time. */
  readonly modified?: Ticks;
};

export type CreateFileOptions = CreateDirectoryOptions & {
  /** Bytes, 0 to 4 TiB. */
  readonly size: number;
  readonly headers?: ContentHeaders;
  readonly leaseId?: string;
  /** Content from the start of the file, for versions that allow it with Create File. */
  readonly content?: Uint8Array;
};

export const MAX_FILE_SIZE = 4 * 2 ** 40;

/**
 * Creates a file, or replaces one: the new one keeps the file id, the lease and the name as it was written, and
 * nothing else (what it keeps is not documented). Archive is added unless the semantics are `Restore` with a
 * permission. 404 `ParentNotFound`, 409 `ResourceTypeMismatch`, `ReadOnlyAttribute`, `SharingViolation`;
 * rest/api/storageservices/create-file.
 */
export function createFile(share: Share, path: Path, options: CreateFileOptions): LocatedFile {
  settleCopies(share);
  requireFileSize(options.size);
  requireMetadata(options.metadata ?? {});
  const place = findPlace(share.root, path);
  const existing = place.entry;
  requireNotDeletePending(share, existing, place.parent);
  if (existing !== undefined) {
    if (existing.kind !== 'file') throw resourceTypeMismatch();
    requireReplaceable(share, existing, options.leaseId, false);
  }
  const now = share.context.clock.stamp();
  const defaults = freshDefaults(share, 'file', place.parent, now);
  const resolved = resolveProperties(share, 'file', place.parent, options, defaults, now);
  const restores = options.semantics === 'Restore' && options.permission !== undefined;
  const attributes = attributesFor('file', restores ? resolved.attributes : resolved.attributes | ARCHIVE);
  const content = options.content ?? new Uint8Array();
  if (content.length > options.size) throw invalidHeader('Content-Length', String(content.length));
  share.useBytes(content.length - (existing === undefined ? 0 : dataBytes(existing.content)));

  const file =
    existing === undefined ? addFile(share, place, now) : emptyFile(share, editEntry(share, place, existing));
  applyProperties(file, { ...resolved, attributes });
  file.modified = options.modified ?? now;
  file.lastAccessTime = now;
  file.size = options.size;
  file.metadata = options.metadata ?? {};
  file.headers = { ...DEFAULT_HEADERS, ...options.headers };
  const version = share.context.contentVersion;
  // The bytes of a replaced file are gone as far as it and the new one reach, which a diff has to tell.
  if (existing !== undefined && options.size > 0) file.editContent().push(hole(0, options.size, version));
  if (content.length > 0) {
    const rest = options.size > content.length && existing !== undefined;
    file.setContent([
      storedBytes(0, content, version),
      ...(rest ? [hole(content.length, options.size, version)] : []),
    ]);
  }
  return locatedFile(share, place, file);
}

/** 409 `ResourceAlreadyExists`, 404 `ParentNotFound`; rest/api/storageservices/create-directory. */
export function createDirectory(
  share: Share,
  path: Path,
  options: CreateDirectoryOptions = {},
): Located<DirectoryEntry> {
  settleCopies(share);
  if (path.length === 0) throw resourceAlreadyExists();
  requireMetadata(options.metadata ?? {});
  const place = findPlace(share.root, path);
  requireNotDeletePending(share, place.entry, place.parent);
  if (place.entry !== undefined) throw resourceAlreadyExists();
  const now = share.context.clock.stamp();
  const defaults = freshDefaults(share, 'directory', place.parent, now);
  const resolved = resolveProperties(share, 'directory', place.parent, options, defaults, now);
  const parent = editParent(share, place);
  const directory = new DirectoryNode({
    token: share.editToken,
    name: place.name,
    key: place.key,
    serial: share.nextSerial++,
    attributes: 0,
    permissionKey: resolved.permissionKey,
    time: now,
  });
  applyProperties(directory, {
    ...resolved,
    attributes: attributesFor('directory', resolved.attributes),
  });
  directory.modified = options.modified ?? now;
  if (options.metadata !== undefined) directory.metadata = options.metadata;
  parent.children.set(directory, share.editToken);
  touchParent(share, parent, now);
  return { entry: directory, parentId: parent.fileId };
}

/** Adds an empty file, properties and size to be set by the caller, at a place where nothing is. */
export function addFile(share: Share, place: Place, now: bigint): FileNode {
  const parent = editParent(share, place);
  const file = new FileNode({
    token: share.editToken,
    name: place.name,
    key: place.key,
    serial: share.nextSerial++,
    attributes: ARCHIVE,
    permissionKey: parent.permissionKey,
    time: now,
  });
  parent.children.set(file, share.editToken);
  touchParent(share, parent, now);
  return file;
}

/** Takes away the content of a file that the caller may change, without a trace for a diff. */
export function emptyFile(share: Share, file: FileNode): FileNode {
  cancelCopy(share, file);
  file.size = 0;
  file.setContent([]);
  file.copy = undefined;
  return file;
}

export function requireFileSize(size: number): void {
  if (Number.isSafeInteger(size) && size >= 0 && size <= MAX_FILE_SIZE) return;
  throw invalidHeader('x-ms-content-length', String(size));
}
