import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';
import { Clock } from '../../../emulator/state/index.ts';
import { type RawAnswer, sendRaw } from '../../support/raw-request.ts';
import { tokenOf, trustCertificate } from '../../support/trusted-emulator.ts';

const OTHER_TENANT = '99999999-2222-4333-8444-555555555555';
const DAY = 24 * 3_600_000;

const clock = new Clock();
let emulator: Emulator;
let distrust: () => void;

beforeAll(async () => {
  emulator = await startEmulator({
    https: true,
    clock,
    accounts: [{ name: 'source' }, { name: 'foreign', tenantId: OTHER_TENANT }],
    identity: {
      principals: [
        { name: 'admin', roles: ['Owner', 'Storage File Data Privileged Contributor'] },
        { name: 'guest', tenantId: OTHER_TENANT, roles: ['Storage File Data Privileged Reader'] },
        { name: 'nobody' },
      ],
    },
  });
  distrust = await trustCertificate(emulator);
  for (const account of emulator.state.accounts) account.createShare('data');
});

beforeEach(() => {
  emulator.identity.bearerOverHttp = false;
});

afterAll(async () => {
  distrust();
  await emulator.close();
});

type Options = {
  readonly account?: string;
  readonly version?: string;
  readonly intent?: string | null;
  readonly base?: string | undefined;
};

const LIST = '/data?restype=directory&comp=list';

function get(token: string, path: string, options: Options = {}): Promise<RawAnswer> {
  const { account = 'source', version = '2025-07-05', intent = 'backup', base = emulator.httpsUrl } = options;
  return sendRaw(`${base}/${account}${path}`, {
    headers: {
      authorization: `Bearer ${token}`,
      'x-ms-version': version,
      ...(intent === null ? {} : { 'x-ms-file-request-intent': intent }),
    },
  });
}

const admin = () => tokenOf(emulator, 'admin');

describe('a bearer token', () => {
  it.each([
    'https://storage.azure.com',
    'https://storage.azure.com/',
    'https://source.file.core.windows.net',
    'https://source.file.core.windows.net/',
  ])('for %s is taken', async (resource) => {
    expect((await get(tokenOf(emulator, 'admin', resource), LIST)).outcome).toBe('200');
  });

  it.each(['https://management.azure.com/', 'https://foreign.file.core.windows.net'])(
    'for %s is refused',
    async (resource) => {
      const answer = await get(tokenOf(emulator, 'admin', resource), LIST);
      expect(answer.outcome).toBe('403 AuthenticationFailed');
      expect(answer.detail).toBe('Audience validation failed. Audience did not match.');
    },
  );

  it('of another tenant is refused, unless the account is of that tenant', async () => {
    const guest = tokenOf(emulator, 'guest');
    const answer = await get(guest, LIST);
    expect(answer.outcome).toBe('403 AuthenticationFailed');
    expect(answer.detail).toBe('Issuer validation failed. Issuer did not match.');
    expect((await get(guest, LIST, { account: 'foreign' })).outcome).toBe('200');
    expect((await get(admin(), LIST, { account: 'foreign' })).outcome).toBe('403 AuthenticationFailed');
  });

  it('of another emulator is refused', async () => {
    const other = await startEmulator({ identity: { principals: [{ name: 'admin' }] } });
    const answer = await get(tokenOf(other, 'admin'), LIST);
    await other.close();
    expect(answer.outcome).toBe('403 AuthenticationFailed');
    expect(answer.detail).toBe('Signature validation failed. Signature key not found.');
  });

  it('that is no token is refused', async () => {
    for (const token of ['abc', 'a.b.c']) {
      expect((await get(token, LIST)).outcome, token).toBe('403 AuthenticationFailed');
    }
  });

  it('expires by the clock of the emulator', async () => {
    const token = admin();
    clock.advance(DAY + 10 * 60_000);
    try {
      const answer = await get(token, LIST);
      expect(answer.outcome).toBe('403 AuthenticationFailed');
      expect(answer.detail).toBe('Lifetime validation failed. The token is expired.');
      expect((await get(admin(), LIST)).outcome).toBe('200');
    } finally {
      clock.advance(-DAY - 10 * 60_000);
    }
  });

  it('is for HTTPS alone, unless the emulator was told otherwise', async () => {
    const answer = await get(admin(), LIST, { base: emulator.url });
    expect(answer.outcome).toBe('403 AuthenticationFailed');
    expect(answer.detail).toBe('Authentication scheme Bearer is not allowed with HTTP.');
    emulator.identity.bearerOverHttp = true;
    expect((await get(admin(), LIST, { base: emulator.url })).outcome).toBe('200');
  });

  it('needs the backup intent', async () => {
    const missing = await get(admin(), LIST, { intent: null });
    expect(missing.outcome).toBe('400 MissingRequiredHeader');
    expect(missing.text).toContain('<HeaderName>x-ms-file-request-intent</HeaderName>');
    expect((await get(admin(), LIST, { intent: 'restore' })).outcome).toBe('400 InvalidHeaderValue');
    expect((await get(admin(), '/data?restype=share', { intent: null })).outcome).toBe(
      '400 MissingRequiredHeader',
    );
  });

  it('is for files and directories from 2022-11-02, for shares and the service from 2024-11-04', async () => {
    const old = await get(admin(), LIST, { version: '2021-12-02' });
    expect(old.outcome).toBe('403 AuthenticationFailed');
    expect(old.detail).toBe('Authentication scheme Bearer is not supported in this version.');
    expect((await get(admin(), LIST, { version: '2022-11-02' })).outcome).toBe('200');
    for (const path of ['/data?restype=share', '/?comp=list', '/?restype=service&comp=properties']) {
      const before = await get(admin(), path, { version: '2024-08-04' });
      expect(before.outcome, path).toBe('409 FileOAuthManagementApiRestrictedToSrp');
      expect((await get(admin(), path, { version: '2024-11-04' })).outcome, path).toBe('200');
    }
  });

  it('of a principal without roles is good for nothing', async () => {
    for (const path of [LIST, '/data?restype=share', '/?comp=list']) {
      const answer = await get(tokenOf(emulator, 'nobody'), path);
      expect(answer.outcome).toBe('403 AuthorizationPermissionMismatch');
    }
  });
});

describe('a request without a credential', () => {
  it('is told where to get a token', async () => {
    const answer = await sendRaw(`${emulator.httpsUrl}/foreign${LIST}`, {
      headers: { 'x-ms-version': '2025-07-05' },
    });
    expect(answer.outcome).toBe('401 NoAuthenticationInformation');
    expect(answer.headers['www-authenticate']).toBe(
      `Bearer authorization_uri=https://login.microsoftonline.com/${OTHER_TENANT}/oauth2/authorize resource_id=https://storage.azure.com`,
    );
  });
});
