import {
  createEmptyPipeline,
  createHttpHeaders,
  createPipelineRequest,
  isRestError,
  type Pipeline,
  type PipelinePolicy,
  type PipelineRequest,
  type PipelineResponse,
  proxyPolicy,
  RestError,
  setClientRequestIdPolicy,
  userAgentPolicy,
} from '@azure/core-rest-pipeline';
import { getCachedDefaultHttpClient, storageCorrectContentLengthPolicy } from '@azure/storage-common';
import { bodyOf, readWhole, whatBecame, withinTime } from './attempt.ts';
import type { AccountCredential } from './credentials.ts';
import { type RequestContext, RequestFailedError } from './errors.ts';
import type { OperationName, RequestObserver } from './operations.ts';
import { Pace, type Place } from './pace.ts';
import { type RetryOptions, retryWhenPassing } from './retry.ts';

/** The version of the service's interface that every request asks for (versioning-for-the-azure-storage-services). */
export const SERVICE_VERSION = '2025-07-05';

export interface StorageAccountOptions extends RetryOptions {
  /** The account's file endpoint, `https://NAME.file.core.windows.net` or path style `http://host:port/NAME`. */
  readonly endpoint: string;
  readonly credential: AccountCredential;
  /** Milliseconds that one attempt may take, body included, before it counts as lost. */
  readonly timeoutMs: number;
  readonly observer?: RequestObserver | undefined;
  /** Requests under way at once, at most. */
  readonly concurrency: number;
  /** The account's pace, where others ask the same account; its own unless given. */
  readonly pace?: Pace | undefined;
  /** Cuts off every request that is under way. */
  readonly signal?: AbortSignal | undefined;
}

/** This program may no longer write, as another may have taken its place. */
export class FencedError extends Error {}

/** What is asked before a request that writes whether this program may still write. */
export interface Fence {
  /** @throws {FencedError} once it may not. */
  assertFresh(): void;
}

export interface FilesRequest {
  readonly operation: OperationName;
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly share?: string | undefined;
  readonly path?: string | undefined;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string | Uint8Array | undefined;
  /** Content in bytes that the service is asked to move, for the account's pace; the body's unless given. */
  readonly bytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** False for the few requests whose repetition after a lost answer would do something twice. */
  readonly repeatable?: boolean;
  /** True for the few requests that must not wait for others, such as the renewal of a lock. */
  readonly urgent?: boolean;
  /** Asked before every attempt whether it may still be sent; throws when it may not. */
  readonly fence?: Fence | undefined;
  /** True to get the body as bytes rather than as text. */
  readonly binary?: boolean;
}

export interface FilesResponse {
  readonly status: number;
  readonly text: string;
  readonly bytes: Uint8Array;
  header(name: string): string | undefined;
  /** The metadata of the answer, `x-ms-meta-*`, names in lower case. */
  metadata(): Record<string, string>;
}

/** A request with what its attempts have in common. */
interface SentRequest {
  readonly request: FilesRequest;
  readonly signal: AbortSignal | undefined;
  attempts: number;
}

/**
 * One storage account's file endpoint, reached through the Azure SDK's pipeline: its credentials, signing,
 * proxy and HTTP client. Requests and answers stay as they are on the wire, because the SDK's own client
 * turns the service's seven-digit times into `Date`, which cannot hold them.
 */
export class StorageAccount {
  readonly name: string;
  readonly endpoint: string;
  readonly credential: AccountCredential;
  readonly pace: Pace;
  readonly #pipelines: { readonly repeating: Pipeline; readonly once: Pipeline };
  readonly #requests = new WeakMap<PipelineRequest, SentRequest>();
  readonly #observer: RequestObserver | undefined;
  readonly #timeoutMs: number;
  readonly #signal: AbortSignal | undefined;

