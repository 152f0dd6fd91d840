import type { JobShares } from '../jobs/open-job.ts';
import { type PrunePlan, planPrune, prune } from '../snapshots/prune.ts';
import type { Catalogue } from '../snapshots/recovery-points.ts';
import { abandonedRuns, clearPruneIntent, writePruneIntent } from './abandoned-runs.ts';
import { forgetPoints, levelOf } from './levels.ts';
import type { SystemFolder } from './system-folder.ts';
import type { LockedTarget } from './with-locked-target.ts';

/** Decides what a prune of the job would delete, by the snapshots of both shares and what is kept about them. */
export async function decidePrune(
  { job }: JobShares,
  known: Catalogue,
  folder: SystemFolder,
  runInProgress: string | undefined,
): Promise<PrunePlan> {
  const records = await folder.list('records');
  return planPrune(known, {
    policy: job.retention,
    runInProgress,
    levelOf: (run) => levelOf(run, records ?? []),
    abandoned: await abandonedRuns(folder, known.unpaired),
    now: new Date(),
  });
}

/** Carries a prune out. Returns the runs whose recovery points are gone. */
export async function carryOutPrune(
  plan: PrunePlan,
  { source, target }: JobShares,
  { folder, snapshotsOf }: LockedTarget,
): Promise<readonly string[]> {
  if (plan.drop.length === 0 && plan.superseded.length === 0) return [];
  await writePruneIntent(
    folder,
    plan.drop.map(({ id }) => id),
  );
  const pruned = await prune(plan, snapshotsOf(source), snapshotsOf(target));
  await forgetPoints(folder, [...pruned, ...plan.superseded.map(({ run }) => run)]);
  await clearPruneIntent(folder);
  return pruned;
}
