import type { Configuration } from '../jobs/configuration.ts';
import { openJob } from '../jobs/open-job.ts';
import { ShareLease } from './share-lease.ts';

/**
 * Breaks the lock of a job's target share, whoever holds it. For a person who knows that the holder is
 * dead and cannot wait the minute after which its lease ends by itself. False where there was none.
 */
export async function unlockTarget(configuration: Configuration, job: string): Promise<boolean> {
  const { target } = openJob(configuration, job);
  const properties = await target.snapshots.properties();
  return properties?.leased === true && ShareLease.break(target.account, target.share);
}