  constructor(options: StorageAccountOptions) {
    this.endpoint = options.endpoint.replace(/\/+$/, '');
    this.name = accountNameOf(this.endpoint);
    this.credential = options.credential;
    this.#observer = options.observer;
    this.#timeoutMs = options.timeoutMs;
    this.#signal = options.signal;
    this.pace = options.pace ?? new Pace(options);
    this.#pipelines = {
      repeating: this.#pipeline(retryWhenPassing(options)),
      once: this.#pipeline(undefined),
    };
  }

  /**
   * Sends one request and returns its answer.
   * @throws {RequestFailedError} when the service refused it or no complete answer came in spite of retries.
   */
  async send(request: FilesRequest): Promise<FilesResponse> {
    const signal = request.signal ?? this.#signal;
    signal?.throwIfAborted();
    const message = this.#message(request, signal);
    this.#requests.set(message, { request, signal, attempts: 0 });
    const pipeline = request.repeatable === false ? this.#pipelines.once : this.#pipelines.repeating;
    let response: PipelineResponse;
    try {
      response = await pipeline.sendRequest(getCachedDefaultHttpClient(), message);
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof FencedError) throw error;
      throw new RequestFailedError({ ...this.#context(request), ...networkFailure(error) });
    }
    if (response.status >= 400) {
      throw new RequestFailedError({ ...this.#context(request), ...refusal(response) });
    }
    return {
      status: response.status,
      text: response.bodyAsText ?? '',
      bytes: bodyOf(response) ?? new Uint8Array(),
      header: (name) => response.headers.get(name),
      metadata: () => metadataOf(response),
    };
  }

  /** The URL of a share, directory or file, without any signature. */
  url(share?: string, path?: string, query: Readonly<Record<string, string | undefined>> = {}): string {
    const location = [this.endpoint];
    if (share !== undefined) location.push(share);
    if (path) location.push(...path.split('/').map(encodeURIComponent));
    const parameters = Object.entries(query)
      .filter((entry): entry is [string, string] => entry[1] !== undefined)
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    const address = share === undefined ? `${this.endpoint}/` : location.join('/');
    return parameters.length === 0 ? address : `${address}?${parameters.join('&')}`;
  }

  #message(request: FilesRequest, signal: AbortSignal | undefined): PipelineRequest {
    const headers = createHttpHeaders({
      'x-ms-version': SERVICE_VERSION,
      ...(request.path === undefined ? {} : { 'x-ms-allow-trailing-dot': 'true' }),
    });
    for (const [name, value] of Object.entries(request.headers ?? {})) {
      if (value !== undefined) headers.set(name, value);
    }
    if (request.method === 'PUT' && request.body === undefined) headers.set('content-length', '0');
    return createPipelineRequest({
      url: this.credential.sign(this.url(request.share, request.path, request.query)),
      method: request.method,
      headers,
      allowInsecureConnection: true,
      ...(request.body === undefined ? {} : { body: toBody(request.body) }),
      ...(signal === undefined ? {} : { abortSignal: signal }),
      ...(request.binary === true ? { streamResponseStatusCodes: new Set([200, 206]) } : {}),
    });
  }

  #pipeline(retry: PipelinePolicy | undefined): Pipeline {
    const pipeline = createEmptyPipeline();
    pipeline.addPolicy(proxyPolicy());
    pipeline.addPolicy(userAgentPolicy({ userAgentPrefix: 'sharepair' }));
    pipeline.addPolicy(setClientRequestIdPolicy('x-ms-client-request-id'));
    pipeline.addPolicy(storageCorrectContentLengthPolicy());
    if (retry !== undefined) pipeline.addPolicy(retry, { phase: 'Retry' });
    pipeline.addPolicy(this.#attempt(), { afterPhase: 'Retry' });
    for (const policy of this.credential.policies()) pipeline.addPolicy(policy, { phase: 'Sign' });
    return pipeline;
  }

  /** One attempt: let go by the account's pace, bounded in time, read to its end, and counted in any case. */
  #attempt(): PipelinePolicy {
    return {
      name: 'sharepairAttempt',
      sendRequest: async (message, next) => {
        const sent = this.#requests.get(message);
        if (sent === undefined) return next(message);
        const place = await this.#place(sent);
        sent.attempts += 1;
        let started: number | undefined;
        let response: PipelineResponse | undefined;
        try {
          // Here rather than once: a request may wait long for its turn and between its attempts.
          sent.request.fence?.assertFresh();
          started = performance.now();
          response = await withinTime(message, this.#timeoutMs, async () => readWhole(await next(message)));
          return response;
        } finally {
          if (started === undefined) this.pace.leave(place);
          else this.#finish(place, sent.request, performance.now() - started, response);
        }
      },
    };
  }

  #finish(
    place: Place,
    request: FilesRequest,
    milliseconds: number,
    response: PipelineResponse | undefined,
  ): void {
    const { operation } = request;
    this.pace.leave(place, { operation, milliseconds, ...whatBecame(bytesAsked(request), response) });
    this.#observer?.({ operation, account: this.name, status: response?.status ?? 0, milliseconds });
  }

  async #place({ request, signal, attempts }: SentRequest): Promise<Place> {
    if (request.urgent === true) return this.pace.enterAtOnce();
    return this.pace.enter({ bytes: bytesAsked(request), again: attempts > 0, signal });
  }

  #context(request: FilesRequest): RequestContext {
    return {
      operation: request.operation,
      account: this.name,
      share: request.share,
      path: request.path,
      snapshot: request.query?.sharesnapshot,
    };
  }
}

