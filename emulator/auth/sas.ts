import { invalidQueryParameterValue } from '../http/request-errors.ts';
import { sameSignature, signature } from './account-keys.ts';
import { authenticationFailed, keyBasedAuthenticationNotPermitted } from './auth-errors.ts';
import type { AccountSasPrincipal, DelegatedSasPrincipal, ServiceSasPrincipal } from './principal.ts';
import {
  requireOrigin,
  requireTimes,
  type SasContext,
  type StoredPolicy,
  sharedResource,
} from './sas-conditions.ts';
import { accountSasStringToSign, type SasParameters, serviceSasStringToSign } from './sas-strings.ts';
import { verifyUserDelegationSas } from './user-delegation-sas.ts';

export type { SasContext, StoredPolicy } from './sas-conditions.ts';

/**
 * Verifies an account, service or user delegation SAS and returns its bearer; throws the service's 403
 * otherwise. Which kind it is follows from `ss`/`srt`, `skoid` or `sr`. `token` is the access token that came
 * along, which matters to a SAS bound to a user.
 */
export function verifySas(
  sas: SasParameters,
  context: SasContext,
  token?: string,
): AccountSasPrincipal | ServiceSasPrincipal | DelegatedSasPrincipal {
  if (sas.get('sv') === undefined) throw authenticationFailed('sv is mandatory. Cannot be empty');
  if (sas.has('skoid')) return verifyUserDelegationSas(sas, context, token);
  if (context.allowSharedKeyAccess === false) throw keyBasedAuthenticationNotPermitted();
  return sas.has('ss') || sas.has('srt') ? verifyAccountSas(sas, context) : verifyServiceSas(sas, context);
}

function verifyAccountSas(sas: SasParameters, context: SasContext): AccountSasPrincipal {
  const stringToSign = accountSasStringToSign(context.account, sas);
  requireSignature(sas, stringToSign, context.keys);
  requireTimes(sas.get('st'), sas.get('se'), context.now);
  requireOrigin(sas, context);
  return {
    kind: 'account-sas',
    account: context.account,
    services: sas.get('ss') ?? '',
    resourceTypes: sas.get('srt') ?? '',
    permissions: sas.get('sp') ?? '',
  };
}

function verifyServiceSas(sas: SasParameters, context: SasContext): ServiceSasPrincipal {
  const { resource, canonicalName } = sharedResource(sas, context);
  requireSignature(sas, serviceSasStringToSign(canonicalName, sas), context.keys);
  const grant = grantOf(sas, context);
  requireTimes(grant.start, grant.expiry, context.now);
  requireOrigin(sas, context);
  return {
    kind: 'service-sas',
    account: context.account,
    share: context.share,
    resource,
    permissions: grant.permission,
  };
}

/** Fields come from the SAS or from the stored access policy it names, never the same field from both. */
function grantOf(sas: SasParameters, context: SasContext): StoredPolicy & { permission: string } {
  const id = sas.get('si');
  const own = { start: sas.get('st'), expiry: sas.get('se'), permission: sas.get('sp') };
  const policy = id === undefined ? {} : context.storedPolicy(context.share, id);
  if (policy === undefined) {
    throw authenticationFailed(`Access policy not found. Identifier: ${id}`);
  }
  const start = either('st', own.start, policy.start);
  const expiry = either('se', own.expiry, policy.expiry);
  const permission = either('sp', own.permission, policy.permission);
  if (permission === undefined) throw authenticationFailed('sp is mandatory. Cannot be empty');
  return { start, expiry, permission };
}

function either(name: string, own: string | undefined, stored: string | undefined): string | undefined {
  if (own !== undefined && stored !== undefined) {
    throw invalidQueryParameterValue(name, own, 'The access policy that si names has this field, too.');
  }
  return own ?? stored;
}

function requireSignature(sas: SasParameters, stringToSign: string, keys: readonly string[]): void {
  const given = sas.get('sig') ?? '';
  if (keys.some((key) => sameSignature(given, signature(key, stringToSign)))) return;
  throw authenticationFailed(`Signature did not match. String to sign used was ${stringToSign}`);
}
