import { authenticationFailed, notAuthorized } from './auth-errors.ts';
import type { BearerContext } from './bearer.ts';
import type { SasParameters } from './sas-strings.ts';
import { parseSasTime, type SasTime } from './sas-time.ts';

/** A stored access policy of a share, times as written in the ACL. */
export type StoredPolicy = {
  readonly start?: string | undefined;
  readonly expiry?: string | undefined;
  readonly permission?: string | undefined;
};

/** What a SAS is verified against. */
export type SasContext = BearerContext & {
  /** Base64 keys of the account, either of which may have signed. */
  readonly keys: readonly string[];
  readonly share: string;
  /** Decoded path below the share as the URL has it, without a leading slash; empty for the share. */
  readonly path: string;
  /** Milliseconds since 1970 by the emulator's clock. */
  readonly now: number;
  /** False when the account refuses what an account key signed; true unless given. */
  readonly allowSharedKeyAccess?: boolean;
  readonly storedPolicy: (share: string, id: string) => StoredPolicy | undefined;
};

/** What a SAS with `sr` is for: the share or the file of the request. */
export function sharedResource(
  sas: SasParameters,
  context: SasContext,
): { readonly resource: 's' | 'f'; readonly canonicalName: string } {
  const resource = sas.get('sr');
  if (resource !== 's' && resource !== 'f') {
    throw authenticationFailed(
      resource === undefined
        ? 'sr is mandatory. Cannot be empty'
        : `sr ${resource} is not valid for this service`,
    );
  }
  const share = `/file/${context.account}/${context.share}`;
  return { resource, canonicalName: resource === 's' ? share : `${share}/${context.path}` };
}

/** Throws 403 unless `now` is at or after the start, where there is one, and before the expiry. */
export function requireTimes(start: string | undefined, expiry: string | undefined, now: number): void {
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

/** Throws 403 unless protocol and address of the client are among those that the SAS allows. */
export function requireOrigin(sas: SasParameters, context: SasContext): void {
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
