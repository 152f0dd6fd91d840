import type { Identity } from '../identity/identity.ts';
import { authenticationFailed } from './auth-errors.ts';
import type { TokenPrincipal } from './principal.ts';

/** What the token of a request is verified against. */
export type BearerContext = {
  readonly account: string;
  readonly protocol: 'http' | 'https';
  readonly clientAddress: string;
  /** Who gives out tokens; no token is taken without one. */
  readonly identity?: Identity;
  /** The tenant of the account. */
  readonly tenantId?: string;
};

/**
 * Verifies an access token (learn.microsoft.com rest/api/storageservices/authorize-with-azure-active-directory)
 * and returns its principal. Throws 403 `AuthenticationFailed`, as Azure Files answers a token that is no good.
 */
export function verifyBearer(token: string, context: BearerContext): TokenPrincipal {
  const { identity, protocol } = context;
  if (protocol !== 'https' && !(identity?.bearerOverHttp === true && isLoopback(context.clientAddress))) {
    throw authenticationFailed('Authentication scheme Bearer is not allowed with HTTP.');
  }
  return verifyToken(token, context);
}

/** As `verifyBearer`, for a token that the service itself presents to the source of a copy. */
export function verifyToken(token: string, { account, identity, tenantId }: BearerContext): TokenPrincipal {
  if (identity === undefined) throw authenticationFailed('Authentication scheme Bearer is not supported.');
  const verdict = identity.verifyStorageToken(token, account, tenantId ?? identity.tenantId);
  if ('failure' in verdict) throw authenticationFailed(verdict.failure);
  const { oid, tid } = verdict.claims;
  return {
    kind: 'token',
    account,
    objectId: oid,
    tenantId: tid,
    allows: (plane, action) => identity.principals.allows(oid, account, plane, action),
  };
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}