/** The account that an endpoint names: its first label, or the last part of its path where there is one. */
export function accountNameOf(endpoint: string): string {
  const { hostname, pathname } = new URL(endpoint);
  const inPath = pathname
    .split('/')
    .filter((part) => part !== '')
    .at(-1);
  return inPath ?? hostname.split('.')[0] ?? hostname;
}

const METADATA_PREFIX = 'x-ms-meta-';

function metadataOf(response: PipelineResponse): Record<string, string> {
  const metadata: Record<string, string> = {};
  for (const [name, value] of response.headers) {
    if (name.startsWith(METADATA_PREFIX)) metadata[name.slice(METADATA_PREFIX.length)] = value;
  }
  return metadata;
}

function bytesAsked({ bytes, body }: FilesRequest): number {
  return bytes ?? (body === undefined ? 0 : Buffer.byteLength(body));
}

function toBody(body: string | Uint8Array): string | Buffer {
  return typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

function refusal(response: PipelineResponse) {
  const text = response.bodyAsText ?? '';
  const code = response.headers.get('x-ms-error-code') ?? /<Code>([^<]*)<\/Code>/.exec(text)?.[1];
  const message = /<Message>([^<]*)/.exec(text)?.[1]?.split('\n')[0];
  // The one detail of a refused signature that says something and holds none of it.
  const expired = /<AuthenticationErrorDetail>(Signature not valid in the specified time frame[^<]*)/.exec(
    text,
  )?.[1];
  return {
    status: response.status,
    code: code ?? `HTTP ${response.status}`,
    requestId: response.headers.get('x-ms-request-id'),
    detail: expired ?? message,
  };
}

function networkFailure(error: unknown) {
  if (isRestError(error) && error.response !== undefined) return refusal(error.response);
  const code = isRestError(error) && error.code !== undefined ? error.code : 'NetworkError';
  const names: Record<string, string> = {
    [RestError.PARSE_ERROR]: 'IncompleteAnswer',
    [RestError.REQUEST_SEND_ERROR]: 'NetworkError',
  };
  return { status: 0, code: names[code] ?? code, detail: messageOf(error) };
}

/** What the network or a login says of itself, without any signature that it may quote. */
function messageOf(error: unknown): string | undefined {
  return error instanceof Error ? error.message.replace(/sig=[^&\s"']+/g, 'sig=…') : undefined;
}
