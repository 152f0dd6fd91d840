import { createHash } from 'node:crypto';
import { md5Mismatch } from '../request-errors.ts';
import { integerHeader } from '../request-headers.ts';
import { header, type ServiceRequest } from '../service-request.ts';
import { decodeStructuredBody } from '../structured-body.ts';

/** The file content that a body carries, and its MD5 in base64. */
export type RequestContent = { readonly bytes: Buffer; readonly md5: string };

/**
 * Takes the content out of a body and checks it: `Content-MD5`, or the checksums of a structured body.
 * Throws 400 `Md5Mismatch`, `Crc64Mismatch` or `InvalidInput`.
 */
export function contentOf(request: ServiceRequest): RequestContent {
  const structure = header(request, 'x-ms-structured-body');
  const bytes =
    structure === undefined
      ? request.body
      : decodeStructuredBody(
          request.body,
          structure,
          integerHeader(request, 'x-ms-structured-content-length'),
        );
  const md5 = createHash('md5').update(bytes).digest('base64');
  const expected = header(request, 'content-md5');
  if (expected !== undefined && expected !== md5) throw md5Mismatch(expected, md5);
  return { bytes, md5 };
}
