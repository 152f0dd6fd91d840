import { type PipelineRequest, type PipelineResponse, RestError } from '@azure/core-rest-pipeline';
import { isThrottled, retryAfterMs } from './retry.ts';

const bodies = new WeakMap<PipelineResponse, Uint8Array>();

/** The body of an answer that {@link readWhole} read, where it was asked for as bytes. */
export function bodyOf(response: PipelineResponse): Uint8Array | undefined {
  return bodies.get(response);
}

/** Reads a streamed body to its end, so that one that breaks off fails the attempt. */
export async function readWhole(response: PipelineResponse): Promise<PipelineResponse> {
  const stream = response.readableStreamBody;
  if (stream === undefined) return response;
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of stream) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  } catch (error) {
    throw new RestError(error instanceof Error ? error.message : 'the body broke off', {
      code: RestError.PARSE_ERROR,
    });
  }
  bodies.set(response, Buffer.concat(chunks));
  return response;
}

/** Ends an attempt that takes longer than it may. */
export async function withinTime<T>(
  request: PipelineRequest,
  limitMs: number,
  attempt: () => Promise<T>,
): Promise<T> {
  const outer = request.abortSignal;
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), limitMs);
  request.abortSignal = outer === undefined ? limit.signal : anySignal(outer, limit.signal);
  try {
    return await attempt();
  } catch (error) {
    if (limit.signal.aborted && outer?.aborted !== true) {
      throw new RestError(`no complete answer within ${limitMs} ms`, { code: 'ETIMEDOUT' });
    }
    throw error;
  } finally {
    clearTimeout(timer);
    if (outer === undefined) delete request.abortSignal;
    else request.abortSignal = outer;
  }
}

type AbortSignalLike = NonNullable<PipelineRequest['abortSignal']>;

function anySignal(outer: AbortSignalLike, limit: AbortSignal): AbortSignal {
  return outer instanceof AbortSignal ? AbortSignal.any([outer, limit]) : limit;
}

/**
 * What an account's pace learns from an attempt that asked for so many bytes to be moved. A failure inside
 * the service says nothing about how busy it is.
 */
export function whatBecame(asked: number, response: PipelineResponse | undefined) {
  if (response === undefined) return { outcome: 'lost', bytes: asked } as const;
  if (isThrottled(response)) {
    return { outcome: 'throttled', bytes: asked, retryAfterMs: retryAfterMs(response) } as const;
  }
  const received = bodies.get(response)?.byteLength ?? response.bodyAsText?.length ?? 0;
  const outcome = response.status === 408 || response.status >= 500 ? 'lost' : 'answered';
  return { outcome, bytes: Math.max(asked, received) } as const;
}
