import { issuerOf } from './access-tokens.ts';
import { isKnownResource } from './identity.ts';
import type { SecurityPrincipal } from './principals.ts';
import type { IdentityAnswer, IdentityRequest, IdentityTarget } from './serve-identity.ts';

/** The endpoints of a tenant at its authority, by what follows the tenant's id in the path. */
const AUTHORITY_PATH =
  /^\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(\/oauth2(?:\/v2\.0)?\/token|(?:\/v2\.0)?\/\.well-known\/openid-configuration|\/discovery(?:\/v2\.0)?\/keys)$/i;

/** The tenant whose authority a path belongs to; undefined for every other path. */
export function authorityTenantOf(path: string): string | undefined {
  return AUTHORITY_PATH.exec(path)?.[1]?.toLowerCase();
}

/**
 * What a tenant's authority answers: tokens for client credentials with a secret, of either version of the
 * endpoint, and the metadata by which clients find it
 * (learn.microsoft.com entra/identity-platform/v2-oauth2-client-creds-grant-flow, v2-protocols-oidc).
 */
export function answerAuthority(target: IdentityTarget, request: IdentityRequest): IdentityAnswer {
  const [, tenant = '', endpoint = ''] = AUTHORITY_PATH.exec(request.path) ?? [];
  const tenantId = tenant.toLowerCase();
  if (!hasTenant(target, tenantId)) {
    return refusal(400, 'invalid_tenant', 90002, `Tenant '${tenantId}' not found.`);
  }
  if (endpoint.endsWith('/token')) {
    if (request.method !== 'POST') {
      return refusal(405, 'invalid_request', 900561, 'The endpoint only accepts POST requests.');
    }
    return tokenAnswer(target, request, tenantId);
  }
  if (endpoint.endsWith('/keys')) return { status: 200, body: target.identity.keySet() };
  return { status: 200, body: openIdConfiguration(request.origin, tenantId) };
}

function tokenAnswer(target: IdentityTarget, request: IdentityRequest, tenantId: string): IdentityAnswer {
  const { identity, hasAccount } = target;
  if (request.parameter('grant_type') !== 'client_credentials') {
    return refusal(400, 'unsupported_grant_type', 70003, 'The app requested an unsupported grant type.');
  }
  const clientId = request.parameter('client_id');
  if (clientId === undefined) {
    return refusal(
      400,
      'invalid_request',
      900144,
      "The request body must contain the parameter 'client_id'.",
    );
  }
  const principal = identity.principals.find(clientId);
  if (
    principal === undefined ||
    principal.clientId !== clientId.toLowerCase() ||
    principal.tenantId !== tenantId
  ) {
    const text = `Application with identifier '${clientId}' was not found in the directory '${tenantId}'.`;
    return refusal(400, 'unauthorized_client', 700016, text);
  }
  if (!hasSecret(principal, request.parameter('client_secret'))) {
    return refusal(401, 'invalid_client', 7000215, 'Invalid client secret provided.');
  }
  const resource = request.parameter('resource') ?? resourceOf(request.parameter('scope'));
  if (resource === undefined || !isKnownResource(resource, hasAccount)) {
    return refusal(
      400,
      'invalid_scope',
      70011,
      `The scope is not valid: '${request.parameter('scope') ?? ''}'.`,
    );
  }
  const { token, notBefore, expiresOn } = identity.issueToken(principal, resource);
  const lifetime = expiresOn - notBefore;
  return {
    status: 200,
    body: { token_type: 'Bearer', expires_in: lifetime, ext_expires_in: lifetime, access_token: token },
  };
}

function hasTenant({ identity }: IdentityTarget, tenantId: string): boolean {
  return identity.tenantId === tenantId || identity.principals.all().some((one) => one.tenantId === tenantId);
}

function hasSecret(principal: SecurityPrincipal, secret: string | undefined): boolean {
  return principal.clientSecret !== undefined && principal.clientSecret === secret;
}

/** A scope of client credentials is a resource followed by `/.default`. */
function resourceOf(scope: string | undefined): string | undefined {
  const wanted = scope?.split(' ').find((one) => one.endsWith('/.default'));
  return wanted?.slice(0, -'/.default'.length);
}

function openIdConfiguration(origin: string, tenantId: string): unknown {
  const authority = `${origin}/${tenantId}`;
  return {
    token_endpoint: `${authority}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post'],
    jwks_uri: `${authority}/discovery/v2.0/keys`,
    authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
    device_authorization_endpoint: `${authority}/oauth2/v2.0/devicecode`,
    end_session_endpoint: `${authority}/oauth2/v2.0/logout`,
    issuer: issuerOf(tenantId),
    response_types_supported: ['code'],
    scopes_supported: ['openid'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
  };
}

function refusal(status: number, error: string, code: number, text: string): IdentityAnswer {
  return { status, body: { error, error_description: `AADSTS${code}: ${text}`, error_codes: [code] } };
}
