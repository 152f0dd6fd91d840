import { createStorageManagement } from '@azure/arm-storage/api';
import {
  bearerTokenAuthenticationPolicyName,
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineRequest,
  type HttpClient,
  type Pipeline,
  type PipelinePolicy,
  type PipelineRequest,
  type PipelineResponse,
  redirectPolicyName,
  retryPolicy,
} from '@azure/core-rest-pipeline';
import type { TokenCredential } from '@azure/identity';
import { Limiter } from '../limiter.ts';
import { withinTime } from './attempt.ts';
import { type RequestContext, RequestFailedError } from './errors.ts';
import type { ManagementOperationName, RequestObserver } from './operations.ts';
import { failureOf, jsonOf, refusal, requestIdOf, UNREADABLE } from './resource-manager-answers.ts';
import { LONGEST_WAIT_MS, throttlingStrategy } from './resource-manager-retry.ts';
import { passingFailureStrategy, type RetryOptions } from './retry.ts';
import { type Fence, FencedError } from './storage-account.ts';

/** The version of the storage resource provider's interface that every request asks for. */
const API_VERSION = '2025-08-01';

/** Requests under way at once; what is allowed in five minutes is few, so more would only be refused sooner. */
const CONCURRENCY = 8;

const SNAPSHOT_ID = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{7}Z$/;

/** A lock that is renewed every 30 s and counts as lost after 40 s has no time to hang or to wait. */
const URGENT_MS = 5_000;

/** Where Resource Manager knows a storage account. */
export interface ResourceManagerPlace {
  /** The id of the subscription. */
  readonly subscription: string;
  readonly resourceGroup: string;
  /** Absolute https URL without a slash at its end, `https://management.azure.com` in the public cloud. */
  readonly endpoint: string;
  /** What a token has to be for, without `/.default`. */
  readonly audience: string;
}

export interface ResourceManagerAccountOptions extends RetryOptions {
  /** The name of the storage account. */
  readonly name: string;
  readonly place: ResourceManagerPlace;
  readonly credential: TokenCredential;
  /** Milliseconds that one attempt may take, body included, before it counts as lost. */
  readonly timeoutMs: number;
  readonly observer?: RequestObserver | undefined;
  /** Cuts off every request that is under way. */
  readonly signal?: AbortSignal | undefined;
  /** Sends what the pipeline has made; replaced in tests. */
  readonly httpClient?: HttpClient | undefined;
}

export interface ManagementRequest {
  readonly operation: ManagementOperationName;
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** The share that it is about, told by errors. */
  readonly share: string;
  /** Below the account's file shares: empty for their list, else `/NAME` or `/NAME/lease`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** The snapshot that it is about, with all seven digits; the share itself where there is none. */
  readonly snapshot?: string | undefined;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** False for the few requests whose repetition after a lost answer would do something twice. */
  readonly repeatable?: boolean;
  /** True for the few requests that must not wait for others, such as the renewal of a lock. */
  readonly urgent?: boolean;
  /** Asked before every attempt whether it may still be sent; throws when it may not. */
  readonly fence?: Fence | undefined;
}

/** What sends requests to Resource Manager about the file shares of one account. */
export type ManagementClient = Pick<ResourceManagerAccount, 'name' | 'send' | 'pages' | 'incompleteAnswer'>;

/** The JSON of an answer as it was sent, times with all their digits; undefined where there is none. */
export interface ManagementResponse {
  readonly body: unknown;
  readonly requestId: string | undefined;
}

/**
 * The file shares of one storage account in Azure Resource Manager, reached through the pipeline of the
 * Azure SDK's client: its credentials, scopes and proxy. Its operations are not used, as they turn the id of
 * a snapshot into a `Date`, which loses four of its seven digits, and show no raw answer of further pages.
 */
export class ResourceManagerAccount {
  readonly name: string;
  readonly #options: ResourceManagerAccountOptions;
  readonly #httpClient: HttpClient;
  readonly #pipelines: { readonly repeating: Pipeline; readonly once: Pipeline };
  readonly #requests = new WeakMap<PipelineRequest, ManagementRequest>();
  readonly #places = new Limiter(CONCURRENCY);

  constructor(options: ResourceManagerAccountOptions) {
    this.name = options.name;
    this.#options = options;
    this.#httpClient = options.httpClient ?? defaultHttpClient;
    const once = this.#pipeline();
    const repeating = once.clone();
    const longestWaitMs = (message: PipelineRequest) =>
      this.#requests.get(message)?.urgent === true ? URGENT_MS : LONGEST_WAIT_MS;
    const strategies = [throttlingStrategy(longestWaitMs), passingFailureStrategy(options)];
    repeating.addPolicy(retryPolicy(strategies, { maxRetries: options.retries }), { phase: 'Retry' });
    this.#pipelines = { repeating, once };
  }

  /**
   * Sends one request and returns its answer.
   * @throws {RequestFailedError} when it was refused or no complete answer came in spite of retries.
   */
  async send(request: ManagementRequest): Promise<ManagementResponse> {
    return this.#sendTo(request, this.#url(request));
  }

  /** The pages of a list, in order. */
  async *pages(request: ManagementRequest): AsyncGenerator<ManagementResponse> {
    for (let url: string | undefined = this.#url(request); url !== undefined; ) {
      const page = await this.#sendTo(request, url);
      yield page;
      url = this.#nextUrl(page.body);
    }
  }

