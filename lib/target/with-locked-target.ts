import { isRefusal } from '../azure/errors.ts';
import { RestShareReader } from '../files/rest-share-reader.ts';
import { RestShareWriter } from '../files/rest-share-writer.ts';
import type { ShareWriter } from '../files/share-writer.ts';
import type { JobShare } from '../jobs/open-job.ts';
import type { SnapshotStore } from '../snapshots/snapshot-store.ts';
import { thisProcess } from './holder.ts';
import { deleteLockRecord, readLockRecord, writeLockRecord } from './run-state.ts';
import type { ShareLease } from './share-lease.ts';
import { readSystemFolder, SystemFolder } from './system-folder.ts';
import { takeLock } from './take-lock.ts';

/** A target share while its lock is held: what may be read and written of it. */
export interface LockedTarget {
  readonly lease: ShareLease;
  readonly reader: RestShareReader;
  /** Sends nothing once the lock may be another's. */
  readonly writer: ShareWriter;
  readonly folder: SystemFolder;
  /** The snapshots of a share, of which none is made or deleted once the lock may be another's. */
  snapshotsOf(share: JobShare): SnapshotStore;
  /** Tells whoever waits who holds the lock. Called once the target is known to be the job's own. */
  announce(run: string): Promise<void>;
}

/** There is no target share to lock. */
export class MissingTargetError extends Error {
  constructor(share: string, account: string) {
    super(
      `target share "${share}" does not exist in account ${account}. The first backup creates it; one that was deleted by mistake can be restored for some days where the account keeps deleted shares`,
    );
    this.name = 'MissingTargetError';
  }
}

export interface LockOptions {
  readonly waitMs: number;
  readonly stop: AbortSignal;
}

/**
 * Does `work` while holding the lock of the target share.
 * @throws {MissingTargetError}
 * @throws {LockedError} when another run holds it.
 * @throws {LeaseLostError} when the lock was lost and `work` failed.
 */
export async function withLockedTarget<T>(
  target: JobShare,
  { waitMs, stop }: LockOptions,
  work: (target: LockedTarget) => Promise<T>,
): Promise<T> {
  const { account, share, leases } = target;
  const reader = new RestShareReader(account, share);
  const readRecord = () => readLockRecord(readSystemFolder(target));
  const lease = await takeLock({ leases, readRecord, waitMs, stop }).catch((error: unknown) => {
    throw isRefusal(error, 'ShareNotFound') ? new MissingTargetError(share, account.name) : error;
  });
  const writer = new RestShareWriter(account, share, lease);
  const folder = new SystemFolder(reader, writer);
  let isAnnounced = false;
  const announce = async (run: string) => {
    isAnnounced = true;
    const since = new Date().toISOString();
    await writeLockRecord(folder, { lease: lease.id, run, since, holder: thisProcess() });
  };
  try {
    const snapshotsOf = (of: JobShare) => of.snapshots.fenced(lease);
    return await work({ lease, reader, writer, folder, snapshotsOf, announce });
  } catch (error) {
    // Whatever came of it, such as a snapshot that the next holder has pruned, began with this.
    lease.assertFresh();
    throw error;
  } finally {
    if (isAnnounced) await withdraw(folder);
    await giveBack(lease);
  }
}

/** What stays written down would be taken for the next holder's, until that has written its own. */
async function withdraw(folder: SystemFolder): Promise<void> {
  try {
    await deleteLockRecord(folder);
  } catch {
    // It says less than it could, and whoever waits for the lock waits for its minute.
  }
}

async function giveBack(lease: ShareLease): Promise<void> {
  try {
    await lease.release();
  } catch {
    // The lease ends by itself within a minute.
    lease.abandon();
  }
}
