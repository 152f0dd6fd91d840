import {
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
  RestError,
} from '@azure/core-rest-pipeline';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RequestFailedError } from '../../../lib/azure/errors.ts';
import type { RequestSent } from '../../../lib/azure/operations.ts';
import { type ManagementRequest, ResourceManagerAccount } from '../../../lib/azure/resource-manager.ts';
import { FencedError } from '../../../lib/azure/storage-account.ts';

type Answer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
};

const SECRET = 'eyJ0.secret.token';
const GET: ManagementRequest = {
  operation: 'ArmGetShare',
  method: 'GET',
  share: 'finance',
  path: '/finance',
};

let sent: PipelineRequest[];
let observed: RequestSent[];
let tokens: number;

beforeEach(() => {
  sent = [];
  observed = [];
  tokens = 0;
});

afterEach(() => vi.useRealTimers());

/** An account whose requests get these answers in turn; the last one again and again. */
function account(answers: readonly (Answer | Error)[], retries = 2): ResourceManagerAccount {
  const httpClient: HttpClient = {
    sendRequest: async (request) => {
      sent.push({ ...request, headers: createHttpHeaders(request.headers.toJSON()) });
      const answer = answers[Math.min(sent.length, answers.length) - 1];
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error('no answer');
      const { status, headers = {}, body } = answer;
      const bodyAsText = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
      return { status, headers: createHttpHeaders(headers), request, bodyAsText };
    },
  };
  return new ResourceManagerAccount({
    name: 'dracct',
    place: {
      subscription: '00000000-0000-0000-0000-000000000001',
      resourceGroup: 'backup (dr)',
      endpoint: 'https://management.azure.com',
      audience: 'https://management.azure.com',
    },
    credential: {
      getToken: async (scopes) => {
        tokens += 1;
        expect([scopes].flat()).toEqual(['https://management.azure.com/.default']);
        return { token: SECRET, expiresOnTimestamp: Date.now() + 200_000 };
      },
    },
    retries,
    retryDelayMs: 0,
    timeoutMs: 60_000,
    observer: (request) => observed.push(request),
    httpClient,
  });
}

async function refusalOf(call: Promise<unknown>): Promise<RequestFailedError> {
  const error = await call.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  );
  if (error instanceof RequestFailedError) return error;
  throw error;
}

describe('a request to Resource Manager', () => {
  it('names the resource, its snapshot and the version, with a token', async () => {
    const { body } = await account([{ status: 200, body: { name: 'finance' } }]).send({
      ...GET,
      snapshot: '2026-11-21T05:30:00.1234567Z',
    });
    expect(body).toEqual({ name: 'finance' });
    const [request] = sent;
    expect(request?.url).toMatch(
      /^https:\/\/management\.azure\.com\/subscriptions\/00000000-0000-0000-0000-000000000001\/resourceGroups\/backup%20\(dr\)\/providers\/Microsoft\.Storage\/storageAccounts\/dracct\/fileServices\/default\/shares\/finance\?api-version=\d{4}-\d\d-\d\d$/,
    );
    expect(request?.headers.get('x-ms-snapshot')).toBe('2026-11-21T05:30:00.1234567Z');
    expect(request?.headers.get('authorization')).toBe(`Bearer ${SECRET}`);
    expect(observed).toMatchObject([{ operation: 'ArmGetShare', account: 'dracct', status: 200 }]);
  });

  it('never deletes without a snapshot, and never a share that has any', async () => {
    const manager = account([{ status: 200 }]);
    const request = { ...GET, operation: 'ArmDeleteSnapshot', method: 'DELETE' } as const;
    for (const snapshot of [undefined, '', ' ', '2026-11-21T05:30:00.123Z']) {
      await expect(manager.send({ ...request, snapshot })).rejects.toThrow('without its id');
    }
    expect(sent).toEqual([]);
    await manager.send({ ...request, snapshot: '2026-11-21T05:30:00.1234567Z' });
    expect(new URL(sent[0]?.url ?? '').searchParams.get('$include')).toBe('none');
  });

  it('says in its error what was refused, without the token', async () => {
    const refusal = await refusalOf(
      account([
        {
          status: 409,
          headers: { 'x-ms-request-id': 'id-1' },
          body: { error: { code: 'LeaseIdMissing', message: 'There is a lease.\nRequestId:x' } },
        },
      ]).send({
        ...GET,
        operation: 'ArmDeleteSnapshot',
        method: 'DELETE',
        snapshot: '2026-11-21T05:30:00.1234567Z',
      }),
    );
    expect(refusal.message).toBe(
      'ArmDeleteSnapshot on dracct/finance at 2026-11-21T05:30:00.1234567Z was answered 409 LeaseIdMissing: There is a lease. (request id-1)',
    );
    expect(JSON.stringify(refusal) + refusal.stack).not.toContain(SECRET);
  });

  it.each<[what: string, answer: Answer, code: string]>([
    ['no JSON', { status: 200, body: '<html>Sign in to the network</html>' }, 'IncompleteAnswer'],
    ['a redirection', { status: 302, headers: { location: 'https://elsewhere.example' } }, 'HTTP 302'],
    ['a refusal without a body', { status: 403 }, 'HTTP 403'],
    ['a refusal by a proxy', { status: 403, body: '<html>' }, 'HTTP 403'],
  ])('fails with %s', async (_, answer, code) => {
    expect((await refusalOf(account([answer]).send(GET))).code).toBe(code);
    expect(sent).toHaveLength(1);
  });

  it('is sent again when the network broke or the service failed inside', async () => {
    const reset = new RestError('socket hang up', { code: 'ECONNRESET' });
    await account([reset, { status: 500 }, { status: 200, body: {} }]).send(GET);
    expect(observed.map(({ status }) => status)).toEqual([0, 500, 200]);
  });

  it('is sent once where it may not be repeated', async () => {
    const request = { ...GET, operation: 'ArmSnapshotShare', method: 'PUT', repeatable: false } as const;
    const reset = new RestError('socket hang up', { code: 'ECONNRESET' });
    expect(await refusalOf(account([reset]).send(request))).toMatchObject({ status: 0, code: 'ECONNRESET' });
    expect(sent).toHaveLength(1);
  });

  it('asks its fence before every attempt', async () => {
    let left = 1;
    const fence = {
      assertFresh: () => {
        if (left === 0) throw new FencedError('lost');
        left -= 1;
      },
    };
    await expect(account([{ status: 503 }]).send({ ...GET, fence })).rejects.toThrow(FencedError);
    expect(sent).toHaveLength(1);
  });

  it('ends when the run is cut off, and is not sent after', async () => {
    const cutOff = new AbortController();
    cutOff.abort(new Error('cut off'));
    await expect(account([{ status: 200 }]).send({ ...GET, signal: cutOff.signal })).rejects.toThrow(
      'cut off',
    );
    expect(sent).toEqual([]);
  });
});

