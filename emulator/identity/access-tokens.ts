import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { z } from 'zod';
import type { SecurityPrincipal } from './principals.ts';

/** The claims of an access token that are checked. Times are in seconds since 1970. */
export type TokenClaims = z.output<typeof claimsSchema>;

export type IssuedToken = {
  readonly token: string;
  readonly notBefore: number;
  readonly expiresOn: number;
};

/** What a token is held against. */
export type TokenExpectation = {
  /** Any of which must be the token's audience; a slash at the end does not matter. */
  readonly audiences: readonly string[];
  readonly tenantId: string;
  /** Milliseconds since 1970. */
  readonly now: number;
};

/** The claims of a token that is valid, or why it is not, in the words that the service uses. */
export type TokenVerdict = { readonly claims: TokenClaims } | { readonly failure: string };

const claimsSchema = z.object({
  aud: z.string(),
  iss: z.string(),
  exp: z.number(),
  nbf: z.number(),
  oid: z.string(),
  tid: z.string(),
  appid: z.string(),
});
const headerSchema = z.object({ alg: z.literal('RS256'), kid: z.string() });

/** What validation of tokens commonly allows for clocks that differ. */
const CLOCK_SKEW_SECONDS = 300;
const MOST_REMEMBERED_TOKENS = 1000;

/** Signs access tokens as Microsoft Entra ID forms them (version 1.0) and verifies them again. */
export class TokenIssuer {
  #key: SigningKey | undefined;
  /** Claims of tokens whose signature was verified before; a client sends one token with every request. */
  readonly #verified = new Map<string, TokenClaims>();

  /** A token for `resource`, which becomes its audience as written; `now` in milliseconds since 1970. */
  issue(principal: SecurityPrincipal, resource: string, lifetimeMs: number, now: number): IssuedToken {
    const notBefore = Math.floor(now / 1000);
    const expiresOn = Math.floor((now + lifetimeMs) / 1000);
    const { tenantId, objectId, clientId, resourceId } = principal;
    const key = this.#signingKey();
    const signed = [
      { typ: 'JWT', alg: 'RS256', kid: key.id, x5t: key.id },
      {
        aud: resource,
        iss: issuerOf(tenantId),
        iat: notBefore,
        nbf: notBefore,
        exp: expiresOn,
        appid: clientId,
        appidacr: principal.kind === 'managed-identity' ? '2' : '1',
        idp: issuerOf(tenantId),
        idtyp: 'app',
        oid: objectId,
        sub: objectId,
        tid: tenantId,
        ver: '1.0',
        ...(resourceId === undefined ? {} : { xms_mirid: resourceId }),
      },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const signature = sign('RSA-SHA256', Buffer.from(signed), key.privateKey).toString('base64url');
    return { token: `${signed}.${signature}`, notBefore, expiresOn };
  }

  /** Checks signature, lifetime, audience and tenant, in this order. */
  verify(token: string, { audiences, tenantId, now }: TokenExpectation): TokenVerdict {
    const claims = this.#signedClaims(token);
    if (typeof claims === 'string') return { failure: claims };
    const seconds = now / 1000;
    if (seconds < claims.nbf - CLOCK_SKEW_SECONDS) {
      return { failure: 'Lifetime validation failed. The token is not yet valid.' };
    }
    if (seconds >= claims.exp + CLOCK_SKEW_SECONDS) {
      return { failure: 'Lifetime validation failed. The token is expired.' };
    }
    if (!audiences.some((audience) => withoutSlash(audience) === withoutSlash(claims.aud))) {
      return { failure: 'Audience validation failed. Audience did not match.' };
    }
    if (claims.tid !== tenantId || claims.iss !== issuerOf(tenantId)) {
      return { failure: 'Issuer validation failed. Issuer did not match.' };
    }
    return { claims };
  }

  /** The public key as a JSON Web Key Set. */
  keySet(): unknown {
    const { id, publicKey } = this.#signingKey();
    return { keys: [{ ...publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: id, x5t: id }] };
  }

  #signedClaims(token: string): TokenClaims | string {
    const known = this.#verified.get(token);
    if (known !== undefined) return known;
    const [head = '', body = '', signature = '', ...rest] = token.split('.');
    const header = headerSchema.safeParse(decoded(head));
    const claims = claimsSchema.safeParse(decoded(body));
    if (rest.length > 0 || !header.success || !claims.success) return 'The access token is malformed.';
    const key = this.#signingKey();
    if (header.data.kid !== key.id) return 'Signature validation failed. Signature key not found.';
    const bytes = Buffer.from(signature, 'base64url');
    if (!verify('RSA-SHA256', Buffer.from(`${head}.${body}`), key.publicKey, bytes)) {
      return 'Signature validation failed. Signature verification failed.';
    }
    if (this.#verified.size >= MOST_REMEMBERED_TOKENS) this.#verified.clear();
    this.#verified.set(token, claims.data);
    return claims.data;
  }

  /** Made on first use, as most emulators never see a token. */
  #signingKey(): SigningKey {
    this.#key ??= newSigningKey();
    return this.#key;
  }
}

/** Who issued the tokens of a tenant. */
export function issuerOf(tenantId: string): string {
  return `https://sts.windows.net/${tenantId}/`;
}

type SigningKey = { readonly id: string; readonly privateKey: KeyObject; readonly publicKey: KeyObject };

function newSigningKey(): SigningKey {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const publicKey = createPublicKey(privateKey);
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return { id: createHash('sha256').update(der).digest('base64url'), privateKey, publicKey };
}

function decoded(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

function withoutSlash(audience: string): string {
  return audience.toLowerCase().replace(/\/$/, '');
}
