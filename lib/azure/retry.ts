import type {
  PipelinePolicy,
  PipelineResponse,
  RestError,
  RetryInformation,
  RetryStrategy,
} from '@azure/core-rest-pipeline';
import { RestError as RestErrorClass, retryPolicy } from '@azure/core-rest-pipeline';
import { requestedWaitMs } from './retry-after.ts';

export interface RetryOptions {
  /** How often a request is sent again after it failed in a way that may pass. */
  readonly retries: number;
  /** Milliseconds before the first retry; doubled for each further one, with jitter. */
  readonly retryDelayMs: number;
}

const LONGEST_DELAY_MS = 60_000;
const THROTTLED_STATUS = new Set([429, 503]);
const PASSING_STATUS = new Set([408, 429, 500, 502, 503, 504]);
const PASSING_NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ERR_SOCKET_CONNECTION_TIMEOUT',
  RestErrorClass.REQUEST_SEND_ERROR,
  // The body of an answer broke off.
  RestErrorClass.PARSE_ERROR,
]);

/**
 * Sends a request again when the service is busy, failed inside, or the network broke.
 *
 * Every request that passes here must be safe to repeat after a lost answer; the few that are not say
 * `repeatable: false`. The pipeline's own exponential strategy is not used, as it repeats neither a 429
 * without Retry-After nor an answer whose body broke off.
 */
export function retryWhenPassing(options: RetryOptions): PipelinePolicy {
  return retryPolicy([passingFailureStrategy(options)], { maxRetries: options.retries });
}

export function passingFailureStrategy(options: RetryOptions): RetryStrategy {
  return {
    name: 'passingFailureStrategy',
    retry(information) {
      if (!mayPass(information)) return { skipStrategy: true };
      return {
        retryAfterInMs:
          retryAfterMs(information.response) ?? backoff(information.retryCount, options.retryDelayMs),
      };
    },
  };
}

/** Whether the service refused because it, or the source that it was to copy from, is busy. */
export function isThrottled(response: PipelineResponse): boolean {
  return statusesOf(response).some((status) => THROTTLED_STATUS.has(status));
}

/** What an answer asks to wait, in milliseconds; a minute at most. */
export function retryAfterMs(response: PipelineResponse | undefined): number | undefined {
  const wait = response && requestedWaitMs(response);
  return wait === undefined ? undefined : Math.min(wait, LONGEST_DELAY_MS);
}

/** Since 2025-07-05 a server-side copy names what its source answered, too (versioning page 2025-07-05). */
function statusesOf(response: PipelineResponse): number[] {
  return [response.status, Number(response.headers.get('x-ms-copy-source-status-code'))];
}

function mayPass({ response, responseError }: RetryInformation): boolean {
  if (response !== undefined && statusesOf(response).some((status) => PASSING_STATUS.has(status)))
    return true;
  return responseError !== undefined && isPassingNetworkError(responseError);
}

function isPassingNetworkError(error: RestError): boolean {
  return error.code !== undefined && PASSING_NETWORK_CODES.has(error.code);
}

function backoff(retryCount: number, firstDelay: number): number {
  const delay = Math.min(firstDelay * 2 ** retryCount, LONGEST_DELAY_MS);
  return delay * (0.75 + Math.random() * 0.5);
}
