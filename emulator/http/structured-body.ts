import { Crc64 } from './crc64.ts';
import { crc64Mismatch, invalidHeaderValue, invalidInput } from './request-errors.ts';
import type { ByteStream } from './service-request.ts';

/** The only value of `x-ms-structured-body` there is. */
export const STRUCTURED_BODY = 'XSM/1.0; properties=crc64';

const HEADER_BYTES = 13;
const SEGMENT_HEADER_BYTES = 10;
const CHECKSUM_BYTES = 8;
const SEGMENT_BYTES = 4 * 1024 * 1024;

/**
 * Takes the content out of a structured message (header `x-ms-structured-body`): version, total length,
 * flags and segment count, then numbered segments each with its checksum, then the checksum of all.
 * Throws 400 when the frame is broken, a checksum does not hold, or the content is not as long as
 * `x-ms-structured-content-length` says.
 */
export function decodeStructuredBody(body: Buffer, kind: string, contentLength: number | undefined): Buffer {
  if (kind.replaceAll(' ', '').toLowerCase() !== STRUCTURED_BODY.replaceAll(' ', '').toLowerCase()) {
    throw invalidHeaderValue('x-ms-structured-body', kind);
  }
  if (body.length < HEADER_BYTES || body[0] !== 1 || Number(body.readBigUInt64LE(1)) !== body.length) {
    throw invalidInput();
  }
  const hasChecksums = (body.readUInt16LE(9) & 1) === 1;
  const segments = body.readUInt16LE(11);
  const parts: Buffer[] = [];
  const whole = new Crc64();
  let offset = HEADER_BYTES;
  for (let number = 1; number <= segments; number++) {
    if (offset + SEGMENT_HEADER_BYTES > body.length || body.readUInt16LE(offset) !== number)
      throw invalidInput();
    const length = Number(body.readBigUInt64LE(offset + 2));
    offset += SEGMENT_HEADER_BYTES;
    const content = body.subarray(offset, offset + length);
    if (content.length !== length) throw invalidInput();
    offset += length;
    whole.update(content);
    if (hasChecksums) offset = expectChecksum(body, offset, new Crc64().update(content));
    parts.push(content);
  }
  if (hasChecksums) offset = expectChecksum(body, offset, whole);
  const decoded = parts.length === 1 ? (parts[0] ?? Buffer.alloc(0)) : Buffer.concat(parts);
  if (offset !== body.length || (contentLength !== undefined && contentLength !== decoded.length))
    throw invalidInput();
  return decoded;
}

/**
 * Frames content as a structured message while it is sent, for downloads that ask for one; `read` gives the
 * bytes from one offset of the content up to another.
 */
export function structuredStream(
  contentLength: number,
  read: (start: number, end: number) => Iterable<Buffer>,
): ByteStream {
  const segments = Math.ceil(contentLength / SEGMENT_BYTES);
  const framing = HEADER_BYTES + segments * (SEGMENT_HEADER_BYTES + CHECKSUM_BYTES) + CHECKSUM_BYTES;
  const length = contentLength + framing;
  return { length, chunks: structuredChunks(length, contentLength, segments, read) };
}

function* structuredChunks(
  length: number,
  contentLength: number,
  segments: number,
  read: (start: number, end: number) => Iterable<Buffer>,
): Iterable<Buffer> {
  const header = Buffer.alloc(HEADER_BYTES);
  header[0] = 1;
  header.writeBigUInt64LE(BigInt(length), 1);
  header.writeUInt16LE(1, 9);
  header.writeUInt16LE(segments, 11);
  yield header;
  const whole = new Crc64();
  for (let number = 1; number <= segments; number++) {
    const start = (number - 1) * SEGMENT_BYTES;
    const end = Math.min(contentLength, start + SEGMENT_BYTES);
    const segmentHeader = Buffer.alloc(SEGMENT_HEADER_BYTES);
    segmentHeader.writeUInt16LE(number, 0);
    segmentHeader.writeBigUInt64LE(BigInt(end - start), 2);
    yield segmentHeader;
    const checksum = new Crc64();
    for (const chunk of read(start, end)) {
      checksum.update(chunk);
      whole.update(chunk);
      yield chunk;
    }
    yield checksum.digest();
  }
  yield whole.digest();
}

function expectChecksum(body: Buffer, offset: number, computed: Crc64): number {
  const given = body.subarray(offset, offset + CHECKSUM_BYTES);
  const expected = computed.digest();
  if (!given.equals(expected)) throw crc64Mismatch(given.toString('base64'), expected.toString('base64'));
  return offset + CHECKSUM_BYTES;
}
