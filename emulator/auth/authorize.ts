import type { IncomingHttpHeaders } from 'node:http';
import { invalidHeaderValue, missingRequiredHeader } from '../http/request-errors.ts';
import { LATEST_VERSION } from '../http/service-version.ts';
import { authenticationFailed, managementRestrictedToResourceManager, notAuthorized } from './auth-errors.ts';
import { actionsOf, type OperationActions } from './operation-actions.ts';
import { OPERATIONS, type OperationName, type OperationRule } from './operations.ts';
import type { AccountSasPrincipal, DelegatedSasPrincipal, Principal, TokenPrincipal } from './principal.ts';

/** What of a request decides whether a token may be used for it. */
export type RequestedAccess = { readonly version: string; readonly headers: IncomingHttpHeaders };

/**
 * Throws the service's 403 when a verified principal may not carry out the operation: the wrong service,
 * resource type or permission of an account SAS, the permission of a service SAS, or an operation that no
 * SAS of that kind allows. `request` matters to roles only: what the headers ask for, and in which version.
 */
export function authorize(
  principal: Principal,
  operation: OperationName,
  request: RequestedAccess = { version: LATEST_VERSION, headers: {} },
): void {
  const rule: OperationRule = OPERATIONS[operation];
  switch (principal.kind) {
    case 'shared-key':
      return;
    case 'account-sas':
      authorizeAccountSas(principal, rule);
      return;
    case 'service-sas':
      authorizeServiceSas(principal.permissions, rule);
      return;
    case 'user-delegation-sas':
      authorizeServiceSas(principal.permissions, rule);
      requireActions(principal, actionsOf(operation, request.headers));
      return;
    case 'token':
      authorizeToken(principal, operation, request);
  }
}

/** Tokens are for files and directories from this version on, and for shares and the service from the next. */
const TOKENS_SINCE = '2022-11-02';
const TOKENS_FOR_SHARES_SINCE = '2024-11-04';

/**
 * A token must be allowed in the version, must come with `x-ms-file-request-intent: backup`, and its principal
 * must have the actions of the operation
 * (learn.microsoft.com azure/storage/files/authorize-oauth-rest, rest/api/storageservices/version-2024-11-04).
 */
function authorizeToken(
  principal: TokenPrincipal,
  operation: OperationName,
  { version, headers }: RequestedAccess,
): void {
  const needed = actionsOf(operation, headers);
  if (version < TOKENS_SINCE) {
    throw authenticationFailed('Authentication scheme Bearer is not supported in this version.');
  }
  if (needed.plane === 'management' && version < TOKENS_FOR_SHARES_SINCE) {
    throw managementRestrictedToResourceManager();
  }
  // A key is asked for in the name of the principal, so nothing says what it is meant for.
  if (operation !== 'GetUserDelegationKey') requireBackupIntent(headers);
  requireActions(principal, needed);
}

/** Throws 400 unless a request that uses a token says that it means to use privileged access. */
export function requireBackupIntent(headers: IncomingHttpHeaders): void {
  const intent = headers['x-ms-file-request-intent'];
  if (intent === undefined) throw missingRequiredHeader('x-ms-file-request-intent');
  if (String(intent).toLowerCase() !== 'backup') {
    throw invalidHeaderValue('x-ms-file-request-intent', String(intent));
  }
}

/** Throws 403 when a principal lacks one of the actions. */
function requireActions(principal: TokenPrincipal | DelegatedSasPrincipal, needed: OperationActions): void {
  if (needed.actions.every((action) => principal.allows(needed.plane, action))) return;
  throw notAuthorized('AuthorizationPermissionMismatch');
}

/** Throws 403 when a principal who may create may not replace what exists already (`c` without `w`). */
export function authorizeOverwrite(principal: Principal): void {
  if ('permissions' in principal && !principal.permissions.includes('w')) {
    throw notAuthorized('AuthorizationPermissionMismatch');
  }
}

function authorizeAccountSas(principal: AccountSasPrincipal, rule: OperationRule): void {
  if (!principal.services.includes('f')) throw notAuthorized('AuthorizationServiceMismatch');
  if (rule.resourceType === undefined) throw notAuthorized('AuthorizationFailure');
  if (!principal.resourceTypes.includes(rule.resourceType)) {
    throw notAuthorized('AuthorizationResourceTypeMismatch');
  }
  requireOneSet(principal.permissions, rule.accountSas);
}

function authorizeServiceSas(permissions: string, rule: OperationRule): void {
  if (rule.serviceSas.length === 0) throw notAuthorized('AuthorizationFailure');
  requireOneSet(permissions, rule.serviceSas);
}

function requireOneSet(held: string, sets: readonly string[]): void {
  for (const set of sets) {
    if ([...set].every((letter) => held.includes(letter))) return;
  }
  throw notAuthorized('AuthorizationPermissionMismatch');
}
