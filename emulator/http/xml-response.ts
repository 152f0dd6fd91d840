import type { ServiceResponse } from './service-request.ts';
import { xmlBytes } from './xml.ts';

/** 200 with an XML document, which the service sends in chunks. */
export function xmlResponse(document: string, headers: Record<string, string> = {}): ServiceResponse {
  headers['content-type'] = 'application/xml';
  headers['transfer-encoding'] = 'chunked';
  return { status: 200, headers, body: xmlBytes(document) };
}
