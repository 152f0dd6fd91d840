import type { ShareReader } from '../files/share-reader.ts';
import type { DigestFiles } from '../target/digest-files.ts';
import type { ShareDigest } from '../target/share-digest.ts';
import { DigestKeeper } from './digest-keeper.ts';
import { ListingDigests } from './listing-digests.ts';
import { type ListingVerification, type VerifyOptions, verifyListing } from './verify-listing.ts';

export interface DigestedVerification extends ListingVerification {
  /** What both snapshots hold; undefined where they differ, or something of it could not be kept. */
  readonly digest: ShareDigest | undefined;
  /** Why a digest could not be kept. */
  readonly digestFailure: unknown;
}

/**
 * Compares two snapshots by their listings, as {@link verifyListing} does, and makes the digests of what they hold
 * from the same listings.
 * @param files where the digests are kept; undefined to add them up only, which takes a comparison that is not
 *   carried on
 */
export async function verifyWithDigests(
  source: ShareReader,
  target: ShareReader,
  options: VerifyOptions,
  files: DigestFiles | undefined,
): Promise<DigestedVerification> {
  const keeper = new DigestKeeper(files);
  const digests = new ListingDigests(source, target, options.terms, keeper);
  let digest: ShareDigest | undefined;
  try {
    const found = await verifyListing(digests.source, digests.target, options);
    if (found.differences > 0 || found.failures.length > 0) await keeper.discard();
    else if (found.stoppedAt !== undefined) await keeper.interrupt();
    else digest = await keeper.finish((options.resumeAt ?? []).length > 0);
    return { ...found, digest, digestFailure: keeper.failure };
  } finally {
    await digests.close();
    await keeper.close();
  }
}