describe('throttling by Resource Manager', () => {
  const throttled = (seconds: string): Answer => ({
    status: 429,
    headers: { 'retry-after': seconds },
    body: { error: { code: 'TooManyRequests', message: 'The request is being throttled.' } },
  });

  it('is waited for as long as it says, with a new token where the old one expired meanwhile', async () => {
    vi.useFakeTimers();
    const answer = account([throttled('300'), { status: 200, body: {} }]).send(GET);
    await vi.advanceTimersByTimeAsync(299_999);
    expect(sent).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    await answer;
    expect(sent).toHaveLength(2);
    expect(tokens).toBeGreaterThan(1);
  });

  it('fails at once when it lasts longer than a window of five minutes, and says how long', async () => {
    const refusal = await refusalOf(account([throttled('3000')]).send(GET));
    expect(refusal).toMatchObject({ status: 429, code: 'TooManyRequests' });
    expect(refusal.failure.retryAfterMs).toBe(3_000_000);
    expect(sent).toHaveLength(1);
  });

  it('is not waited for by what has no time, such as the renewal of a lock', async () => {
    const renewal = { ...GET, operation: 'ArmLeaseShare', method: 'POST', urgent: true } as const;
    expect(await refusalOf(account([throttled('60')]).send(renewal))).toMatchObject({ status: 429 });
    expect(sent).toHaveLength(1);
  });

  it('is told to the caller of a request that may not be repeated', async () => {
    const refusal = await refusalOf(
      account([throttled('7')]).send({ ...GET, method: 'PUT', repeatable: false }),
    );
    expect(refusal.failure.retryAfterMs).toBe(7000);
    expect(sent).toHaveLength(1);
  });

  it('without Retry-After backs off', async () => {
    await account([{ status: 429 }, { status: 429 }, { status: 200, body: {} }]).send(GET);
    expect(sent).toHaveLength(3);
  });
});

describe('a list of Resource Manager', () => {
  it('is followed on the configured endpoint alone, whatever host it names', async () => {
    const next = 'https://elsewhere.example/subscriptions/s/shares?api-version=2025-08-01&$skipToken=a%2Fb';
    const manager = account([
      { status: 200, body: { value: [1], nextLink: next } },
      { status: 200, body: { value: [2], nextLink: '' } },
    ]);
    const pages: unknown[] = [];
    for await (const { body } of manager.pages({ ...GET, operation: 'ArmListShares', path: '' }))
      pages.push(body);
    expect(pages).toMatchObject([{ value: [1] }, { value: [2] }]);
    expect(sent[1]?.url).toBe(
      'https://management.azure.com/subscriptions/s/shares?api-version=2025-08-01&$skipToken=a%2Fb',
    );
  });
});
