import { isRestError, type PipelineResponse, RestError } from '@azure/core-rest-pipeline';
import type { RequestFailure } from './errors.ts';
import { requestedWaitMs } from './retry-after.ts';

/** What a body is that is no JSON. */
export const UNREADABLE = Symbol('unreadable');

/** The JSON of a body; undefined where that is empty. */
export function jsonOf(text: string | null | undefined): unknown {
  if (text === undefined || text === null || text === '') return undefined;
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return UNREADABLE;
  }
}

/** A failure without what was asked for. */
export type ManagementFailure = Pick<
  RequestFailure,
  'status' | 'code' | 'requestId' | 'detail' | 'retryAfterMs'
>;

/** What a refusal says: `{"error":{"code","message"}}`. */
export function refusal(response: PipelineResponse): ManagementFailure {
  const body = jsonOf(response.bodyAsText);
  const error = property(body, 'error');
  const code = property(error, 'code') ?? response.headers.get('x-ms-error-code');
  const message = property(error, 'message');
  return {
    status: response.status,
    code: typeof code === 'string' && code !== '' ? code : `HTTP ${response.status}`,
    requestId: requestIdOf(response),
    detail: typeof message === 'string' ? message.split('\n')[0] : undefined,
    retryAfterMs: requestedWaitMs(response),
  };
}

/** What kept a request from being answered. */
export function failureOf(error: unknown): ManagementFailure {
  if (isRestError(error) && error.response !== undefined) return refusal(error.response);
  const names: Readonly<Record<string, string>> = {
    [RestError.PARSE_ERROR]: 'IncompleteAnswer',
    [RestError.REQUEST_SEND_ERROR]: 'NetworkError',
  };
  const code = (isRestError(error) && error.code) || 'NetworkError';
  return { status: 0, code: names[code] ?? code, detail: error instanceof Error ? error.message : undefined };
}

export function requestIdOf({ headers }: PipelineResponse): string | undefined {
  return headers.get('x-ms-request-id') ?? headers.get('x-ms-correlation-request-id');
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined;
}
