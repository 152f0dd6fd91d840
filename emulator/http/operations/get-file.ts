import { createHash } from 'node:crypto';
import { type FileEntry, getFile, readContent, ServiceError } from '../../state/index.ts';
import { MAX_BODY_BYTES } from '../request-body.ts';
import { invalidHeaderValue } from '../request-errors.ts';
import { booleanHeader, rangeHeader } from '../request-headers.ts';
import { overrideBySas } from '../sas-response-headers.ts';
import type { Service } from '../service.ts';
import { type ByteStream, header, type ServiceRequest, type ServiceResponse } from '../service-request.ts';
import { STRUCTURED_BODY, structuredStream } from '../structured-body.ts';
import { leaseCondition, viewOf } from './addressed.ts';
import { filePropertyHeaders } from './file-operations.ts';

/** rest/api/storageservices/get-file: the whole file, or with a range 206 */
export function getFileHandler(request: ServiceRequest, service: Service): ServiceResponse {
  const located = getFile(viewOf(request, service), request.path, {
    ...leaseCondition(request),
    readData: true,
  });
  const file = located.entry;
  const range = rangeHeader(request);
  const wantsMd5 = booleanHeader(request, 'x-ms-range-get-content-md5') === true;
  const headers = filePropertyHeaders(located, request.version, '2020-02-10');
  overrideBySas(headers, request);
  headers['accept-ranges'] = 'bytes';
  if (range === undefined) {
    if (wantsMd5) throw invalidHeaderValue('x-ms-range-get-content-md5', 'true');
    if (file.headers.contentMd5 !== undefined) headers['content-md5'] = file.headers.contentMd5;
    return withBody(request, 200, headers, file, 0, file.size);
  }
  if (range.start >= file.size) throw invalidRange(file.size);
  const end = Math.min(file.size, range.end === undefined ? file.size : range.end + 1);
  headers['content-range'] = `bytes ${range.start}-${end - 1}/${file.size}`;
  if (file.headers.contentMd5 !== undefined) headers['x-ms-content-md5'] = file.headers.contentMd5;
  if (wantsMd5) {
    if (end - range.start > MAX_BODY_BYTES) throw invalidHeaderValue('x-ms-range-get-content-md5', 'true');
    headers['content-md5'] = md5Of(readContent(file, range.start, end));
  }
  return withBody(request, 206, headers, file, range.start, end);
}

/** 416 `InvalidRange`; the size is told in `Content-Range`. */
export function invalidRange(size: number): ServiceError {
  return new ServiceError(
    416,
    'InvalidRange',
    'The range specified is invalid for the current size of the resource.',
    { headers: { 'content-range': `bytes */${size}` } },
  );
}

function withBody(
  request: ServiceRequest,
  status: number,
  headers: Record<string, string>,
  file: FileEntry,
  start: number,
  end: number,
): ServiceResponse {
  const structure = header(request, 'x-ms-structured-body');
  if (structure === undefined) {
    const body: ByteStream = { length: end - start, chunks: readContent(file, start, end) };
    return { status, headers, body };
  }
  headers['x-ms-structured-body'] = STRUCTURED_BODY;
  headers['x-ms-structured-content-length'] = String(end - start);
  return {
    status,
    headers,
    body: structuredStream(end - start, (from, to) => readContent(file, start + from, start + to)),
  };
}

function md5Of(chunks: Iterable<Buffer>): string {
  const hash = createHash('md5');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest('base64');
}
