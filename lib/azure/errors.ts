import type { OperationName } from './operations.ts';

export interface RequestContext {
  readonly operation: OperationName;
  readonly account: string;
  readonly share?: string | undefined;
  /** Path within the share, without a leading slash; empty for the share or its root directory. */
  readonly path?: string | undefined;
  readonly snapshot?: string | undefined;
}

export interface RequestFailure extends RequestContext {
  /** HTTP status, or 0 when no complete answer came. */
  readonly status: number;
  /** The service's error code (rest/api/storageservices/file-service-error-codes), or the network's. */
  readonly code: string;
  readonly requestId?: string | undefined;
  readonly detail?: string | undefined;
  /** Milliseconds after which the service wants to be asked again, where it says so. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * A request to Azure Files that was refused, or that got no complete answer after every retry.
 * Carries no URL, header or body, so that no signature or key can reach a log through it.
 */
export class RequestFailedError extends Error {
  readonly failure: RequestFailure;

  constructor(failure: RequestFailure) {
    super(describe(failure));
    this.name = 'RequestFailedError';
    this.failure = failure;
  }

  get code(): string {
    return this.failure.code;
  }

  get status(): number {
    return this.failure.status;
  }

  get requestId(): string | undefined {
    return this.failure.requestId;
  }
}

/** Whether `error` is the service's refusal with one of these error codes. */
export function isRefusal(error: unknown, ...codes: string[]): error is RequestFailedError {
  return error instanceof RequestFailedError && codes.includes(error.code);
}

/** Whether `error` says that the thing asked for does not exist. */
export function isNotFound(error: unknown): error is RequestFailedError {
  return error instanceof RequestFailedError && error.status === 404;
}

function describe(failure: RequestFailure): string {
  const snapshot = failure.snapshot === undefined ? '' : ` at ${failure.snapshot}`;
  const place =
    failure.share === undefined ? failure.account : `${failure.account}/${failure.share}${snapshot}`;
  const path = failure.path ? ` "${failure.path}"` : '';
  const answer = failure.status === 0 ? 'got no complete answer' : `was answered ${failure.status}`;
  const detail = failure.detail ? `: ${failure.detail}` : '';
  const requestId = failure.requestId ? ` (request ${failure.requestId})` : '';
  return `${failure.operation} on ${place}${path} ${answer} ${failure.code}${detail}${requestId}`;
}
