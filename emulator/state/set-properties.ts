import { READ_ONLY } from './attributes.ts';
import { dataBytes, hole, replaceRange, sliceContent } from './content.ts';
import { requireFileSize } from './create-entry.ts';
import type { DirectoryEntry, Located, LocatedFile } from './entry.ts';
import { attributesFor, type DirectoryNode, type FileNode } from './entry-node.ts';
import { readOnlyAttribute, resourceNotFound, resourceTypeMismatch } from './errors.ts';
import { liveFile, requireChangeable } from './file-guards.ts';
import { requireNotDeletePending, requireWritable } from './handle-conflicts.ts';
import { locatedFile } from './lookup.ts';
import type { ContentHeaders, Metadata, Path, SmbProperties } from './options.ts';
import { settleCopies } from './pending-copies.ts';
import { applyProperties, currentDefaults, resolveProperties } from './requested-properties.ts';
import type { Share } from './share.ts';
import { requireMetadata } from './share-settings.ts';
import { editEntry, editRoot, findPlace } from './tree.ts';

export type SetDirectoryPropertiesOptions = SmbProperties;

export type SetFilePropertiesOptions = SmbProperties & {
  /** Bytes; growing adds zeros, shrinking drops content. */
  readonly size?: number;
  /** Replaces all content headers when given; absent leaves them. */
  readonly headers?: ContentHeaders;
  readonly leaseId?: string;
};

/**
 * Sets what is given. The change time becomes now unless given, the last-write time too when the size changes.
 * Attributes are taken as they are. 409 `ReadOnlyAttribute` for another size;
 * rest/api/storageservices/set-file-properties.
 */
export function setFileProperties(share: Share, path: Path, options: SetFilePropertiesOptions): LocatedFile {
  const { place, file } = liveFile(share, path);
  requireChangeable(share, file, options.leaseId);
  const size = options.size ?? file.size;
  requireFileSize(size);
  if (size !== file.size) {
    if ((file.attributes & READ_ONLY) !== 0) throw readOnlyAttribute();
    requireWritable(share, file);
  }
  const now = share.context.clock.stamp();
  const current = currentDefaults(file, now);
  const defaults = size === file.size ? current : { ...current, lastWriteTime: now };
  const resolved = resolveProperties(share, 'file', place.parent, options, defaults, now);
  const edited = editEntry(share, place, file);
  applyProperties(edited, { ...resolved, attributes: attributesFor('file', resolved.attributes) });
  edited.modified = now;
  if (options.headers !== undefined) edited.headers = options.headers;
  if (size !== edited.size) resize(share, edited, size);
  return locatedFile(share, place, edited);
}

/** rest/api/storageservices/set-directory-properties; the root directory has an empty path. */
export function setDirectoryProperties(
  share: Share,
  path: Path,
  options: SetDirectoryPropertiesOptions,
): Located<DirectoryEntry> {
  const { directory, parent, edit } = liveDirectory(share, path);
  const now = share.context.clock.stamp();
  const defaults = currentDefaults(directory, now);
  const inheritsNothing = path.length === 0 && options.permission === 'inherit';
  const resolved = resolveProperties(
    share,
    'directory',
    parent,
    inheritsNothing ? { ...options, permission: { key: share.permissions.rootKey } } : options,
    defaults,
    now,
  );
  const edited = edit();
  applyProperties(edited, { ...resolved, attributes: attributesFor('directory', resolved.attributes) });
  edited.modified = now;
  return { entry: edited, parentId: parent.fileId };
}

/** Replaces all metadata; rest/api/storageservices/set-file-metadata. */
export function setFileMetadata(
  share: Share,
  path: Path,
  metadata: Metadata,
  options: { readonly leaseId?: string } = {},
): LocatedFile {
  const { place, file } = liveFile(share, path);
  requireChangeable(share, file, options.leaseId);
  requireMetadata(metadata);
  const edited = editEntry(share, place, file);
  edited.metadata = metadata;
  edited.modified = share.context.clock.stamp();
  return locatedFile(share, place, edited);
}

/** Replaces all metadata; rest/api/storageservices/set-directory-metadata. */
export function setDirectoryMetadata(share: Share, path: Path, metadata: Metadata): Located<DirectoryEntry> {
  const { parent, edit } = liveDirectory(share, path);
  requireMetadata(metadata);
  const edited = edit();
  edited.metadata = metadata;
  edited.modified = share.context.clock.stamp();
  return { entry: edited, parentId: parent.fileId };
}

type LiveDirectory = {
  readonly directory: DirectoryNode;
  readonly parent: DirectoryNode;
  readonly edit: () => DirectoryNode;
};

function liveDirectory(share: Share, path: Path): LiveDirectory {
  settleCopies(share);
  if (path.length === 0) {
    return { directory: share.root, parent: share.root, edit: () => editRoot(share) };
  }
  const place = findPlace(share.root, path);
  const { entry } = place;
  if (entry === undefined) throw resourceNotFound();
  if (entry.kind !== 'directory') throw resourceTypeMismatch();
  requireNotDeletePending(share, entry);
  return { directory: entry, parent: place.parent, edit: () => editEntry(share, place, entry) };
}

function resize(share: Share, file: FileNode, size: number): void {
  const content = file.editContent();
  const low = Math.min(file.size, size);
  const high = Math.max(file.size, size);
  const version = share.context.contentVersion;
  share.useBytes(-dataBytes(sliceContent(content, low, high)));
  // Growing writes zeros where an earlier content may have been cut off.
  replaceRange(content, low, high, size > file.size ? [hole(low, high, version)] : []);
  file.size = size;
}
