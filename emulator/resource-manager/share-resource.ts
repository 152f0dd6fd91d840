import { given } from '../http/given.ts';
import {
  formatEtag,
  formatTicks,
  type ShareListItem,
  type ShareProperties,
  type SignedIdentifier,
  TICKS_PER_SECOND,
  type Ticks,
} from '../state/index.ts';
import type { AccountResources } from './account-resources.ts';

/** What is told of a share in a request for it alone. */
export type ShareDetails = {
  readonly acl: readonly SignedIdentifier[];
  readonly snapshot: string | undefined;
  readonly usageBytes: number | undefined;
};

const TYPE = 'Microsoft.Storage/storageAccounts/fileServices/shares';

/** `id`, `name` and `type` of a share, which its snapshots have, too. */
export function shareIdentity(resources: AccountResources, account: string, share: string) {
  return { id: `${resources.idOf(account)}/fileServices/default/shares/${share}`, name: share, type: TYPE };
}

/** A share as its own resource, rest/api/storagerp/file-shares/get. */
export function shareResource(
  identity: ReturnType<typeof shareIdentity>,
  properties: ShareProperties,
  details: ShareDetails,
): unknown {
  const { accessTier } = properties;
  return {
    ...identity,
    etag: formatEtag(properties.modified),
    properties: given({
      ...leaseOf(properties),
      signedIdentifiers: details.acl.map(signedIdentifier),
      metadata: Object.keys(properties.metadata).length === 0 ? undefined : properties.metadata,
      lastModifiedTime: wholeSecond(properties.modified),
      shareQuota: properties.quotaGiB,
      snapshotTime: details.snapshot,
      shareUsageBytes: details.usageBytes,
      rootSquash: properties.rootSquash,
      // The service has been seen to leave out the tier and the protocol that every share has unless told otherwise.
      ...(accessTier === 'TransactionOptimized' ? {} : tierOf(properties)),
      enabledProtocols: properties.protocol === 'SMB' ? undefined : properties.protocol,
    }),
  };
}

/** A share, snapshot or deleted share in a listing, which has no metadata; rest/api/storagerp/file-shares/list. */
export function shareListEntry(identity: ReturnType<typeof shareIdentity>, item: ShareListItem): unknown {
  const { properties, deleted, snapshot } = item;
  const id = deleted === undefined ? identity.id : `${identity.id}_${deleted.version}`;
  return {
    ...identity,
    id,
    etag: formatEtag(properties.modified),
    properties: given({
      ...leaseOf(properties),
      accessTier: snapshot === undefined ? properties.accessTier : undefined,
      lastModifiedTime: wholeSecond(properties.modified),
      shareQuota: properties.quotaGiB,
      enabledProtocols: properties.protocol,
      rootSquash: properties.rootSquash,
      snapshotTime: snapshot,
      version: deleted?.version,
      deleted: deleted === undefined ? undefined : true,
      deletedTime: deleted === undefined ? undefined : wholeSecond(deleted.deletedTime),
      remainingRetentionDays: deleted?.remainingRetentionDays,
    }),
  };
}

function leaseOf({ lease }: ShareProperties) {
  return {
    leaseDuration: lease.duration,
    leaseStatus: lease.status,
    leaseState: lease.state,
  };
}

function tierOf(properties: ShareProperties) {
  return {
    accessTier: properties.accessTier,
    accessTierChangeTime: wholeSecond(properties.accessTierChangeTime),
  };
}

function signedIdentifier({ id, start, expiry, permission }: SignedIdentifier) {
  return { id, accessPolicy: given({ startTime: start, expiryTime: expiry, permission }) };
}

/** Resource Manager knows times of shares from headers that end at the second. */
function wholeSecond(ticks: Ticks): string {
  return formatTicks(ticks - (ticks % TICKS_PER_SECOND));
}
