import {
  clearRange,
  type FileEntry,
  formatTicks,
  type Located,
  listRanges,
  listRangesDiff,
  putRange,
  type RangeWriteOptions,
} from '../../state/index.ts';
import { markerOf, parseMarker } from '../page-marker.ts';
import { modifiedHeaders } from '../property-headers.ts';
import { MAX_BODY_BYTES } from '../request-body.ts';
import { invalidHeaderValue, missingRequiredHeader, requestBodyTooLarge } from '../request-errors.ts';
import { booleanHeader, type HeaderRange, rangeHeader } from '../request-headers.ts';
import type { Service } from '../service.ts';
import { header, type ServiceRequest, type ServiceResponse } from '../service-request.ts';
import { LEAVES_TIMES_UNTIL } from '../smb-headers.ts';
import { XML_PROLOG } from '../xml.ts';
import { xmlResponse } from '../xml-response.ts';
import { leaseCondition, maxResultsOf, shareOf, snapshotParameter, viewOf } from './addressed.ts';
import { contentOf } from './request-content.ts';

/** rest/api/storageservices/put-range with `x-ms-write: update` */
export function putRangeHandler(request: ServiceRequest, service: Service): ServiceResponse {
  const { start, end } = closedRange(request);
  const length = end - start;
  if (length > MAX_BODY_BYTES) throw requestBodyTooLarge(MAX_BODY_BYTES);
  const { bytes, md5 } = contentOf(request);
  if (bytes.length !== length) throw invalidHeaderValue('Content-Length', String(bytes.length));
  const located = putRange(shareOf(request, service), request.path, start, bytes, rangeWriteOptions(request));
  const headers = rangeWrittenHeaders(located, request.version);
  headers['content-md5'] = md5;
  headers['x-ms-request-server-encrypted'] = 'true';
  const structure = header(request, 'x-ms-structured-body');
  if (structure !== undefined) headers['x-ms-structured-body'] = structure;
  return { status: 201, headers };
}

/** rest/api/storageservices/put-range with `x-ms-write: clear` */
export function clearRangeHandler(request: ServiceRequest, service: Service): ServiceResponse {
  if (request.body.length > 0) throw invalidHeaderValue('Content-Length', String(request.body.length));
  const { start, end } = closedRange(request);
  const located = clearRange(shareOf(request, service), request.path, start, end, rangeWriteOptions(request));
  return { status: 201, headers: rangeWrittenHeaders(located, request.version) };
}

/** rest/api/storageservices/list-ranges, and with `prevsharesnapshot` what was written since that snapshot */
export function listFileRanges(request: ServiceRequest, service: Service): ServiceResponse {
  const view = viewOf(request, service);
  const given = rangeHeader(request);
  const options = {
    ...leaseCondition(request),
    ...(given === undefined
      ? {}
      : { range: { start: given.start, end: (given.end ?? MAX_FILE_BYTES - 1) + 1 } }),
  };
  const previousSnapshot =
    request.version >= '2020-02-10' ? snapshotParameter(request, 'prevsharesnapshot') : undefined;
  if (previousSnapshot === undefined) {
    const { file, ranges } = listRanges(view, request.path, options);
    return rangeListResponse(request, file, ranges);
  }
  const supportRename = booleanHeader(request, 'x-ms-file-support-rename') ?? false;
  const { file, ranges } = listRangesDiff(view, request.path, {
    ...options,
    previousSnapshot,
    supportRename,
  });
  return rangeListResponse(request, file, ranges);
}

/** The range of a write, which must have both ends; `end` is exclusive. */
export function closedRange(request: ServiceRequest): { start: number; end: number } {
  const range: HeaderRange | undefined = rangeHeader(request);
  if (range === undefined) throw missingRequiredHeader('x-ms-range');
  if (range.end === undefined) throw invalidHeaderValue('x-ms-range', `bytes=${range.start}-`);
  return { start: range.start, end: range.end + 1 };
}

/** Lease and times of a range write; `x-ms-file-last-write-time` from version 2021-06-08. */
export function rangeWriteOptions(request: ServiceRequest): RangeWriteOptions {
  const mode = header(request, 'x-ms-file-last-write-time')?.toLowerCase();
  const condition = leaseCondition(request);
  if (request.version < LEAVES_TIMES_UNTIL) {
    return { ...condition, lastWriteTime: 'preserve', keepsChangeTime: true };
  }
  if (mode === undefined || request.version < '2021-06-08') return condition;
  if (mode !== 'now' && mode !== 'preserve') throw invalidHeaderValue('x-ms-file-last-write-time', mode);
  return { ...condition, lastWriteTime: mode };
}

/** What every range write answers. */
export function rangeWrittenHeaders(located: Located<FileEntry>, version: string): Record<string, string> {
  const headers = modifiedHeaders(located.entry.modified);
  if (version >= '2021-06-08')
    headers['x-ms-file-last-write-time'] = formatTicks(located.entry.lastWriteTime);
  return headers;
}

const MAX_FILE_BYTES = 4 * 1024 ** 4;

/** A range of a list; `end` is exclusive, `clear` tells one that now holds zeros. */
type ListedRange = { readonly start: number; readonly end: number; readonly clear?: boolean };

function rangeListResponse(
  request: ServiceRequest,
  file: Located<FileEntry>,
  all: readonly ListedRange[],
): ServiceResponse {
  const headers = modifiedHeaders(file.entry.modified);
  headers['x-ms-content-length'] = String(file.entry.size);
  const { ranges, nextMarker } = pageOf(request, all);
  if (ranges.length === 0) return xmlResponse(`${XML_PROLOG}<Ranges />`, headers);
  let body = `${XML_PROLOG}<Ranges>`;
  for (const { start, end, clear } of ranges) {
    const name = clear === true ? 'ClearRange' : 'Range';
    body += `<${name}><Start>${start}</Start><End>${end - 1}</End></${name}>`;
  }
  if (nextMarker !== undefined) body += `<NextMarker>${nextMarker}</NextMarker>`;
  return xmlResponse(`${body}</Ranges>`, headers);
}

/** Version 2026-10-06 brought pages, for requests that ask for them. */
function pageOf(
  request: ServiceRequest,
  all: readonly ListedRange[],
): { readonly ranges: readonly ListedRange[]; readonly nextMarker?: string } {
  const maxResults = request.version < '2026-10-06' ? undefined : maxResultsOf(request);
  if (maxResults === undefined) return { ranges: all };
  const marker = request.query.get('marker');
  const from = marker === undefined || marker === '' ? 0 : Number(parseMarker(marker));
  const first = all.findIndex((range) => range.start >= from);
  if (first < 0) return { ranges: [] };
  const next = all[first + maxResults];
  const ranges = all.slice(first, first + maxResults);
  return next === undefined ? { ranges } : { ranges, nextMarker: markerOf(String(next.start)) };
}
