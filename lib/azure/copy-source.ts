import {
  generateFileSASQueryParameters,
  ShareSASPermissions,
  StorageSharedKeyCredential,
  type UserDelegationKey,
} from '@azure/storage-file-share';
import { XMLParser } from 'fast-xml-parser';
import { SERVICE_VERSION, type StorageAccount } from './storage-account.ts';

/** The longest value of x-ms-copy-source that the service takes (rest/api/storageservices/copy-file). */
export const LONGEST_COPY_SOURCE = 2048;

const MINUTE = 60_000;
/** The signer's clock may run ahead of the service's; a start in the future is refused. */
const STARTS_BEFORE = 15 * MINUTE;
const LIFETIME = 24 * 60 * MINUTE;

/** Names the files of one share, live or at a snapshot, to a service that is to read them. */
export interface CopySource {
  /** The signed URL of a file. Its signature outlives any single request by hours. */
  url(path: string): Promise<string>;
}

export interface CopySourceOptions {
  readonly account: StorageAccount;
  readonly share: string;
  readonly snapshot: string | undefined;
  /** Milliseconds since 1970; replaced in tests. */
  readonly now?: () => number;
}

/**
 * Signs source URLs with a share-level, read-only service SAS, made anew before half of its life is over:
 * by the account key, or by a user-delegation key where the account is asked with a token. A SAS of the
 * configuration is passed on as it is. The snapshot is no part of the signature
 * (rest/api/storageservices/create-service-sas), so one SAS serves every path and snapshot.
 */
export function copySource({ account, share, snapshot, now = Date.now }: CopySourceOptions): CopySource {
  let current: { readonly query: Promise<string>; readonly renewAt: number } | undefined;
  const signature = (): Promise<string> => {
    if (current === undefined || now() >= current.renewAt) {
      const query = readSignature(account, share, now());
      current = { query, renewAt: now() + LIFETIME / 2 };
      query.catch(() => {
        current = undefined;
      });
    }
    return current.query;
  };
  return {
    async url(path) {
      const query = await signature();
      const address = account.url(share, path, { sharesnapshot: snapshot });
      return `${address}${address.includes('?') ? '&' : '?'}${query}`;
    },
  };
}

async function readSignature(account: StorageAccount, share: string, now: number): Promise<string> {
  const secret = account.credential.secret();
  if (secret !== undefined && 'sas' in secret) return secret.sas;
  const values = {
    shareName: share,
    permissions: ShareSASPermissions.parse('r'),
    startsOn: new Date(now - STARTS_BEFORE),
    expiresOn: new Date(now + LIFETIME),
    version: SERVICE_VERSION,
  };
  if (secret !== undefined) {
    const key = new StorageSharedKeyCredential(account.name, secret.accountKey);
    return generateFileSASQueryParameters(values, key).toString();
  }
  const delegationKey = await userDelegationKey(account, values.startsOn, values.expiresOn);
  return generateFileSASQueryParameters(values, delegationKey, account.name).toString();
}

/** Asks for a user-delegation key (rest/api/storageservices/get-user-delegation-key; Files since 2025-07-05). */
async function userDelegationKey(
  account: StorageAccount,
  start: Date,
  expiry: Date,
): Promise<UserDelegationKey> {
  const response = await account.send({
    operation: 'GetUserDelegationKey',
    method: 'POST',
    query: { restype: 'service', comp: 'userdelegationkey' },
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="utf-8"?><KeyInfo><Start>${inSeconds(start)}</Start><Expiry>${inSeconds(expiry)}</Expiry></KeyInfo>`,
  });
  const parsed: unknown = new XMLParser({ parseTagValue: false }).parse(response.text.replace(/^\uFEFF/, ''));
  const key = (parsed as { UserDelegationKey?: Partial<Record<string, string>> }).UserDelegationKey;
  return {
    signedObjectId: key?.SignedOid ?? '',
    signedTenantId: key?.SignedTid ?? '',
    signedStartsOn: new Date(key?.SignedStart ?? ''),
    signedExpiresOn: new Date(key?.SignedExpiry ?? ''),
    signedService: key?.SignedService ?? '',
    signedVersion: key?.SignedVersion ?? '',
    value: key?.Value ?? '',
  };
}

function inSeconds(time: Date): string {
  return time.toISOString().replace(/\.\d{3}Z$/, 'Z');
}
