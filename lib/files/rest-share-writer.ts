import { isNotFound, isRefusal } from '../azure/errors.ts';
import type { Fence, FilesRequest, FilesResponse, StorageAccount } from '../azure/storage-account.ts';
import { formatAttributes } from './attributes.ts';
import type { ByteRange, ContentProperties, CopyState, EntryKind } from './entry.ts';
import type { SharePath } from './paths.ts';
import { copyStateOf } from './rest-share-reader.ts';
import type { NewDirectory, NewFile, ShareWriter, SmbProperties } from './share-writer.ts';
import type { ServiceTime } from './times.ts';

const DIRECTORY = { restype: 'directory' };

/** Writes a share over the REST API of Azure Files. */
export class RestShareWriter implements ShareWriter {
  readonly share: string;
  readonly #account: StorageAccount;
  readonly #fence: Fence | undefined;

  /** With a fence, nothing is sent once that is down. */
  constructor(account: StorageAccount, share: string, fence?: Fence) {
    this.#account = account;
    this.share = share;
    this.#fence = fence;
  }

  /** rest/api/storageservices/create-directory */
  async createDirectory(path: SharePath, properties: NewDirectory, signal?: AbortSignal): Promise<void> {
    const { metadata, attributes, permission } = properties;
    try {
      await this.#put(
        'CreateDirectory',
        path,
        DIRECTORY,
        {
          'x-ms-file-attributes':
            attributes === undefined ? undefined : formatAttributes(attributes, 'directory'),
          'x-ms-file-permission': permission,
          ...metadataHeaders(metadata),
        },
        signal,
      );
    } catch (error) {
      if (!isRefusal(error, 'ResourceAlreadyExists')) throw error;
    }
  }

  /** rest/api/storageservices/create-file */
  async createFile(path: SharePath, file: NewFile, signal?: AbortSignal): Promise<void> {
    await this.#put(
      'CreateFile',
      path,
      {},
      {
        'x-ms-type': 'file',
        'x-ms-content-length': String(file.size),
        'x-ms-file-last-write-time': file.lastWriteTime,
        'x-ms-file-attributes':
          file.attributes === undefined ? undefined : formatAttributes(file.attributes, 'file'),
        ...contentHeaders(file.content),
        ...metadataHeaders(file.content?.metadata),
      },
      signal,
    );
  }

  /** rest/api/storageservices/copy-file */
  async copyFile(
    path: SharePath,
    sourceUrl: string,
    size?: number,
    signal?: AbortSignal,
  ): Promise<CopyState> {
    const response = await this.#put(
      'CopyFile',
      path,
      {},
      {
        'x-ms-copy-source': sourceUrl,
        'x-ms-source-allow-trailing-dot': 'true',
        'x-ms-file-permission-copy-mode': 'source',
        'x-ms-file-attributes': 'source',
        'x-ms-file-creation-time': 'source',
        'x-ms-file-last-write-time': 'source',
        'x-ms-file-change-time': 'source',
        'x-ms-file-copy-ignore-readonly': 'true',
      },
      signal,
      size,
    );
    return copyStateOf(response) ?? { id: '', status: 'pending', description: undefined };
  }

  /** rest/api/storageservices/abort-copy-file */
  async abortCopy(path: SharePath, copyId: string, signal?: AbortSignal): Promise<void> {
    try {
      const headers = { 'x-ms-copy-action': 'abort' };
      await this.#put('AbortCopyFile', path, { comp: 'copy', copyid: copyId }, headers, signal);
    } catch (error) {
      if (!isRefusal(error, 'NoPendingCopyOperation')) throw error;
    }
  }

  /** rest/api/storageservices/set-file-properties */
  async resizeFile(
    path: SharePath,
    size: number,
    lastWriteTime: ServiceTime,
    signal?: AbortSignal,
  ): Promise<void> {
    const headers = {
      'x-ms-content-length': String(size),
      'x-ms-file-attributes': formatAttributes('', 'file'),
      'x-ms-file-creation-time': 'preserve',
      'x-ms-file-last-write-time': lastWriteTime,
      ...permissionHeaders(undefined),
    };
    await this.#putProperties(path, 'file', headers, signal);
  }

  /** rest/api/storageservices/put-range */
  async clearRange(path: SharePath, range: ByteRange, signal?: AbortSignal): Promise<void> {
    const headers = {
      'x-ms-write': 'clear',
      'x-ms-range': `bytes=${range.start}-${range.end}`,
      'x-ms-file-last-write-time': 'preserve',
    };
    await this.#put('ClearRange', path, { comp: 'range' }, headers, signal);
  }

  /** rest/api/storageservices/put-range-from-url */
  async putRangeFromUrl(
    path: SharePath,
    range: ByteRange,
    sourceUrl: string,
    signal?: AbortSignal,
  ): Promise<void> {
    const bytes = `bytes=${range.start}-${range.end}`;
    await this.#put(
      'PutRangeFromURL',
      path,
      { comp: 'range' },
      {
        'x-ms-write': 'update',
        'x-ms-range': bytes,
        'x-ms-source-range': bytes,
        'x-ms-copy-source': sourceUrl,
        'x-ms-source-allow-trailing-dot': 'true',
        'x-ms-file-last-write-time': 'preserve',
      },
      signal,
      range.end - range.start + 1,
    );
  }

  /** rest/api/storageservices/put-range */
  async putRange(path: SharePath, start: number, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    await this.#send({
      operation: 'PutRange',
      method: 'PUT',
      path,
      query: { comp: 'range' },
      headers: {
        'x-ms-write': 'update',
        'x-ms-range': `bytes=${start}-${start + bytes.byteLength - 1}`,
        'x-ms-file-last-write-time': 'preserve',
        'content-type': 'application/octet-stream',
      },
      body: bytes,
      signal,
    });
  }

  /** rest/api/storageservices/set-file-properties, set-directory-properties */
  async setProperties(
    path: SharePath,
    kind: EntryKind,
    properties: SmbProperties,
    content: ContentProperties | undefined,
    signal?: AbortSignal,
  ): Promise<void> {
    const headers = {
      'x-ms-file-attributes': formatAttributes(properties.attributes, kind),
      'x-ms-file-creation-time': properties.creationTime,
      'x-ms-file-last-write-time': properties.lastWriteTime,
      'x-ms-file-change-time': properties.changeTime,
      ...permissionHeaders(properties.permissionKey),
      ...contentHeaders(content),
    };
    await this.#putProperties(path, kind, headers, signal);
  }

  /** rest/api/storageservices/set-file-metadata, set-directory-metadata */
  async setMetadata(
    path: SharePath,
    kind: EntryKind,
    metadata: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<void> {
    const isFile = kind === 'file';
    const operation = isFile ? 'SetFileMetadata' : 'SetDirectoryMetadata';
    const query = { ...(isFile ? {} : DIRECTORY), comp: 'metadata' };
    await this.#put(operation, path, query, metadataHeaders(metadata), signal);
  }

  async clearAttributes(path: SharePath, kind: EntryKind, signal?: AbortSignal): Promise<void> {
    const headers = {
      'x-ms-file-attributes': formatAttributes('', kind),
      'x-ms-file-creation-time': 'preserve',
      'x-ms-file-last-write-time': 'preserve',
      ...permissionHeaders(undefined),
    };
    await this.#putProperties(path, kind, headers, signal);
  }

  /** rest/api/storageservices/rename-file, rename-directory */
  async rename(
    from: SharePath,
    to: SharePath,
    kind: EntryKind,
    replace: boolean,
    signal?: AbortSignal,
  ): Promise<void> {
    const isFile = kind === 'file';
    await this.#put(
      isFile ? 'RenameFile' : 'RenameDirectory',
      to,
      { ...(isFile ? {} : DIRECTORY), comp: 'rename' },
      {
        // The share's own SAS is needed on the source only where a SAS is the proof.
        'x-ms-file-rename-source': this.#account.credential.sign(this.#account.url(this.share, from)),
        'x-ms-source-allow-trailing-dot': 'true',
        'x-ms-file-rename-replace-if-exists': String(replace),
      },
      signal,
    );
  }

  /** rest/api/storageservices/delete-file2 */
  async deleteFile(path: SharePath, signal?: AbortSignal): Promise<void> {
    await this.#delete({ operation: 'DeleteFile', method: 'DELETE', path, signal });
  }

  /** rest/api/storageservices/delete-directory */
  async deleteDirectory(path: SharePath, signal?: AbortSignal): Promise<void> {
    await this.#delete({ operation: 'DeleteDirectory', method: 'DELETE', path, query: DIRECTORY, signal });
  }

  /** rest/api/storageservices/create-permission */
  async createPermission(sddl: string, signal?: AbortSignal): Promise<string> {
    const response = await this.#send({
      operation: 'CreateFilePermission',
      method: 'PUT',
      query: { restype: 'share', comp: 'filepermission' },
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ permission: sddl }),
      signal,
    });
    return response.header('x-ms-file-permission-key') ?? '';
  }

  async #putProperties(
    path: SharePath,
    kind: EntryKind,
    headers: Headers,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const isFile = kind === 'file';
    const operation = isFile ? 'SetFileProperties' : 'SetDirectoryProperties';
    await this.#put(operation, path, { ...(isFile ? {} : DIRECTORY), comp: 'properties' }, headers, signal);
  }

  async #delete(request: FilesRequest): Promise<void> {
    try {
      await this.#send(request);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  #put(
    operation: FilesRequest['operation'],
    path: SharePath,
    query: Readonly<Record<string, string>>,
    headers: Headers,
    signal: AbortSignal | undefined,
    bytes?: number,
  ): Promise<FilesResponse> {
    return this.#send({ operation, method: 'PUT', path, query, headers, signal, bytes });
  }

  #send(request: FilesRequest): Promise<FilesResponse> {
    return this.#account.send({ ...request, share: this.share, fence: this.#fence });
  }
}

type Headers = Readonly<Record<string, string | undefined>>;

function permissionHeaders(key: string | undefined): Headers {
  return key === undefined ? { 'x-ms-file-permission': 'preserve' } : { 'x-ms-file-permission-key': key };
}

function contentHeaders(content: ContentProperties | undefined): Headers {
  return {
    'x-ms-content-type': content?.contentType,
    'x-ms-content-encoding': content?.contentEncoding,
    'x-ms-content-language': content?.contentLanguage,
    'x-ms-content-disposition': content?.contentDisposition,
    'x-ms-cache-control': content?.cacheControl,
    'x-ms-content-md5': content?.contentMd5,
  };
}

function metadataHeaders(metadata: Readonly<Record<string, string>> | undefined): Headers {
  return Object.fromEntries(
    Object.entries(metadata ?? {}).map(([name, value]) => [`x-ms-meta-${name}`, value]),
  );
}
