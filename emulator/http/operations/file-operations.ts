import { authorizeOverwrite } from '../../auth/authorize.ts';
import {
  type ContentHeaders,
  createFile,
  deleteFile,
  getFile,
  type LocatedFile,
  ServiceError,
  type Share,
  setFileMetadata,
  setFileProperties,
} from '../../state/index.ts';
import { given } from '../given.ts';
import {
  addFileHeaders,
  addLease,
  addMetadata,
  modifiedHeaders,
  readHeaders,
  writtenHeaders,
} from '../property-headers.ts';
import { MAX_BODY_BYTES } from '../request-body.ts';
import { invalidHeaderValue, requestBodyTooLarge } from '../request-errors.ts';
import { integerHeader, metadataHeaders, requiredHeader, requiredInteger } from '../request-headers.ts';
import { overrideBySas } from '../sas-response-headers.ts';
import type { Service } from '../service.ts';
import type { ServiceRequest, ServiceResponse } from '../service-request.ts';
import { contentHeaders, createdProperties, propertySemantics, smbProperties } from '../smb-headers.ts';
import { leaseCondition, shareOf, viewOf } from './addressed.ts';
import { contentOf } from './request-content.ts';

const DEFAULT_CONTENT_TYPE = 'application/octet-stream';

/** rest/api/storageservices/create-file; content may come along from version 2026-02-06 */
export function createFileHandler(request: ServiceRequest, service: Service): ServiceResponse {
  const type = requiredHeader(request, 'x-ms-type');
  if (type.toLowerCase() !== 'file') throw invalidHeaderValue('x-ms-type', type);
  const size = requiredInteger(request, 'x-ms-content-length');
  const share = shareOf(request, service);
  requireOverwriteRight(request, share);
  const content = createContent(request);
  const located = createFile(
    share,
    request.path,
    given({
      ...createdProperties(request),
      ...leaseCondition(request),
      size,
      headers: { contentType: DEFAULT_CONTENT_TYPE, ...contentHeaders(request) } satisfies ContentHeaders,
      metadata: metadataHeaders(request),
      semantics: propertySemantics(request),
      content: content?.bytes,
    }),
  );
  const headers = writtenHeaders(located, request.version);
  if (content !== undefined) headers['content-md5'] = content.md5;
  return { status: 201, headers };
}

/** A SAS that allows creating but not writing may not replace a file that exists. */
export function requireOverwriteRight(request: ServiceRequest, share: Share): void {
  if (!('permissions' in request.principal) || !fileExists(share, request.path)) return;
  authorizeOverwrite(request.principal);
}

/** rest/api/storageservices/get-file-properties, and with `comp=metadata` get-file-metadata */
export function getFileProperties(request: ServiceRequest, service: Service): ServiceResponse {
  const located = getFile(viewOf(request, service), request.path, leaseCondition(request));
  if (request.query.get('comp') !== undefined) {
    const headers = modifiedHeaders(located.entry.modified);
    addMetadata(headers, located.entry.metadata);
    return { status: 200, headers };
  }
  const headers = filePropertyHeaders(located, request.version, '2019-02-02');
  overrideBySas(headers, request);
  headers['content-length'] = String(located.entry.size);
  if (located.entry.headers.contentMd5 !== undefined)
    headers['content-md5'] = located.entry.headers.contentMd5;
  return { status: 200, headers };
}

/** What HEAD and GET of a file have in common; leases are told from a version that differs between them. */
export function filePropertyHeaders(
  located: LocatedFile,
  version: string,
  leaseSince: string,
): Record<string, string> {
  const headers = readHeaders(located, version);
  addFileHeaders(headers, located.entry);
  if (version >= leaseSince) addLease(headers, located.lease);
  return headers;
}

/**
 * rest/api/storageservices/set-file-properties. Content headers are replaced as a set, so that the ones left
 * out are cleared, unless the request resizes the file and names none of them.
 */
export function setFilePropertiesHandler(request: ServiceRequest, service: Service): ServiceResponse {
  const size = integerHeader(request, 'x-ms-content-length');
  const headers = contentHeaders(request) ?? (size === undefined ? {} : undefined);
  const located = setFileProperties(
    shareOf(request, service),
    request.path,
    given({ ...smbProperties(request), ...leaseCondition(request), size, headers }),
  );
  return { status: 200, headers: writtenHeaders(located, request.version) };
}

/** rest/api/storageservices/set-file-metadata */
export function setFileMetadataHandler(request: ServiceRequest, service: Service): ServiceResponse {
  const metadata = metadataHeaders(request) ?? {};
  const share = shareOf(request, service);
  const { entry } = setFileMetadata(share, request.path, metadata, leaseCondition(request));
  return {
    status: 200,
    headers: { ...modifiedHeaders(entry.modified), 'x-ms-request-server-encrypted': 'true' },
  };
}

/** rest/api/storageservices/delete-file2 */
export function deleteFileHandler(request: ServiceRequest, service: Service): ServiceResponse {
  deleteFile(shareOf(request, service), request.path, leaseCondition(request));
  return { status: 202, headers: {} };
}

function createContent(request: ServiceRequest): { bytes: Buffer; md5: string } | undefined {
  if (request.body.length === 0) return undefined;
  if (request.version < '2026-02-06') throw invalidHeaderValue('Content-Length', String(request.body.length));
  const content = contentOf(request);
  if (content.bytes.length > MAX_BODY_BYTES) throw requestBodyTooLarge(MAX_BODY_BYTES);
  return content;
}

function fileExists(share: Share, path: readonly string[]): boolean {
  try {
    getFile(share.view(), path);
    return true;
  } catch (error) {
    if (error instanceof ServiceError && error.status === 404) return false;
    throw error;
  }
}
