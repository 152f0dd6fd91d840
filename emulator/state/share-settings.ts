import { invalidHeader } from './errors.ts';
import type { Metadata } from './options.ts';
import { ServiceError } from './service-error.ts';
import type { Ticks } from './ticks.ts';

export type AccessTier = 'TransactionOptimized' | 'Hot' | 'Cool' | 'Premium';
export type ShareProtocol = 'SMB' | 'NFS';

/** A stored access policy; times as written. */
export type SignedIdentifier = {
  readonly id: string;
  readonly start?: string;
  readonly expiry?: string;
  readonly permission?: string;
};

/** What is set on a share. A value, kept by snapshots as it was. */
export type ShareSettings = {
  readonly quotaGiB: number;
  readonly metadata: Metadata;
  readonly accessTier: AccessTier;
  readonly accessTierChangeTime: Ticks;
  readonly protocol: ShareProtocol;
  readonly rootSquash?: string;
  readonly acl: readonly SignedIdentifier[];
};

const MAX_QUOTA_GIB = 102_400;
const MAX_IDENTIFIERS = 5;
const MAX_METADATA_BYTES = 8192;
const METADATA_NAME = /^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}\p{Cf}]*$/u;

/** Throws 400 `InvalidHeaderValue` unless a quota is from 1 to 102,400 GiB. */
export function requireQuota(quotaGiB: number): void {
  if (Number.isInteger(quotaGiB) && quotaGiB >= 1 && quotaGiB <= MAX_QUOTA_GIB) return;
  throw invalidHeader('x-ms-share-quota', String(quotaGiB));
}

/** Throws 400 `InvalidXmlDocument` for more stored access policies than a share can have. */
export function requireIdentifierCount(identifiers: readonly SignedIdentifier[]): void {
  if (identifiers.length <= MAX_IDENTIFIERS) return;
  throw new ServiceError(400, 'InvalidXmlDocument', 'XML specified is not syntactically valid.');
}

/**
 * Throws 400 `InvalidMetadata` for names that are no C# identifiers, 400 `EmptyMetadataKey`, 400
 * `MetadataTooLarge` above 8 KiB (a limit that the documentation gives for blobs).
 */
export function requireMetadata(metadata: Metadata): void {
  let bytes = 0;
  for (const [name, value] of Object.entries(metadata)) {
    if (name === '') {
      throw new ServiceError(
        400,
        'EmptyMetadataKey',
        'The key for one of the metadata key-value pairs is empty.',
      );
    }
    if (!METADATA_NAME.test(name)) {
      throw new ServiceError(
        400,
        'InvalidMetadata',
        'The specified metadata is invalid. It has characters that are not permitted.',
      );
    }
    bytes += name.length + value.length;
  }
  if (bytes > MAX_METADATA_BYTES) {
    throw new ServiceError(
      400,
      'MetadataTooLarge',
      'The size of the specified metadata exceeds the maximum size permitted.',
    );
  }
}
