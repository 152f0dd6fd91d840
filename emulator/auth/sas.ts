import { invalidQueryParameterValue } from '../http/request-errors.ts';
import { sameSignature, signature } from './account-keys.ts';
import { authenticationFailed, notAuthorized } from './auth-errors.ts';
import type { AccountSasPrincipal, ServiceSasPrincipal } from './principal.ts';
import { accountSasStringToSign, type SasParameters, serviceSasStringToSign } from './sas-strings.ts';
import { parseSasTime, type SasTime } from './sas-time.ts';

/** A stored access policy of a share, times as written in the ACL. */
export type StoredPolicy = {
  readonly start?: string | undefined;
  readonly expiry?: string | undefined;
  readonly permission?: string | undefined;
};

/** What a SAS is verified against. */
export type SasContext = {
  readonly account: string;
  /** Base64 keys of the account, either of which may have signed. */
  readonly keys: readonly string[];
  readonly share: string;
  /** Decoded path below the share as the URL has it, without a leading slash; empty for the share. */
  readonly path: string;
  /** Milliseconds since 1970 by the emulator's clock. */
  readonly now: number;
  readonly protocol: 'http' | 'https';
  readonly clientAddress: string;
  readonly storedPolicy: (share: string, id: string) => StoredPolicy | undefined;
};

/**
 * Verifies an account SAS or a service SAS and returns its bearer; throws the service's 403 otherwise.
 * Which kind it is follows from `ss`/`srt` or `sr`.
 */
export function verifySas(
  sas: SasParameters,
  context: SasContext,
): AccountSasPrincipal | ServiceSasPrincipal {
  if (sas.get('sv') === undefined) throw authenticationFailed('sv is mandatory. Cannot be empty');
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
  const resource = sas.get('sr');
  if (resource !== 's' && resource !== 'f') {
    throw authenticationFailed(
      resource === undefined
        ? 'sr is mandatory. Cannot be empty'
        : `sr ${resource} is not valid for this service`,
    );
  }
  const share = `/file/${context.account}/${context.share}`;
  const canonicalName = resource === 's' ? share : `${share}/${context.path}`;
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

function requireTimes(start: string | undefined, expiry: string | undefined, now: number): void {
  if (expiry === undefined) throw authenticationFailed('se is mandatory. Cannot be empty');
  const from = start === undefined ? undefined : timeOrFail('st', start);
  const until = timeOrFail('se', expiry);
  if (now >= until || (from !== undefined && now < from)) {
    const shown = (time: SasTime | undefined) =>
      time === undefined ? '' : `[${new Date(time).toUTCString()}]`;
    throw authenticationFailed(
      `Signature not valid in the specified time frame: Start ${shown(from)} - Expiry ${shown(until)} - Current ${shown(now)}`,
    );
  }
}

function timeOrFail(name: string, text: string): SasTime {
  const time = parseSasTime(text);
  if (time === undefined) throw authenticationFailed(`${name} is not a valid time: ${text}`);
  return time;
}

function requireOrigin(sas: SasParameters, context: SasContext): void {
  const protocols = sas.get('spr');
  if (protocols !== undefined && !protocols.split(',').includes(context.protocol)) {
    throw notAuthorized('AuthorizationProtocolMismatch');
  }
  const addresses = sas.get('sip');
  if (addresses !== undefined && !addressInRange(context.clientAddress, addresses)) {
    throw notAuthorized('AuthorizationSourceIPMismatch', context.clientAddress);
  }
}

/** `range` is one IPv4 address or two joined by a hyphen, both included. */
function addressInRange(address: string, range: string): boolean {
  const [first = '', last = first] = range.split('-');
  const value = ipv4Number(address);
  const low = ipv4Number(first);
  const high = ipv4Number(last);
  return value !== undefined && low !== undefined && high !== undefined && low <= value && value <= high;
}

function ipv4Number(address: string): number | undefined {
  const parts = address.replace(/^::ffff:/, '').split('.');
  if (parts.length !== 4 || parts.some((part) => !/^\d{1,3}$/.test(part) || Number(part) > 255))
    return undefined;
  return parts.reduce((total, part) => total * 256 + Number(part), 0);
}
