import { type FileSource, putRangeFrom, readContent, ServiceError } from '../../state/index.ts';
import { openCopySource } from '../copy-source.ts';
import { Crc64 } from '../crc64.ts';
import { MAX_BODY_BYTES } from '../request-body.ts';
import {
  conditionNotMet,
  crc64Mismatch,
  invalidHeaderValue,
  requestBodyTooLarge,
} from '../request-errors.ts';
import { parseRange, requiredHeader } from '../request-headers.ts';
import type { Service } from '../service.ts';
import { header, type ServiceRequest, type ServiceResponse } from '../service-request.ts';
import { chargeCopy } from '../share-traffic.ts';
import { shareOf } from './addressed.ts';
import { closedRange, rangeWriteOptions, rangeWrittenHeaders } from './range-operations.ts';

/**
 * Up to this many bytes the checksum of what was copied is told. Past it the emulator would have to produce
 * bytes that it otherwise only shares between files, and no client reads the header.
 */
const MAX_CHECKSUM_BYTES = 1024 * 1024;

/** rest/api/storageservices/put-range-from-url */
export function putRangeFromUrl(request: ServiceRequest, service: Service): ServiceResponse {
  const write = requiredHeader(request, 'x-ms-write');
  if (write.toLowerCase() !== 'update') throw invalidHeaderValue('x-ms-write', write);
  if (request.body.length > 0) throw invalidHeaderValue('Content-Length', String(request.body.length));
  const target = closedRange(request);
  const length = target.end - target.start;
  const source = sourceRange(request, length);
  if (length > MAX_BODY_BYTES) throw requestBodyTooLarge(MAX_BODY_BYTES);
  const share = shareOf(request, service);
  const { file, address } = openCopySource(request, service, { takesToken: true });
  if (source + length > file.entry.size) throw sourceTooShort();
  const checksum = requireChecksums(request, file, source, length);
  const located = putRangeFrom(
    share,
    request.path,
    target.start,
    length,
    file,
    source,
    rangeWriteOptions(request),
  );
  chargeCopy(request, service, address, length);
  const headers = rangeWrittenHeaders(located, request.version);
  headers['x-ms-request-server-encrypted'] = 'true';
  if (checksum !== undefined) headers['x-ms-content-crc64'] = checksum;
  return { status: 201, headers };
}

/** Where the source range starts; it must be as long as the target's. */
function sourceRange(request: ServiceRequest, length: number): number {
  const text = requiredHeader(request, 'x-ms-source-range');
  const range = parseRange('x-ms-source-range', text);
  if (range.end === undefined || range.end + 1 - range.start !== length) {
    throw invalidHeaderValue('x-ms-source-range', text);
  }
  return range.start;
}

function requireChecksums(
  request: ServiceRequest,
  file: FileSource,
  start: number,
  length: number,
): string | undefined {
  const expected = header(request, 'x-ms-source-content-crc64');
  const match = header(request, 'x-ms-source-if-match-crc64');
  const noneMatch = header(request, 'x-ms-source-if-none-match-crc64');
  const asked = (expected ?? match ?? noneMatch) !== undefined;
  if (!asked && length > MAX_CHECKSUM_BYTES) return undefined;
  const crc = new Crc64();
  for (const chunk of readContent(file.entry, start, start + length)) crc.update(chunk);
  const computed = crc.digest().toString('base64');
  if (expected !== undefined && expected !== computed) throw crc64Mismatch(expected, computed);
  if ((match !== undefined && match !== computed) || noneMatch === computed) throw conditionNotMet();
  return computed;
}

function sourceTooShort(): ServiceError {
  return new ServiceError(
    409,
    'CannotVerifyCopySource',
    'The source request body for copy source does not match requested length to write on target.',
  );
}
