import { type Metadata, ServiceError } from '../state/index.ts';
import { invalidHeaderValue, missingRequiredHeader } from './request-errors.ts';
import { header, type ServiceRequest } from './service-request.ts';

type WithHeaders = Pick<ServiceRequest, 'headers'>;

/** A header that is `true` or `false`; undefined when it is absent. */
export function booleanHeader(request: WithHeaders, name: string): boolean | undefined {
  const text = header(request, name);
  if (text === undefined) return undefined;
  const lower = text.toLowerCase();
  if (lower !== 'true' && lower !== 'false') throw invalidHeaderValue(name, text);
  return lower === 'true';
}

/** A header that is a whole number, negative ones allowed; undefined when it is absent. */
export function integerHeader(request: WithHeaders, name: string): number | undefined {
  const text = header(request, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^-?\d{1,16}$/.test(text) || !Number.isSafeInteger(value)) throw invalidHeaderValue(name, text);
  return value;
}

/** As `integerHeader`, but the header must be there. */
export function requiredInteger(request: WithHeaders, name: string): number {
  const value = integerHeader(request, name);
  if (value === undefined) throw missingRequiredHeader(name);
  return value;
}

/** A header that must be there and not empty. */
export function requiredHeader(request: WithHeaders, name: string): string {
  const value = header(request, name);
  if (value === undefined || value === '') throw missingRequiredHeader(name);
  return value;
}

/** A range of bytes, both ends included; without `end` up to the end of the file. */
export type HeaderRange = { readonly start: number; readonly end: number | undefined };

/**
 * The range of a request: `x-ms-range`, or else `Range`
 * (learn.microsoft.com rest/api/storageservices/specifying-the-range-header-for-file-service-operations).
 */
export function rangeHeader(request: WithHeaders): HeaderRange | undefined {
  const ours = header(request, 'x-ms-range');
  if (ours !== undefined) return parseRange('x-ms-range', ours);
  const standard = header(request, 'range');
  return standard === undefined ? undefined : parseRange('range', standard);
}

/** Reads `bytes=a-b` or `bytes=a-`; throws 400 `InvalidHeaderValue` for anything else. */
export function parseRange(name: string, text: string): HeaderRange {
  const match = /^bytes=(\d{1,16})-(\d{1,16})?$/.exec(text.trim());
  if (match === null) throw invalidHeaderValue(name, text);
  const start = Number(match[1]);
  const end = match[2] === undefined ? undefined : Number(match[2]);
  if (end !== undefined && end < start) throw invalidHeaderValue(name, text);
  return { start, end };
}

const MAX_METADATA_BYTES = 8 * 1024;
const METADATA_PREFIX = 'x-ms-meta-';
const IDENTIFIER = /^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}\p{Cf}]*$/u;

/**
 * The metadata of a request, names as written, undefined when it has none. Names are C# identifiers
 * (learn.microsoft.com rest/api/storageservices/naming-and-referencing-shares--directories--files--and-metadata);
 * other names get 400 `InvalidMetadata` or `EmptyMetadataKey`, more than 8 KiB 400 `MetadataTooLarge`.
 */
export function metadataHeaders(request: Pick<ServiceRequest, 'rawHeaders'>): Metadata | undefined {
  let metadata: Map<string, string> | undefined;
  let size = 0;
  const raw = request.rawHeaders;
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const rawName = raw[index] ?? '';
    if (rawName.length < METADATA_PREFIX.length || rawName.slice(0, 10).toLowerCase() !== METADATA_PREFIX)
      continue;
    const name = rawName.slice(METADATA_PREFIX.length);
    const value = raw[index + 1] ?? '';
    if (name === '')
      throw metadataError('EmptyMetadataKey', 'The key for one of the metadata key-value pairs is empty.');
    if (!IDENTIFIER.test(name)) {
      throw metadataError(
        'InvalidMetadata',
        'The metadata specified is invalid. It has characters that are not permitted.',
      );
    }
    size += name.length + value.length;
    metadata ??= new Map();
    metadata.set(name, value);
  }
  if (size > MAX_METADATA_BYTES) {
    throw metadataError('MetadataTooLarge', 'The metadata specified exceeds the maximum permissible limit.');
  }
  return metadata === undefined ? undefined : Object.fromEntries(metadata);
}

function metadataError(code: string, message: string): ServiceError {
  return new ServiceError(400, code, message);
}
