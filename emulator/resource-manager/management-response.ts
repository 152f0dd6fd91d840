import type { ServiceResponse } from '../http/service-request.ts';
import type { ServiceError } from '../state/index.ts';
import { ManagementError } from './management-errors.ts';
import type { ManagementAnswer } from './management-request.ts';

/** What answers tell of their request; `now` is a timestamp with seven fractional digits. */
export type AnswerContext = {
  readonly requestId: string;
  /** As the client gave it, or made up. */
  readonly correlationId: string;
  readonly now: string;
};

/** The answer of an operation as it is sent; one without a body is announced as empty text. */
export function managementResponse(answer: ManagementAnswer, context: AnswerContext): ServiceResponse {
  const headers = commonHeaders(context);
  if (answer.etag !== undefined) headers.etag = answer.etag;
  if (answer.status === 204) return { status: 204, headers };
  if (answer.body === undefined) {
    headers['content-type'] = 'text/plain; charset=utf-8';
    return { status: answer.status, headers };
  }
  headers['content-type'] = 'application/json';
  return { status: answer.status, headers, body: Buffer.from(JSON.stringify(answer.body)) };
}

/**
 * The answer that tells an error, `{"error":{"code","message"}}`. Messages of the file service end with the
 * request's id and time, those of Resource Manager itself do not.
 */
export function managementErrorResponse(error: ServiceError, context: AnswerContext): ServiceResponse {
  const suffix =
    error instanceof ManagementError ? '' : `\nRequestId:${context.requestId}\nTime:${context.now}`;
  const body = { error: { code: error.code, message: error.message + suffix } };
  const response = managementResponse({ status: error.status, body }, context);
  Object.assign(response.headers, error.headers);
  return response;
}

function commonHeaders({ requestId, correlationId, now }: AnswerContext): Record<string, string> {
  return {
    'cache-control': 'no-cache',
    pragma: 'no-cache',
    expires: '-1',
    'x-ms-correlation-request-id': correlationId,
    'x-ms-routing-request-id': `EMULATOR:${now.slice(0, 19).replace(/[-:]/g, '')}Z:${requestId}`,
    'strict-transport-security': 'max-age=31536000; includeSubDomains',
    'x-content-type-options': 'nosniff',
  };
}