  async #sendTo(request: ManagementRequest, url: string): Promise<ManagementResponse> {
    // Without a snapshot, a DELETE deletes the share with all its snapshots (rest/api/storagerp/file-shares/delete).
    if (request.method === 'DELETE' && !SNAPSHOT_ID.test(request.snapshot ?? '')) {
      throw new Error(`refused to delete a snapshot of share ${request.share} without its id`);
    }
    if (request.urgent === true) return this.#attemptAll(request, url);
    await this.#places.enter();
    try {
      return await this.#attemptAll(request, url);
    } finally {
      this.#places.leave();
    }
  }

  async #attemptAll(request: ManagementRequest, url: string): Promise<ManagementResponse> {
    const signal = request.signal ?? this.#options.signal;
    signal?.throwIfAborted();
    const message = toMessage(request, url, signal);
    this.#requests.set(message, request);
    const pipeline = request.repeatable === false ? this.#pipelines.once : this.#pipelines.repeating;
    let response: PipelineResponse;
    try {
      response = await pipeline.sendRequest(this.#httpClient, message);
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof FencedError) throw error;
      throw new RequestFailedError({ ...this.#context(request), ...failureOf(error) });
    }
    const requestId = requestIdOf(response);
    // Resource Manager redirects nothing that is asked of it here.
    if (response.status >= 300) {
      throw new RequestFailedError({ ...this.#context(request), ...refusal(response) });
    }
    const body = jsonOf(response.bodyAsText);
    if (body !== UNREADABLE) return { body, requestId };
    throw this.incompleteAnswer(request, requestId, 'what it sent is no JSON');
  }

  /** An answer that lacks what it must have; it may have had its effect all the same. */
  incompleteAnswer(
    request: ManagementRequest,
    requestId: string | undefined,
    detail: string,
  ): RequestFailedError {
    const failure = { status: 0, code: 'IncompleteAnswer', requestId, detail };
    return new RequestFailedError({ ...this.#context(request), ...failure });
  }

  #url({ path, query, method }: ManagementRequest): string {
    const { endpoint, subscription, resourceGroup } = this.#options.place;
    const group = `/subscriptions/${subscription}/resourceGroups/${encodeURIComponent(resourceGroup)}`;
    const account = `/providers/Microsoft.Storage/storageAccounts/${this.name}`;
    // Were the snapshot's id lost on the way, this keeps the share as long as it has any snapshot.
    const guard = method === 'DELETE' ? { $include: 'none' } : {};
    const parameters = Object.entries({ 'api-version': API_VERSION, ...query, ...guard })
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join('&');
    return `${endpoint}${group}${account}/fileServices/default/shares${path}?${parameters}`;
  }

  /** The next page of a list, from the configured endpoint whatever host is named: tokens go nowhere else. */
  #nextUrl(body: unknown): string | undefined {
    const { endpoint } = this.#options.place;
    const nextLink = typeof body === 'object' && body !== null && 'nextLink' in body && body.nextLink;
    if (typeof nextLink !== 'string' || nextLink === '') return undefined;
    const { pathname, search } = new URL(nextLink, endpoint);
    return `${endpoint}${pathname}${search}`;
  }

  #pipeline(): Pipeline {
    const { place, credential } = this.#options;
    const { pipeline } = createStorageManagement(credential, place.subscription, {
      endpoint: place.endpoint,
      credentials: { scopes: [`${place.audience}/.default`] },
      userAgentOptions: { userAgentPrefix: 'sharepair' },
    });
    pipeline.removePolicy({ phase: 'Retry' });
    pipeline.removePolicy({ name: redirectPolicyName });
    pipeline.addPolicy(this.#attempt(), { afterPhase: 'Retry' });
    // Asked at each attempt, as a token may expire while a throttled request waits.
    for (const policy of pipeline.removePolicy({ name: bearerTokenAuthenticationPolicyName })) {
      pipeline.addPolicy(policy, { phase: 'Sign' });
    }
    return pipeline;
  }

  /** One attempt: bounded in time, and counted whatever comes of it. */
  #attempt(): PipelinePolicy {
    return {
      name: 'sharepairAttempt',
      sendRequest: async (message, next) => {
        const asked = this.#requests.get(message);
        asked?.fence?.assertFresh();
        const { timeoutMs } = this.#options;
        const limitMs = asked?.urgent === true ? Math.min(timeoutMs, URGENT_MS) : timeoutMs;
        const started = performance.now();
        let status = 0;
        try {
          const response = await withinTime(message, limitMs, () => next(message));
          status = response.status;
          return response;
        } finally {
          if (asked !== undefined) {
            const { operation } = asked;
            const milliseconds = performance.now() - started;
            this.#options.observer?.({ operation, account: this.name, status, milliseconds });
          }
        }
      },
    };
  }

  #context({ operation, share, snapshot }: ManagementRequest): RequestContext {
    return { operation, account: this.name, share, snapshot };
  }
}

const defaultHttpClient = createDefaultHttpClient();

function toMessage(
  { method, snapshot, body }: ManagementRequest,
  url: string,
  signal: AbortSignal | undefined,
): PipelineRequest {
  const headers = createHttpHeaders({ accept: 'application/json' });
  if (snapshot !== undefined) headers.set('x-ms-snapshot', snapshot);
  if (body !== undefined) headers.set('content-type', 'application/json');
  return createPipelineRequest({
    url,
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { abortSignal: signal }),
  });
}
