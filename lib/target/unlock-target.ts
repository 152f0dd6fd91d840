import type { Configuration } from '../jobs/configuration.ts';
import { openJob } from '../jobs/open-job.ts';
import { isRunning } from './holder.ts';
import { readLockRecord } from './run-state.ts';
import { ShareLease } from './share-lease.ts';
import { readSystemFolder } from './system-folder.ts';
import { describeHolder } from './take-lock.ts';

export interface LockStanding {
  readonly locked: boolean;
  /** Who holds it, in words. */
  readonly holder: string;
  /** Whether the holder is certainly a process that runs on this machine right now. */
  readonly isRunning: boolean;
}

/** Who holds the lock of a job's target share. */
export async function readLock(configuration: Configuration, job: string): Promise<LockStanding> {
  const { target } = openJob(configuration, job);
  const locked = (await target.snapshots.properties())?.leased === true;
  if (!locked) return { locked, holder: 'nobody', isRunning: false };
  const record = await readLockRecord(readSystemFolder(target));
  return {
    locked,
    holder: describeHolder(record),
    isRunning: record !== undefined && isRunning(record.holder),
  };
}

/**
 * Breaks the lock of a job's target share, whoever holds it. For a person who knows that the holder is
 * dead and cannot wait the minute after which its lease ends by itself. False where there was none.
 */
export async function unlockTarget(configuration: Configuration, job: string): Promise<boolean> {
  const { target } = openJob(configuration, job);
  const properties = await target.snapshots.properties();
  return properties?.leased === true && ShareLease.break(target.leases);
}
