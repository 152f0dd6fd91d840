import { notAuthorized } from './auth-errors.ts';
import { OPERATIONS, type OperationName, type OperationRule } from './operations.ts';
import type { AccountSasPrincipal, Principal } from './principal.ts';

/**
 * Throws the service's 403 when a verified principal may not carry out the operation: the wrong service,
 * resource type or permission of an account SAS, the permission of a service SAS, or an operation that no
 * SAS of that kind allows.
 */
export function authorize(principal: Principal, operation: OperationName): void {
  const rule: OperationRule = OPERATIONS[operation];
  switch (principal.kind) {
    case 'shared-key':
      return;
    case 'account-sas':
      authorizeAccountSas(principal, rule);
      return;
    case 'service-sas':
      if (rule.serviceSas.length === 0) throw notAuthorized('AuthorizationFailure');
      requireOneSet(principal.permissions, rule.serviceSas);
  }
}

/** Throws 403 when a principal who may create may not replace what exists already (`c` without `w`). */
export function authorizeOverwrite(principal: Principal): void {
  if (principal.kind !== 'shared-key' && !principal.permissions.includes('w')) {
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

function requireOneSet(held: string, sets: readonly string[]): void {
  for (const set of sets) {
    if ([...set].every((letter) => held.includes(letter))) return;
  }
  throw notAuthorized('AuthorizationPermissionMismatch');
}
