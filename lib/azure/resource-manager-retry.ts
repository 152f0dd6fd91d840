import {
  type PipelineRequest,
  RestError,
  type RetryInformation,
  type RetryStrategy,
} from '@azure/core-rest-pipeline';
import { requestedWaitMs } from './retry-after.ts';

/**
 * The storage resource provider counts reads and lists in windows of five minutes and writes in windows of an
 * hour (azure/storage/common/scalability-targets-resource-provider); only the former are worth waiting for.
 */
export const LONGEST_WAIT_MS = 6 * 60_000;

/**
 * Honours `Retry-After` of a throttled request in full; what is to wait longer than it may fails at once and
 * says how long. Skips answers without that header.
 * @param longestWaitMs how many milliseconds a request may wait
 */
export function throttlingStrategy(longestWaitMs: (request: PipelineRequest) => number): RetryStrategy {
  return {
    name: 'sharepairThrottlingStrategy',
    retry(information) {
      const { response } = information;
      if (response?.status !== 429 && response?.status !== 503) return { skipStrategy: true };
      const wait = requestedWaitMs(response);
      if (wait === undefined) return { skipStrategy: true };
      if (wait > longestWaitMs(response.request)) return { errorToThrow: throttledForLong(response, wait) };
      return { retryAfterInMs: wait };
    },
  };
}

type Response = NonNullable<RetryInformation['response']>;

function throttledForLong(response: Response, wait: number): RestError {
  const { status, request } = response;
  return new RestError(`throttled for ${Math.ceil(wait / 1000)} s`, {
    statusCode: status,
    request,
    response,
  });
}
