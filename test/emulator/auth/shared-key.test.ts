import { newPipeline, ShareServiceClient, StorageSharedKeyCredential } from '@azure/storage-file-share';
import { describe, expect, it } from 'vitest';
import { type AuthContext, authenticate } from '../../../emulator/auth/authenticate.ts';
import { type SignedRequest, sharedKeyStringToSign } from '../../../emulator/auth/shared-key-string.ts';
import { parseQuery } from '../../../emulator/http/request-target.ts';
import { ServiceError } from '../../../emulator/state/index.ts';

const KEY = Buffer.from('0123456789abcdef0123456789abcdef').toString('base64');
const OTHER_KEY = Buffer.from('fedcba9876543210fedcba9876543210').toString('base64');

describe('the string that Shared Key signs', () => {
  const request: SignedRequest = {
    method: 'PUT',
    headers: {
      'content-length': '0',
      'content-type': 'text/plain',
      date: 'Sat, 21 Nov 2026 05:30:00 GMT',
      range: 'bytes=0-9',
      'x-ms-version': '2026-10-06',
      'x-ms-date': 'Sat, 21 Nov 2026 05:30:00 GMT',
      'x-ms-meta-a': 'b',
    },
    rawPath: '/acct/share/dir%20a',
    queryPairs: [
      ['restype', 'directory'],
      ['comp', 'list'],
      ['include', 'b'],
      ['include', 'a'],
    ],
  };

  it('leaves out a length of zero and a date that x-ms-date replaces', () => {
    expect(sharedKeyStringToSign(request, 'acct', 'ordinal')).toBe(
      [
        'PUT',
        '',
        '',
        '',
        '',
        'text/plain',
        '',
        '',
        '',
        '',
        '',
        'bytes=0-9',
        'x-ms-date:Sat, 21 Nov 2026 05:30:00 GMT',
        'x-ms-meta-a:b',
        'x-ms-version:2026-10-06',
        '/acct/acct/share/dir%20a',
        'comp:list',
        'include:a,b',
        'restype:directory',
      ].join('\n'),
    );
  });

  it('keeps the date when there is no x-ms-date', () => {
    const headers = { ...request.headers, 'x-ms-date': undefined };
    const lines = sharedKeyStringToSign({ ...request, headers }, 'acct', 'ordinal').split('\n');
    expect(lines[6]).toBe('Sat, 21 Nov 2026 05:30:00 GMT');
  });
});

describe('requests signed by the JavaScript SDK', () => {
  const operations: [string, (client: ShareServiceClient) => Promise<unknown>][] = [
    ['list shares', (client) => client.listShares({ prefix: 'a&b', includeSnapshots: true }).next()],
    ['set service properties', (client) => client.setProperties({ cors: [] })],
    ['create share', (client) => client.getShareClient('s').create({ metadata: { a_b: '1', ab: '2' } })],
    [
      'upload range',
      (client) =>
        client.getShareClient('s').getDirectoryClient('d ü').getFileClient('f#?').uploadRange('abc', 0, 3),
    ],
    ['create permission', (client) => client.getShareClient('s').createPermission('O:SYG:SYD:')],
    [
      'list directory',
      (client) =>
        client.getShareClient('s').rootDirectoryClient.listFilesAndDirectories({ prefix: 'ä/+' }).next(),
    ],
  ];

  for (const [name, call] of operations) {
    it(`are verified: ${name}`, async () => {
      const signed = await signedBySdk(call);
      expect(authenticate(signed, context())).toEqual({ kind: 'shared-key', account: 'acct' });
    });
  }

  it('may be signed with either key', async () => {
    const signed = await signedBySdk((client) => client.getProperties());
    expect(authenticate(signed, context({ keys: [OTHER_KEY, KEY] })).kind).toBe('shared-key');
  });

  it('fail after any change to what is signed', async () => {
    const signed = await signedBySdk((client) => client.getShareClient('s').create());
    const tampered: SignedRequest[] = [
      { ...signed, method: 'DELETE' },
      { ...signed, rawPath: '/acct/t' },
      { ...signed, queryPairs: [...signed.queryPairs, ['sharesnapshot', 'x']] },
      { ...signed, headers: { ...signed.headers, 'x-ms-share-quota': '1' } },
      { ...signed, headers: { ...signed.headers, range: 'bytes=0-1' } },
    ];
    for (const request of tampered)
      expect(codeOf(() => authenticate(request, context()))).toBe('AuthenticationFailed');
  });

  it('fail with another key, another account, or a date more than 15 minutes away from both clocks', async () => {
    const signed = await signedBySdk((client) => client.getProperties());
    expect(codeOf(() => authenticate(signed, context({ keys: [OTHER_KEY] })))).toBe('AuthenticationFailed');
    expect(codeOf(() => authenticate(signed, context({ account: 'other' })))).toBe('AuthenticationFailed');
    const away = Date.now() + 16 * 60_000;
    expect(codeOf(() => authenticate(signed, context({ now: away, wallClock: away })))).toBe(
      'AuthenticationFailed',
    );
    expect(authenticate(signed, context({ now: away })).kind).toBe('shared-key');
  });
});

describe('other credentials', () => {
  const bare: SignedRequest = { method: 'GET', headers: {}, rawPath: '/acct', queryPairs: [] };

  it('no credential gets 401 with a code of its own', () => {
    expect(codeOf(() => authenticate(bare, context()))).toBe('NoAuthenticationInformation');
  });

  it('an unreadable Authorization header gets 400', () => {
    for (const authorization of ['', 'SharedKey', 'SharedKey acct', 'Basic abc']) {
      const code = codeOf(() => authenticate({ ...bare, headers: { authorization } }, context()));
      expect(code).toBe('InvalidAuthenticationInfo');
    }
  });
});

function context(changes: Partial<AuthContext> = {}): AuthContext {
  const now = Date.now();
  return {
    account: 'acct',
    keys: [KEY, OTHER_KEY],
    share: '',
    path: '',
    now,
    wallClock: now,
    protocol: 'http',
    clientAddress: '127.0.0.1',
    storedPolicy: () => undefined,
    ...changes,
  };
}

async function signedBySdk(call: (client: ShareServiceClient) => Promise<unknown>): Promise<SignedRequest> {
  let seen: SignedRequest | undefined;
  const pipeline = newPipeline(new StorageSharedKeyCredential('acct', KEY), {
    retryOptions: { maxTries: 1 },
    httpClient: {
      async sendRequest(request) {
        const url = new URL(request.url);
        const headers = Object.fromEntries(
          request.headers.toJson ? Object.entries(request.headers.toJson()) : [],
        );
        seen = {
          method: request.method,
          headers: Object.fromEntries(
            Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
          ),
          rawPath: url.pathname,
          queryPairs: parseQuery(url.search.slice(1)).pairs,
        };
        throw new Error('Captured.');
      },
    },
  });
  await call(new ShareServiceClient('http://127.0.0.1:1/acct', pipeline)).catch(() => undefined);
  if (seen === undefined) throw new Error('The SDK sent no request.');
  return seen;
}

function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof ServiceError) return error.code;
    throw error;
  }
  return 'none';
}
