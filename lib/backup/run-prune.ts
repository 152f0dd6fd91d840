import { RestShareReader } from '../files/rest-share-reader.ts';
import { RestShareWriter } from '../files/rest-share-writer.ts';
import type { Configuration } from '../jobs/configuration.ts';
import { openJob } from '../jobs/open-job.ts';
import type { PrunePlan } from '../snapshots/prune.ts';
import { carryOutPrune, decidePrune } from '../target/carry-out-prune.ts';
import { readRunState } from '../target/run-state.ts';
import { SystemFolder } from '../target/system-folder.ts';
import { withLockedTarget } from '../target/with-locked-target.ts';

export interface PruneOptions {
  readonly configuration: Configuration;
  readonly job: string;
  readonly dryRun: boolean;
  readonly stop: AbortSignal;
  /** Milliseconds to wait for a lock whose holder may have died. */
  readonly lockWaitMs: number;
}

export interface PruneReport extends PrunePlan {
  readonly job: string;
  /** False for a dry run. */
  readonly done: boolean;
}

/**
 * Deletes the recovery points of a job that its retention policy no longer keeps, both snapshots of each.
 * A dry run says for every recovery point why it is kept or dropped.
 * @throws {LockedError} when a run holds the target's lock.
 */
export async function runPrune({
  configuration,
  job,
  dryRun,
  stop,
  lockWaitMs,
}: PruneOptions): Promise<PruneReport> {
  const shares = openJob(configuration, job);
  const { target } = shares;
  if (dryRun) {
    const folder = new SystemFolder(
      new RestShareReader(target.account, target.share),
      new RestShareWriter(target.account, target.share),
    );
    return { ...(await decidePrune(shares, folder, await runInProgress(folder))), job, done: false };
  }
  return withLockedTarget(target, { waitMs: lockWaitMs, stop }, async (locked) => {
    await locked.announce('prune');
    const plan = await decidePrune(shares, locked.folder, await runInProgress(locked.folder));
    await locked.lease.renew();
    await carryOutPrune(plan, shares, locked);
    return { ...plan, job, done: true };
  });
}

async function runInProgress(folder: SystemFolder): Promise<string | undefined> {
  const state = await readRunState(folder);
  return state?.ended === true ? undefined : state?.run;
}
