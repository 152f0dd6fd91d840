import {
  type CopyState,
  type Entry,
  type FileEntry,
  formatAttributes,
  formatEtag,
  formatHttpDate,
  formatTicks,
  type LeaseInfo,
  type Located,
  type Metadata,
  type Ticks,
} from '../state/index.ts';

/** `ETag` and `Last-Modified`. */
export function modifiedHeaders(modified: Ticks): Record<string, string> {
  return { etag: formatEtag(modified), 'last-modified': formatHttpDate(modified) };
}

/** What a request that wrote an entry is answered with. SMB properties exist from version 2019-02-02. */
export function writtenHeaders(located: Located, version: string): Record<string, string> {
  const headers = modifiedHeaders(located.entry.modified);
  headers['x-ms-request-server-encrypted'] = 'true';
  addSmbHeaders(headers, located, version);
  return headers;
}

/** What a request that reads an entry is answered with, save for what concerns content. */
export function readHeaders(located: Located, version: string): Record<string, string> {
  const headers = modifiedHeaders(located.entry.modified);
  headers['x-ms-server-encrypted'] = 'true';
  addMetadata(headers, located.entry.metadata);
  addSmbHeaders(headers, located, version);
  return headers;
}

/** Adds `x-ms-meta-*`. */
export function addMetadata(headers: Record<string, string>, metadata: Metadata): void {
  for (const name in metadata) headers[`x-ms-meta-${name}`] = metadata[name] ?? '';
}

/** Adds the lease of a file or share. */
export function addLease(headers: Record<string, string>, lease: LeaseInfo): void {
  headers['x-ms-lease-status'] = lease.status;
  headers['x-ms-lease-state'] = lease.state;
  if (lease.duration !== undefined) headers['x-ms-lease-duration'] = lease.duration;
}

/** Adds content headers, `x-ms-type`, and the state of the last copy into the file. */
export function addFileHeaders(headers: Record<string, string>, file: FileEntry): void {
  headers['x-ms-type'] = 'File';
  const { contentType, contentEncoding, contentLanguage, cacheControl, contentDisposition } = file.headers;
  if (contentType !== undefined) headers['content-type'] = contentType;
  if (contentEncoding !== undefined) headers['content-encoding'] = contentEncoding;
  if (contentLanguage !== undefined) headers['content-language'] = contentLanguage;
  if (cacheControl !== undefined) headers['cache-control'] = cacheControl;
  if (contentDisposition !== undefined) headers['content-disposition'] = contentDisposition;
  if (file.copy !== undefined) addCopyState(headers, file.copy);
}

function addCopyState(headers: Record<string, string>, copy: CopyState): void {
  headers['x-ms-copy-id'] = copy.id;
  headers['x-ms-copy-status'] = copy.status;
  headers['x-ms-copy-source'] = copy.source;
  headers['x-ms-copy-progress'] = `${copy.bytesCopied}/${copy.totalBytes}`;
  if (copy.completionTime !== undefined) {
    headers['x-ms-copy-completion-time'] = formatHttpDate(copy.completionTime);
  }
  if (copy.statusDescription !== undefined) headers['x-ms-copy-status-description'] = copy.statusDescription;
}

function addSmbHeaders(headers: Record<string, string>, located: Located<Entry>, version: string): void {
  if (version < '2019-02-02') return;
  const { entry } = located;
  headers['x-ms-file-attributes'] = formatAttributes(entry.attributes);
  headers['x-ms-file-creation-time'] = formatTicks(entry.creationTime);
  headers['x-ms-file-last-write-time'] = formatTicks(entry.lastWriteTime);
  headers['x-ms-file-change-time'] = formatTicks(entry.changeTime);
  headers['x-ms-file-permission-key'] = entry.permissionKey;
  headers['x-ms-file-id'] = entry.fileId;
  headers['x-ms-file-parent-id'] = located.parentId;
}
