import { RequestFailedError } from '../azure/errors.ts';
import type { JobShares } from '../jobs/open-job.ts';
import type { RecoveryPoint } from '../snapshots/recovery-points.ts';
import { leasesOf } from '../target/pins.ts';
import { ShareLease } from '../target/share-lease.ts';

/**
 * Does `work` while a lease of a minute, renewed, is held on both snapshots of a recovery point, so that nobody
 * deletes them meanwhile. One that is leased already, as a pinned one is, is held by that. Where no lease may be
 * taken, the work is done all the same: a snapshot that is deleted under it fails it and proves nothing.
 */
export async function holdingSnapshots<T>(
  shares: JobShares,
  point: RecoveryPoint,
  work: () => Promise<T>,
): Promise<T> {
  const held: ShareLease[] = [];
  try {
    // A prune deletes the target snapshot of a pair first.
    for (const role of ['target', 'source'] as const) {
      const lease = await acquire(shares, point, role);
      if (lease !== undefined) held.push(lease);
    }
    return await work();
  } finally {
    await Promise.all(held.map(giveBack));
  }
}

async function acquire(
  shares: JobShares,
  point: RecoveryPoint,
  role: 'source' | 'target',
): Promise<ShareLease | undefined> {
  try {
    return await ShareLease.acquire(leasesOf(shares, point, role));
  } catch (error) {
    if (error instanceof RequestFailedError) return undefined;
    throw error;
  }
}

async function giveBack(lease: ShareLease): Promise<void> {
  try {
    await lease.release();
  } catch (error) {
    // The lease ends by itself within a minute.
    if (!(error instanceof RequestFailedError)) throw error;
  }
}
