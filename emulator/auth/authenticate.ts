import { sameSignature, signature } from './account-keys.ts';
import {
  authenticationFailed,
  invalidAuthenticationInfo,
  keyBasedAuthenticationNotPermitted,
  noAuthenticationInformation,
} from './auth-errors.ts';
import { verifyBearer } from './bearer.ts';
import type { Principal, SharedKeyPrincipal } from './principal.ts';
import { type SasContext, verifySas } from './sas.ts';
import {
  type HeaderOrder,
  type SignedRequest,
  sharedKeyLiteStringToSign,
  sharedKeyStringToSign,
} from './shared-key-string.ts';

/** What the credential of a request is verified against; `wallClock` as `now`, but of the machine. */
export type AuthContext = SasContext & { readonly wallClock: number };

const MAX_SKEW = 15 * 60 * 1000;

/**
 * Verifies the credential of a request and returns whose it is. Throws 403 `AuthenticationFailed` when it
 * does not verify, 400 `InvalidAuthenticationInfo` when it cannot be read, 401 when there is none.
 */
export function authenticate(request: SignedRequest, context: AuthContext): Principal {
  const authorization = request.headers.authorization;
  const sas = request.queryPairs.some(([name]) => name === 'sig') ? new Map(request.queryPairs) : undefined;
  const token = bearerTokenOf(authorization);
  if (sas !== undefined && (authorization === undefined || (token !== undefined && sas.has('sduoid')))) {
    return verifySas(sas, context, token);
  }
  if (authorization !== undefined) return verifyAuthorization(authorization, request, context);
  throw noAuthenticationInformation(context.tenantId);
}

/** The token of an Authorization header or of `x-ms-copy-source-authorization`, undefined when it holds none. */
export function bearerTokenOf(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}

function verifyAuthorization(authorization: string, request: SignedRequest, context: AuthContext): Principal {
  const space = authorization.indexOf(' ');
  const scheme = authorization.slice(0, space);
  switch (scheme) {
    case 'SharedKey':
      return verifySharedKey(authorization.slice(space + 1), request, context, sharedKeyStringToSign);
    case 'SharedKeyLite':
      return verifySharedKey(authorization.slice(space + 1), request, context, sharedKeyLiteStringToSign);
    case 'Bearer':
      return verifyBearer(bearerTokenOf(authorization) ?? '', context);
    default:
      throw invalidAuthenticationInfo();
  }
}

function verifySharedKey(
  credential: string,
  request: SignedRequest,
  context: AuthContext,
  stringToSign: typeof sharedKeyStringToSign,
): SharedKeyPrincipal {
  const colon = credential.indexOf(':');
  if (colon < 0) throw invalidAuthenticationInfo();
  if (context.allowSharedKeyAccess === false) throw keyBasedAuthenticationNotPermitted();
  if (credential.slice(0, colon) !== context.account) {
    throw authenticationFailed('The account in the Authorization header is not that of the request.');
  }
  requireRecentDate(request, context);
  const given = credential.slice(colon + 1);
  const text = stringToSign(request, context.account, 'ordinal');
  if (
    !anyKeySigned(given, text, context.keys) &&
    !otherFormSigned(given, text, request, context, stringToSign)
  ) {
    throw authenticationFailed(
      `The MAC signature found in the HTTP request '${given}' is not the same as any computed signature. Server used following string to sign: '${text}'.`,
    );
  }
  return { kind: 'shared-key', account: context.account };
}

/** Either key may have signed. Clients that cannot agree on order or on the encoding of non-ASCII headers both pass. */
function otherFormSigned(
  given: string,
  ordinal: string,
  request: SignedRequest,
  context: AuthContext,
  stringToSign: (request: SignedRequest, account: string, order: HeaderOrder) => string,
): boolean {
  const culture = stringToSign(request, context.account, 'culture');
  const texts = culture === ordinal ? [ordinal] : [ordinal, culture];
  return texts.some(
    (text) => anyKeySigned(given, text, context.keys) || anyKeySigned(given, text, context.keys, 'latin1'),
  );
}

function anyKeySigned(
  given: string,
  text: string,
  keys: readonly string[],
  encoding: 'utf8' | 'latin1' = 'utf8',
): boolean {
  for (const key of keys) {
    if (sameSignature(given, signature(key, text, encoding))) return true;
  }
  return false;
}

/**
 * A request is refused when it was dated more than 15 minutes away. Clients date by the machine's clock
 * even while the emulator's clock has been moved, so a date near either clock will do.
 */
function requireRecentDate(request: SignedRequest, context: AuthContext): void {
  const header = request.headers['x-ms-date'] ?? request.headers.date;
  const text = typeof header === 'string' ? header : '';
  const date = Date.parse(text);
  if (Number.isNaN(date)) throw authenticationFailed('The Date header in the request is incorrect.');
  if (Math.abs(date - context.wallClock) > MAX_SKEW && Math.abs(date - context.now) > MAX_SKEW) {
    throw authenticationFailed(`Request date header too old: '${text}'`);
  }
}
