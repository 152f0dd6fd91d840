import type { ServiceResponse } from './service-request.ts';
import { xmlBytes } from './xml.ts';

/** 200 with an XML document, or the bytes of one, which the service sends in chunks. */
export function xmlResponse(
  document: string | Buffer,
  headers: Record<string, string> = {},
): ServiceResponse {
  headers['content-type'] = 'application/xml';
  headers['transfer-encoding'] = 'chunked';
  return { status: 200, headers, body: typeof document === 'string' ? xmlBytes(document) : document };
}
