import { signWithUserDelegationKey, userDelegationKeyValue } from '../identity/user-delegation-keys.ts';
import { sameSignature } from './account-keys.ts';
import { authenticationFailed } from './auth-errors.ts';
import { verifyToken } from './bearer.ts';
import type { DelegatedSasPrincipal } from './principal.ts';
import { requireOrigin, requireTimes, type SasContext, sharedResource } from './sas-conditions.ts';
import { type SasParameters, userDelegationSasStringToSign } from './sas-strings.ts';
import { formatSasTime, parseSasTime } from './sas-time.ts';

/** First `sv` that has user delegation SAS of Files (learn.microsoft.com rest/api/storageservices/version-2025-07-05). */
const FIRST_VERSION = '2025-07-05';

/**
 * Verifies a user delegation SAS (learn.microsoft.com rest/api/storageservices/create-user-delegation-sas) and
 * returns its bearer, who may do what both the SAS and the roles of the delegating principal allow. `token` is
 * the access token that came along, which a SAS bound to a user (`sduoid`) needs. Throws the service's 403.
 */
export function verifyUserDelegationSas(
  sas: SasParameters,
  context: SasContext,
  token: string | undefined,
): DelegatedSasPrincipal {
  const { identity, account } = context;
  if (identity === undefined) throw authenticationFailed('User delegation SAS is not supported.');
  if (required(sas, 'sv') < FIRST_VERSION) {
    throw authenticationFailed(`User delegation SAS of this service needs sv ${FIRST_VERSION} or later.`);
  }
  if (sas.has('si')) throw authenticationFailed('si is not allowed with a user delegation SAS.');
  const { resource, canonicalName } = sharedResource(sas, context);
  requireSignature(sas, context, canonicalName);
  requireKeyTimes(sas, context.now);
  requireTimes(sas.get('st'), required(sas, 'se'), context.now);
  requireOrigin(sas, context);
  const tenantId = context.tenantId ?? identity.tenantId;
  const objectId = required(sas, 'skoid').toLowerCase();
  if (required(sas, 'sktid').toLowerCase() !== tenantId) {
    throw authenticationFailed('Issuer validation failed. Issuer did not match.');
  }
  requireBoundUser(sas, context, token);
  return {
    kind: 'user-delegation-sas',
    account,
    share: context.share,
    resource,
    permissions: required(sas, 'sp'),
    allows: (plane, action) => identity.principals.allows(objectId, account, plane, action),
  };
}

function requireSignature(sas: SasParameters, context: SasContext, canonicalName: string): void {
  const [accountKey] = context.keys;
  const fields = {
    objectId: required(sas, 'skoid'),
    tenantId: required(sas, 'sktid'),
    start: normalized('skt', required(sas, 'skt')),
    expiry: normalized('ske', required(sas, 'ske')),
    service: required(sas, 'sks'),
    version: required(sas, 'skv'),
    delegatedUserTenantId: sas.get('skdutid') ?? '',
  };
  if (fields.service !== 'f') throw authenticationFailed('sks is not valid for this service.');
  const stringToSign = userDelegationSasStringToSign(canonicalName, sas);
  const value = accountKey === undefined ? '' : userDelegationKeyValue(accountKey, fields);
  if (!sameSignature(sas.get('sig') ?? '', signWithUserDelegationKey(value, stringToSign))) {
    throw authenticationFailed(`Signature did not match. String to sign used was ${stringToSign}`);
  }
}

function requireKeyTimes(sas: SasParameters, now: number): void {
  const start = parseSasTime(required(sas, 'skt')) ?? 0;
  const expiry = parseSasTime(required(sas, 'ske')) ?? 0;
  if (now >= start && now < expiry) return;
  const shown = (time: number) => `[${new Date(time).toUTCString()}]`;
  throw authenticationFailed(
    `Signature not valid in the specified key time frame: Key Start ${shown(start)} - Key Expiry ${shown(expiry)} - Current ${shown(now)}`,
  );
}

/** A SAS with `sduoid` is good only together with a token of that user. */
function requireBoundUser(sas: SasParameters, context: SasContext, token: string | undefined): void {
  const objectId = sas.get('sduoid');
  if (objectId === undefined) return;
  if (token === undefined) {
    throw authenticationFailed('A SAS with sduoid needs a bearer token of the delegated user.');
  }
  const tenantId = sas.get('skdutid') ?? context.tenantId;
  const user = verifyToken(token, tenantId === undefined ? context : { ...context, tenantId });
  if (user.objectId !== objectId.toLowerCase()) {
    throw authenticationFailed('The bearer token is not of the user that sduoid names.');
  }
}

function required(sas: SasParameters, name: string): string {
  const value = sas.get(name);
  if (value === undefined || value === '') {
    throw authenticationFailed(`${name} is mandatory. Cannot be empty`);
  }
  return value;
}

function normalized(name: string, text: string): string {
  const time = parseSasTime(text);
  if (time === undefined) throw authenticationFailed(`${name} is not a valid time: ${text}`);
  return formatSasTime(time);
}
