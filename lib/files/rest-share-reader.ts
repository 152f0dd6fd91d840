import { RequestFailedError } from '../azure/errors.ts';
import type { FilesRequest, FilesResponse, StorageAccount } from '../azure/storage-account.ts';
import { parseAttributes } from './attributes.ts';
import type { ByteRange, CopyState, EntryKind, EntryProperties, RangeDifference } from './entry.ts';
import { unquotedEtag } from './etag.ts';
import { listRanges } from './list-ranges.ts';
import { type ListingPage, parseListingPage } from './listing-page.ts';
import { baseName, type SharePath } from './paths.ts';
import type { ShareReader } from './share-reader.ts';
import { canonicalTime } from './times.ts';

const PAGE_SIZE = 5000;
const EVERYTHING = 'Timestamps,Etag,Attributes,PermissionKey';

/** Reads a share over the REST API of Azure Files. */
export class RestShareReader implements ShareReader {
  readonly share: string;
  readonly snapshot: string | undefined;
  readonly #account: StorageAccount;

  constructor(account: StorageAccount, share: string, snapshot?: string) {
    this.#account = account;
    this.share = share;
    this.snapshot = snapshot;
  }

  /** rest/api/storageservices/list-directories-and-files */
  async listPage(
    directory: SharePath,
    marker: string | undefined,
    signal?: AbortSignal,
  ): Promise<ListingPage> {
    const response = await this.#send({
      operation: 'ListFiles',
      method: 'GET',
      path: directory,
      query: {
        restype: 'directory',
        comp: 'list',
        include: EVERYTHING,
        maxresults: String(PAGE_SIZE),
        marker,
      },
      headers: { 'x-ms-file-extended-info': 'true' },
      signal,
      binary: true,
    });
    try {
      return parseListingPage(response.bytes);
    } catch (error) {
      throw new RequestFailedError({
        operation: 'ListFiles',
        account: this.#account.name,
        share: this.share,
        snapshot: this.snapshot,
        path: directory,
        status: 0,
        code: 'IncompleteAnswer',
        requestId: response.header('x-ms-request-id'),
        detail: error instanceof Error ? error.message : undefined,
      });
    }
  }

  /** rest/api/storageservices/get-directory-properties */
  async directory(path: SharePath, signal?: AbortSignal): Promise<EntryProperties> {
    const response = await this.#send({
      operation: 'GetDirectoryProperties',
      method: 'GET',
      path,
      query: { restype: 'directory' },
      signal,
    });
    return propertiesOf(response, path, 'directory');
  }

  /** rest/api/storageservices/get-file-properties */
  async file(path: SharePath, signal?: AbortSignal): Promise<EntryProperties> {
    const response = await this.#send({ operation: 'GetFileProperties', method: 'HEAD', path, signal });
    return propertiesOf(response, path, 'file');
  }

  async ranges(path: SharePath, signal?: AbortSignal): Promise<readonly ByteRange[]> {
    return (await this.#listRanges(path, undefined, signal)).written;
  }

  async difference(
    path: SharePath,
    since: string,
    signal?: AbortSignal,
  ): Promise<RangeDifference | undefined> {
    try {
      return await this.#listRanges(path, since, signal);
    } catch (error) {
      if (error instanceof RequestFailedError && (error.status === 404 || error.status === 409))
        return undefined;
      throw error;
    }
  }

  /** rest/api/storageservices/get-permission; the service answers for the live share only. */
  async permission(key: string, signal?: AbortSignal): Promise<string> {
    const response = await this.#account.send({
      operation: 'GetFilePermission',
      method: 'GET',
      share: this.share,
      query: { restype: 'share', comp: 'filepermission' },
      headers: { 'x-ms-file-permission-key': key },
      signal,
    });
    const answer: unknown = JSON.parse(response.text.replace(/^\uFEFF/, ''));
    return (answer as { permission?: string }).permission ?? '';
  }

  /** rest/api/storageservices/get-file */
  async read(path: SharePath, range: ByteRange, signal?: AbortSignal): Promise<Uint8Array> {
    const response = await this.#send({
      operation: 'GetFile',
      method: 'GET',
      path,
      headers: { 'x-ms-range': `bytes=${range.start}-${range.end}` },
      signal,
      binary: true,
    });
    const asked = range.end - range.start + 1;
    if (response.bytes.byteLength === asked) return response.bytes;
    throw new RequestFailedError({
      operation: 'GetFile',
      account: this.#account.name,
      share: this.share,
      snapshot: this.snapshot,
      path,
      status: 0,
      code: 'IncompleteAnswer',
      requestId: response.header('x-ms-request-id'),
      detail: `${asked} bytes were asked for and ${response.bytes.byteLength} came`,
    });
  }

  /** rest/api/storageservices/list-ranges */
  #listRanges(
    path: SharePath,
    since: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<RangeDifference> {
    const ask = async (part: ByteRange | undefined): Promise<string> => {
      const { text } = await this.#send({
        operation: 'ListFileRanges',
        method: 'GET',
        path,
        query: { comp: 'rangelist', prevsharesnapshot: since },
        headers: {
          'x-ms-range': part && `bytes=${part.start}-${part.end}`,
          // Without it the service refuses a file that has another name than at `since` (version 2024-05-04).
          'x-ms-file-support-rename': since && 'true',
        },
        signal,
      });
      return text;
    };
    return listRanges(ask, async () => (await this.file(path, signal)).entry.size);
  }

  #send(request: FilesRequest): Promise<FilesResponse> {
    const query = { ...request.query, sharesnapshot: this.snapshot };
    return this.#account.send({ ...request, share: this.share, query });
  }
}

function propertiesOf(response: FilesResponse, path: SharePath, kind: EntryKind): EntryProperties {
  const text = (name: string): string => response.header(name) ?? '';
  return {
    entry: {
      name: baseName(path),
      kind,
      fileId: text('x-ms-file-id'),
      size: kind === 'file' ? Number(text('content-length')) : 0,
      creationTime: canonicalTime(text('x-ms-file-creation-time')),
      lastWriteTime: canonicalTime(text('x-ms-file-last-write-time')),
      changeTime: canonicalTime(text('x-ms-file-change-time')),
      attributes: parseAttributes(text('x-ms-file-attributes')),
      permissionKey: text('x-ms-file-permission-key'),
      lastModified: Date.parse(text('last-modified')),
      etag: unquotedEtag(text('etag')),
    },
    contentType: response.header('content-type'),
    contentEncoding: response.header('content-encoding'),
    contentLanguage: response.header('content-language'),
    contentDisposition: response.header('content-disposition'),
    cacheControl: response.header('cache-control'),
    contentMd5: response.header('content-md5'),
    metadata: response.metadata(),
    copy: copyStateOf(response),
  };
}

/** The copy state in the answer to Copy File or Get File Properties. */
export function copyStateOf(response: FilesResponse): CopyState | undefined {
  const status = response.header('x-ms-copy-status');
  if (status !== 'pending' && status !== 'success' && status !== 'aborted' && status !== 'failed')
    return undefined;
  const description = response.header('x-ms-copy-status-description');
  return { id: response.header('x-ms-copy-id') ?? '', status, description };
}
