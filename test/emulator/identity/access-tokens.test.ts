import { describe, expect, it } from 'vitest';
import { TokenIssuer } from '../../../emulator/identity/access-tokens.ts';
import { Principals } from '../../../emulator/identity/principals.ts';

const TENANT = '11111111-2222-4333-8444-555555555555';
const STORAGE = 'https://storage.azure.com';
const NOW = Date.UTC(2026, 10, 21, 5, 30);
const HOUR = 3_600_000;

const issuer = new TokenIssuer();
const principal = new Principals(TENANT).add({ name: 'backup' });
const expected = { audiences: [STORAGE], tenantId: TENANT, now: NOW };

function issue(resource = STORAGE): string {
  return issuer.issue(principal, resource, HOUR, NOW).token;
}

function failureOf(token: string, changes: Partial<typeof expected> = {}, by = issuer): string {
  const verdict = by.verify(token, { ...expected, ...changes });
  return 'failure' in verdict ? verdict.failure : 'none';
}

function partsOf(token: string): [string, string, string] {
  const [head = '', body = '', signature = ''] = token.split('.');
  return [head, body, signature];
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

describe('an access token', () => {
  it('names its principal, tenant, audience and lifetime', () => {
    const verdict = issuer.verify(issue(), expected);
    expect(verdict).toMatchObject({
      claims: {
        aud: STORAGE,
        iss: `https://sts.windows.net/${TENANT}/`,
        oid: principal.objectId,
        appid: principal.clientId,
        tid: TENANT,
        nbf: NOW / 1000,
        exp: (NOW + HOUR) / 1000,
      },
    });
  });

  it('is good for its audience with and without a slash', () => {
    expect(failureOf(issue(`${STORAGE}/`))).toBe('none');
    expect(failureOf(issue(STORAGE), { audiences: [`${STORAGE}/`] })).toBe('none');
    expect(failureOf(issue('https://management.azure.com/'))).toBe(
      'Audience validation failed. Audience did not match.',
    );
  });

  it('is good from its start to its expiry, give or take five minutes', () => {
    const token = issue();
    const skew = 5 * 60 * 1000;
    expect(failureOf(token, { now: NOW - skew })).toBe('none');
    expect(failureOf(token, { now: NOW - skew - 1 })).toContain('not yet valid');
    expect(failureOf(token, { now: NOW + HOUR + skew - 1 })).toBe('none');
    expect(failureOf(token, { now: NOW + HOUR + skew })).toContain('expired');
  });

  it('is good in its own tenant', () => {
    const tenantId = '99999999-2222-4333-8444-555555555555';
    expect(failureOf(issue(), { tenantId })).toBe('Issuer validation failed. Issuer did not match.');
  });

  it('is no good when another issuer signed it', () => {
    expect(failureOf(issue(), {}, new TokenIssuer())).toBe(
      'Signature validation failed. Signature key not found.',
    );
  });

  it('is no good once anything in it is changed', () => {
    const [head, body, signature] = partsOf(issue());
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString());
    const forged = encoded({ ...claims, oid: 'someone-else' });
    expect(failureOf(`${head}.${forged}.${signature}`)).toContain('Signature verification failed');
    expect(failureOf(`${head}.${body}.${signature.slice(0, -8)}`)).toContain('Signature verification failed');
    const none = encoded({ ...JSON.parse(Buffer.from(head, 'base64url').toString()), alg: 'none' });
    expect(failureOf(`${none}.${forged}.`)).toBe('The access token is malformed.');
  });

  it.each(['', 'a', 'a.b.c', '..', `${encoded({})}.${encoded({})}.x`, `${issue()}.more`, 'é.é.é'])(
    'is malformed as %j',
    (token) => {
      expect(failureOf(token)).toBe('The access token is malformed.');
    },
  );
});
