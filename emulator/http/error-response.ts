import { bearerChallenge } from '../auth/auth-errors.ts';
import { ServiceError } from '../state/index.ts';
import type { ServiceResponse } from './service-request.ts';
import { buildXml, xmlBytes } from './xml.ts';

/**
 * The answer that tells an error: `x-ms-error-code` and, save on HEAD, the XML of
 * learn.microsoft.com rest/api/storageservices/status-and-error-codes2, whose message ends with the
 * request's id and time. `now` is a timestamp with seven fractional digits.
 */
export function errorResponse(
  error: ServiceError,
  method: string,
  requestId: string,
  now: string,
): ServiceResponse {
  const headers: Record<string, string> = { 'x-ms-error-code': error.code, ...error.headers };
  if (error.status === 401) headers['www-authenticate'] ??= bearerChallenge();
  if (method === 'HEAD') return { status: error.status, headers };
  const body = buildXml('Error', {
    Code: error.code,
    Message: `${error.message}\nRequestId:${requestId}\nTime:${now}`,
    ...error.fields,
  });
  headers['content-type'] = 'application/xml';
  return { status: error.status, headers, body: xmlBytes(body) };
}

/** What an unforeseen exception looks like to a client. */
export function internalError(): ServiceError {
  return new ServiceError(
    500,
    'InternalError',
    'The server encountered an internal error. Please retry the request.',
  );
}
