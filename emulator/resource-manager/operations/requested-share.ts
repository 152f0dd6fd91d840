import { z } from 'zod';
import { given } from '../../http/given.ts';
import type { Share, ShareProperties, SignedIdentifier } from '../../state/index.ts';
import { invalidPropertyValue } from '../management-errors.ts';
import type { ManagementRequest } from '../management-request.ts';
import { optional, requestJson } from '../request-json.ts';

const policySchema = z.object({
  startTime: optional(z.string()),
  expiryTime: optional(z.string()),
  permission: optional(z.string()),
});

const shareSchema = z.object({
  properties: optional(
    z.object({
      metadata: optional(z.record(z.string(), z.string())),
      shareQuota: optional(z.number()),
      accessTier: optional(z.string()),
      enabledProtocols: optional(z.string()),
      rootSquash: optional(z.string()),
      signedIdentifiers: optional(
        z.array(z.object({ id: z.string(), accessPolicy: optional(policySchema) })),
      ),
    }),
  ),
});

/** The properties of a share that a request gives; what it leaves out is absent. */
export type RequestedShare = NonNullable<z.output<typeof shareSchema>['properties']>;

const MAX_QUOTA_GIB = 102_400;

const NONE: RequestedShare = {};

/** Reads the body of a request that writes a share. 400 `InvalidRequestContent`, `InvalidRequestPropertyValue`. */
export function requestedShare(request: ManagementRequest): RequestedShare {
  const requested = requestJson(request, shareSchema).properties ?? NONE;
  const { shareQuota, rootSquash } = requested;
  if (
    shareQuota !== undefined &&
    !(Number.isInteger(shareQuota) && shareQuota >= 1 && shareQuota <= MAX_QUOTA_GIB)
  ) {
    throw invalidPropertyValue('shareQuota', shareQuota);
  }
  if (rootSquash !== undefined && !['NoRootSquash', 'RootSquash', 'AllSquash'].includes(rootSquash)) {
    throw invalidPropertyValue('rootSquash', rootSquash);
  }
  accessTierOf(requested);
  protocolOf(requested);
  return requested;
}

/** Sets what is given. Metadata and policies come first: they may be refused, and then nothing is to have changed. */
export function applyTo(share: Share, requested: RequestedShare): void {
  const { metadata, signedIdentifiers, shareQuota, rootSquash } = requested;
  if (metadata !== undefined) share.setMetadata(metadata);
  if (signedIdentifiers !== undefined) share.setAcl(signedIdentifiers.map(storedPolicy));
  const settings = given({ quotaGiB: shareQuota, accessTier: accessTierOf(requested), rootSquash });
  if (Object.keys(settings).length > 0) share.setProperties(settings);
}

type RequestedPolicy = NonNullable<RequestedShare['signedIdentifiers']>[number];

function storedPolicy({ id, accessPolicy }: RequestedPolicy): SignedIdentifier {
  return {
    id,
    ...given({
      start: accessPolicy?.startTime,
      expiry: accessPolicy?.expiryTime,
      permission: accessPolicy?.permission,
    }),
  };
}

/** The access tier that is asked for, however its letters are written. */
export function accessTierOf({ accessTier }: RequestedShare): ShareProperties['accessTier'] | undefined {
  if (accessTier === undefined) return undefined;
  switch (accessTier.toLowerCase()) {
    case 'transactionoptimized':
      return 'TransactionOptimized';
    case 'hot':
      return 'Hot';
    case 'cool':
      return 'Cool';
    case 'premium':
      return 'Premium';
    default:
      throw invalidPropertyValue('accessTier', accessTier);
  }
}

/** The protocol that is asked for. */
export function protocolOf({ enabledProtocols }: RequestedShare): ShareProperties['protocol'] | undefined {
  const protocol = enabledProtocols?.toUpperCase();
  if (protocol === undefined || protocol === 'SMB' || protocol === 'NFS') return protocol;
  throw invalidPropertyValue('enabledProtocols', enabledProtocols);
}
