import type { IncomingHttpHeaders } from 'node:http';
import type { Identity } from '../identity/identity.ts';
import type { AccountResources } from './account-resources.ts';
import { authenticationFailed, authorizationFailed } from './management-errors.ts';
import { MANAGEMENT_OPERATIONS } from './management-operations.ts';
import type { ManagementTarget } from './management-request.ts';

/**
 * Throws 401 when a request has no bearer token or one that is not for Resource Manager, 403
 * `AuthorizationFailed` when no role of its principal allows the operation. An emulator without principals
 * takes every token.
 */
export function authorizeManagement(
  identity: Identity,
  resources: AccountResources,
  target: ManagementTarget,
  headers: IncomingHttpHeaders,
): void {
  const oid = authenticateManagement(identity, headers);
  if (oid === undefined) return;
  const { action } = MANAGEMENT_OPERATIONS[target.operation];
  if (identity.principals.allows(oid, target.account, 'management', action)) return;
  throw authorizationFailed(oid, action, scopeOf(resources, target));
}

/** The object id of the principal whose token it is; undefined when every token is taken. Throws 401. */
export function authenticateManagement(identity: Identity, headers: IncomingHttpHeaders): string | undefined {
  const token = bearerToken(headers.authorization);
  if (!identity.isOn) return undefined;
  const verdict = identity.verifyManagementToken(token);
  if ('failure' in verdict) throw authenticationFailed('InvalidAuthenticationToken', verdict.failure);
  return verdict.claims.oid;
}

function bearerToken(authorization: string | undefined): string {
  if (authorization === undefined) {
    throw authenticationFailed(
      'AuthenticationFailed',
      "Authentication failed. The 'Authorization' header is missing.",
    );
  }
  const token = /^Bearer (\S+)$/i.exec(authorization)?.[1];
  if (token !== undefined) return token;
  throw authenticationFailed(
    'AuthenticationFailedInvalidHeader',
    "Authentication failed. The 'Authorization' header is provided in an invalid format.",
  );
}

function scopeOf(resources: AccountResources, { account, share }: ManagementTarget): string {
  const id = resources.idOf(account);
  return share === '' ? id : `${id}/fileServices/default/shares/${share}`;
}
