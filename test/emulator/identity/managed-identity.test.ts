import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { ClientSecretCredential, ManagedIdentityCredential } from '@azure/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';
import { trustCertificate } from '../../support/trusted-emulator.ts';

const SECRET = 'a secret of its own';

let emulator: Emulator;
let distrust: () => void;

beforeAll(async () => {
  emulator = await startEmulator({
    https: true,
    identity: {
      principals: [
        { name: 'app' },
        { name: 'backup', resourceId: '/subscriptions/s/resourceGroups/g/providers/x/backup' },
        { name: 'pipeline', kind: 'service-principal', clientSecret: SECRET },
      ],
    },
  });
  distrust = await trustCertificate(emulator);
  const { endpoint, header } = emulator.identityInfo();
  process.env.IDENTITY_ENDPOINT = endpoint;
  process.env.IDENTITY_HEADER = header;
});

afterAll(async () => {
  delete process.env.IDENTITY_ENDPOINT;
  delete process.env.IDENTITY_HEADER;
  distrust();
  await emulator.close();
});

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

function principal(name: string) {
  const found = emulator.identity.principals.find(name);
  if (found === undefined) throw new Error(`no principal ${name}`);
  return found;
}

describe('ManagedIdentityCredential', () => {
  it('gets a token of the first identity when it names none', async () => {
    const { token, expiresOnTimestamp } = await new ManagedIdentityCredential().getToken(
      'https://storage.azure.com/.default',
    );
    expect(claimsOf(token)).toMatchObject({
      oid: principal('app').objectId,
      aud: 'https://storage.azure.com',
    });
    const hours = (expiresOnTimestamp - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(23);
    expect(hours).toBeLessThanOrEqual(24);
  });

  it('gets a token of the identity that it names by client, object or resource id', async () => {
    const { clientId, objectId, resourceId = '' } = principal('backup');
    for (const options of [{ clientId }, { objectId }, { resourceId }]) {
      const credential = new ManagedIdentityCredential(options);
      const { token } = await credential.getToken('https://management.azure.com/.default');
      expect(claimsOf(token)).toMatchObject({ oid: objectId, aud: 'https://management.azure.com' });
    }
  });

  it('is told when there is no such identity', async () => {
    const { clientId } = principal('pipeline');
    const credential = new ManagedIdentityCredential({ clientId, retryOptions: { maxRetries: 0 } });
    await expect(credential.getToken('https://storage.azure.com/.default')).rejects.toThrow(
      /No User Assigned or Delegated Managed Identity found/,
    );
  });
});

describe('the managed-identity endpoint', () => {
  const ask = (query: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(`${emulator.identityInfo().endpoint}?${query}`, { headers, method });
  const complete = 'api-version=2019-08-01&resource=https://storage.azure.com/';

  it('refuses requests without its header', async () => {
    expect((await ask(complete)).status).toBe(401);
    expect((await ask(complete, { 'x-identity-header': 'guess' })).status).toBe(401);
  });

  it.each([
    'resource=https://storage.azure.com/',
    'api-version=2017-09-01&resource=https://storage.azure.com/',
    'api-version=2019-08-01',
    'api-version=2019-08-01&resource=https://vault.azure.net',
    'api-version=2019-08-01&resource=https://nobody.file.core.windows.net',
    'api-version=%zz',
  ])('refuses %s', async (query) => {
    const response = await ask(query, { 'x-identity-header': emulator.identity.header });
    expect(response.status).toBe(400);
  });

  it('tells the token as App Service does', async () => {
    const response = await ask(complete, { 'x-identity-header': emulator.identity.header });
    const body = await fieldsOf(response);
    expect(body).toMatchObject({
      resource: 'https://storage.azure.com/',
      token_type: 'Bearer',
      client_id: principal('app').clientId,
    });
    expect(body.expires_on).toMatch(/^\d{10}$/);
    expect((await ask(complete, { 'x-identity-header': emulator.identity.header }, 'DELETE')).status).toBe(
      405,
    );
  });
});

describe('ClientSecretCredential', () => {
  const credential = (secret: string, tenant = emulator.identity.tenantId) =>
    new ClientSecretCredential(tenant, principal('pipeline').clientId, secret, {
      authorityHost: emulator.httpsUrl ?? '',
      disableInstanceDiscovery: true,
      retryOptions: { maxRetries: 0 },
    });

  it('gets a token from the authority of the tenant', async () => {
    const { token } = await credential(SECRET).getToken('https://source.file.core.windows.net/.default');
    expect(claimsOf(token)).toMatchObject({
      appid: principal('pipeline').clientId,
      aud: 'https://source.file.core.windows.net',
    });
  });

  it('is refused with a wrong secret, in another tenant, or for another resource', async () => {
    const scope = 'https://storage.azure.com/.default';
    await expect(credential('wrong').getToken(scope)).rejects.toThrow('AADSTS7000215');
    const tenant = '99999999-2222-4333-8444-555555555555';
    await expect(credential(SECRET, tenant).getToken(scope)).rejects.toThrow();
    await expect(credential(SECRET).getToken('https://vault.azure.net/.default')).rejects.toThrow(
      'AADSTS70011',
    );
  });

  it('can verify the signature by the published keys', async () => {
    const authority = `${emulator.httpsUrl}/${emulator.identity.tenantId}`;
    const metadata = await fieldsOf(await fetchTrusted(`${authority}/v2.0/.well-known/openid-configuration`));
    const keySet = await fieldsOf(await fetchTrusted(String(metadata.jwks_uri)));
    const keys = keySet.keys as readonly JsonWebKey[];
    const { token } = await credential(SECRET).getToken('https://storage.azure.com/.default');
    const [head = '', body = '', signature = ''] = token.split('.');
    const { kid } = JSON.parse(Buffer.from(head, 'base64url').toString());
    const jwk = keys.find((key) => 'kid' in key && key.kid === kid);
    const key = createPublicKey({ key: jwk ?? {}, format: 'jwk' });
    const bytes = Buffer.from(signature, 'base64url');
    expect(verify('RSA-SHA256', Buffer.from(`${head}.${body}`), key, bytes)).toBe(true);
  });

  it('is not answered what is no client credential', async () => {
    const url = `${emulator.httpsUrl}/${emulator.identity.tenantId}/oauth2/v2.0/token`;
    expect((await fetchTrusted(url)).status).toBe(405);
    const post = (body: string) => fetchTrusted(url, { method: 'POST', body: new URLSearchParams(body) });
    expect((await fieldsOf(await post('grant_type=password'))).error).toBe('unsupported_grant_type');
    expect((await fieldsOf(await post('grant_type=client_credentials'))).error).toBe('invalid_request');
    const unknown = await post('grant_type=client_credentials&client_id=unknown');
    expect((await fieldsOf(unknown)).error).toBe('unauthorized_client');
  });
});

async function fieldsOf(response: Response): Promise<Record<string, unknown>> {
  return (await response.json()) as Record<string, unknown>;
}

/** The metadata is the same over plain HTTP, which spares `fetch` the certificate. */
function fetchTrusted(url: string, options: RequestInit = {}): Promise<Response> {
  return fetch(url.replace(emulator.httpsUrl ?? '', emulator.url), options);
}
