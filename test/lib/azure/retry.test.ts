import {
  createHttpHeaders,
  createPipelineRequest,
  type PipelineResponse,
  RestError,
} from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import { isThrottled, passingFailureStrategy } from '../../../lib/azure/retry.ts';

const strategy = passingFailureStrategy({ retries: 3, retryDelayMs: 100 });

function response(status: number, headers: Record<string, string> = {}): PipelineResponse {
  return {
    status,
    headers: createHttpHeaders(headers),
    request: createPipelineRequest({ url: 'http://127.0.0.1/' }),
  };
}

describe('passingFailureStrategy', () => {
  it.each([408, 429, 500, 502, 503, 504])('sends a request again that was answered %i', (status) => {
    expect(strategy.retry({ retryCount: 0, response: response(status) }).retryAfterInMs).toBeGreaterThan(0);
  });

  it.each([200, 201, 400, 403, 404, 409, 412])('takes %i for an answer', (status) => {
    expect(strategy.retry({ retryCount: 0, response: response(status) }).skipStrategy).toBe(true);
  });

  it('sends a copy again whose source was busy', () => {
    const answer = response(400, { 'x-ms-copy-source-status-code': '503' });
    expect(strategy.retry({ retryCount: 0, response: answer }).retryAfterInMs).toBeGreaterThan(0);
  });

  it.each(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', RestError.PARSE_ERROR])(
    'sends a request again that ended in %s',
    (code) => {
      const responseError = new RestError('broken', { code });
      expect(strategy.retry({ retryCount: 0, responseError }).retryAfterInMs).toBeGreaterThan(0);
    },
  );

  it('waits as long as the service says', () => {
    expect(
      strategy.retry({ retryCount: 0, response: response(503, { 'retry-after': '7' }) }).retryAfterInMs,
    ).toBe(7000);
    const at = new Date(Date.now() + 30_000).toUTCString();
    const waits =
      strategy.retry({ retryCount: 0, response: response(429, { 'retry-after': at }) }).retryAfterInMs ?? 0;
    expect(waits).toBeGreaterThan(25_000);
    expect(waits).toBeLessThanOrEqual(30_000);
  });

  it('waits longer each time, and never more than a minute and a quarter', () => {
    const waits = [0, 1, 2, 3].map(
      (retryCount) => strategy.retry({ retryCount, response: response(500) }).retryAfterInMs ?? 0,
    );
    for (const [count, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(75 * 2 ** count);
      expect(wait).toBeLessThanOrEqual(125 * 2 ** count);
    }
    expect(strategy.retry({ retryCount: 30, response: response(500) }).retryAfterInMs).toBeLessThanOrEqual(
      75_000,
    );
  });
});

describe('isThrottled', () => {
  it.each([429, 503])('tells a service that is busy by %i, and a copy whose source was', (status) => {
    expect(isThrottled(response(status))).toBe(true);
    expect(isThrottled(response(400, { 'x-ms-copy-source-status-code': String(status) }))).toBe(true);
  });

  it.each([200, 404, 408, 500, 502, 504])('does not take %i for it', (status) => {
    expect(isThrottled(response(status))).toBe(false);
  });
});
