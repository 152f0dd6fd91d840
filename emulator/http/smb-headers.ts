import {
  type Attributes,
  type ContentHeaders,
  type PermissionFormat,
  type PermissionInput,
  type PropertySemantics,
  parseAttributes,
  parseTicks,
  type SmbProperties,
  type Ticks,
} from '../state/index.ts';
import { given } from './given.ts';
import { invalidHeaderValue } from './request-errors.ts';
import { header, type ServiceRequest } from './service-request.ts';

/** The most SDDL that a header may carry; larger descriptors need a permission key. */
const MAX_INLINE_PERMISSION = 8 * 1024;

/**
 * The SMB properties of a create, set or rename request
 * (learn.microsoft.com rest/api/storageservices/create-file, set-file-properties). Absent headers are left
 * out, so that the operation's own defaults apply.
 */
export function smbProperties(request: ServiceRequest): SmbProperties {
  return given({
    attributes: attributesHeader(request),
    permission: permissionHeader(request),
    creationTime: timeHeader(request, 'x-ms-file-creation-time'),
    lastWriteTime: timeHeader(request, 'x-ms-file-last-write-time'),
    changeTime: timeHeader(request, 'x-ms-file-change-time'),
  });
}

/**
 * The SMB properties of a create request. Versions before 2020-02-10 take the change time, Last-Modified and
 * ETag of what they create from the last-write time that the request gives.
 */
export function createdProperties(request: ServiceRequest): SmbProperties & { readonly modified?: Ticks } {
  const properties = smbProperties(request);
  const { lastWriteTime } = properties;
  if (request.version >= LEAVES_TIMES_UNTIL || typeof lastWriteTime !== 'bigint') return properties;
  return { changeTime: lastWriteTime, modified: lastWriteTime, ...properties };
}

/** Before this version a range write leaves the last-write and change time of the file. */
export const LEAVES_TIMES_UNTIL = '2020-02-10';

/** `x-ms-file-attributes`; `preserve` is the same as leaving it out. */
export function attributesHeader(request: ServiceRequest): Attributes | undefined {
  const text = header(request, 'x-ms-file-attributes');
  if (text === undefined || text.toLowerCase() === 'preserve') return undefined;
  return parseAttributesOrThrow(text);
}

/** Reads attributes; throws 400 `InvalidHeaderValue`. */
export function parseAttributesOrThrow(text: string): Attributes {
  const attributes = parseAttributes(text);
  if (attributes === undefined) throw invalidHeaderValue('x-ms-file-attributes', text);
  return attributes;
}

/** A time header; throws 400 `InvalidHeaderValue` for what is neither `now`, `preserve` nor an ISO 8601 time. */
export function timeHeader(request: ServiceRequest, name: string): Ticks | 'now' | 'preserve' | undefined {
  const text = header(request, name);
  if (text === undefined) return undefined;
  const lower = text.toLowerCase();
  if (lower === 'now' || lower === 'preserve') return lower;
  return parseTicksOrThrow(name, text);
}

/** Reads an ISO 8601 time; throws 400 `InvalidHeaderValue`. */
export function parseTicksOrThrow(name: string, text: string): Ticks {
  const ticks = parseTicks(text);
  if (ticks === undefined) throw invalidHeaderValue(name, text);
  return ticks;
}

/** `x-ms-file-permission` or `x-ms-file-permission-key`, not both. */
export function permissionHeader(request: ServiceRequest): PermissionInput | undefined {
  const key = header(request, 'x-ms-file-permission-key');
  const text = header(request, 'x-ms-file-permission');
  if (key !== undefined) {
    if (text !== undefined) throw invalidHeaderValue('x-ms-file-permission-key', key);
    return { key };
  }
  if (text === undefined) return undefined;
  const lower = text.toLowerCase();
  if (lower === 'inherit' || lower === 'preserve') return lower;
  if (text.length > MAX_INLINE_PERMISSION) throw invalidHeaderValue('x-ms-file-permission', '');
  return { text, format: permissionFormat(request) };
}

/** `x-ms-file-permission-format`, SDDL unless given. */
export function permissionFormat(request: ServiceRequest): PermissionFormat {
  const text = header(request, 'x-ms-file-permission-format');
  return text === undefined ? 'Sddl' : parsePermissionFormat(text);
}

/** Reads a permission format; throws 400 `InvalidHeaderValue`. */
export function parsePermissionFormat(text: string): PermissionFormat {
  const lower = text.toLowerCase();
  if (lower === 'sddl') return 'Sddl';
  if (lower === 'binary') return 'Binary';
  throw invalidHeaderValue('x-ms-file-permission-format', text);
}

/** `x-ms-file-property-semantics`, from version 2026-02-06. */
export function propertySemantics(request: ServiceRequest): PropertySemantics | undefined {
  const text = header(request, 'x-ms-file-property-semantics');
  if (text === undefined || request.version < '2026-02-06') return undefined;
  const lower = text.toLowerCase();
  if (lower === 'new') return 'New';
  if (lower === 'restore') return 'Restore';
  throw invalidHeaderValue('x-ms-file-property-semantics', text);
}

/** The content headers that a request gives; undefined when it gives none. */
export function contentHeaders(request: ServiceRequest): ContentHeaders | undefined {
  const headers: ContentHeaders = given({
    contentType: header(request, 'x-ms-content-type'),
    contentEncoding: header(request, 'x-ms-content-encoding'),
    contentLanguage: header(request, 'x-ms-content-language'),
    cacheControl: header(request, 'x-ms-cache-control'),
    contentDisposition: header(request, 'x-ms-content-disposition'),
    contentMd5: md5Header(request),
  });
  return Object.keys(headers).length === 0 ? undefined : headers;
}

function md5Header(request: ServiceRequest): string | undefined {
  const text = header(request, 'x-ms-content-md5');
  if (text !== undefined && text !== '' && Buffer.from(text, 'base64').length !== 16) {
    throw invalidHeaderValue('x-ms-content-md5', text);
  }
  return text === '' ? undefined : text;
}
