import type { JobShares } from '../jobs/open-job.ts';
import { type PrunePlan, planPrune, prune } from '../snapshots/prune.ts';
import type { Catalogue } from '../snapshots/recovery-points.ts';
import { abandonedRuns, writePruneIntent } from './abandoned-runs.ts';
import { type ExpiredPin, expiredPins, releaseExpired } from './expired-pins.ts';
import { forgetPoints, levelOf } from './levels.ts';
import type { SystemFolder } from './system-folder.ts';
import type { LockedTarget } from './with-locked-target.ts';

/** What a prune would do: release the pins whose end has come, then delete. */
export interface DecidedPrune extends PrunePlan {
  readonly unpin: readonly ExpiredPin[];
}

/** Decides what a prune of the job would delete, by the snapshots of both shares and what is kept about them. */
export async function decidePrune(
  shares: JobShares,
  known: Catalogue,
  folder: SystemFolder,
  runInProgress: string | undefined,
): Promise<DecidedPrune> {
  const { retention, timeZone } = shares.job;
  const now = new Date();
  const records = await folder.list('records');
  const unpin = await expiredPins(shares, folder, known.points, now);
  const released = unpin.filter(({ foreign }) => foreign.length === 0);
  const plan = planPrune(known, {
    policy: retention,
    timeZone,
    runInProgress,
    levelOf: (run) => levelOf(run, records ?? []),
    abandoned: await abandonedRuns(folder, known.unpaired),
    released: new Set(released.map(({ id }) => id)),
    now,
  });
  return { ...plan, unpin };
}

/** Carries a prune out. Returns the runs whose recovery points are gone. */
export async function carryOutPrune(
  plan: DecidedPrune,
  shares: JobShares,
  { folder, snapshotsOf }: LockedTarget,
): Promise<readonly string[]> {
  const { source, target } = shares;
  const pinned = await releaseExpired(shares, folder, plan.unpin);
  const drop = plan.drop.filter(({ id }) => !pinned.has(id));
  const { superseded } = plan;
  if (drop.length === 0 && superseded.length === 0) return [];
  await writePruneIntent(
    folder,
    drop.map(({ id }) => id),
    plan.keep.map(({ id }) => id),
  );
  const pruned = await prune({ drop, superseded }, snapshotsOf(source), snapshotsOf(target));
  await forgetPoints(folder, [...pruned, ...runsWithoutRest(plan)]);
  return pruned;
}

/** The runs of which nothing is left. A twin is of one that has more, about which what is kept stays. */
function runsWithoutRest({ superseded, spared }: DecidedPrune): readonly string[] {
  const remaining = new Set(spared.map(({ run }) => run));
  return superseded.filter(({ run, twin }) => !twin && !remaining.has(run)).map(({ run }) => run);
}
