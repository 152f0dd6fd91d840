import type { JobShares } from '../jobs/open-job.ts';
import { type PruneOptions, type PrunePlan, type PruneResult, planPrune, prune } from '../snapshots/prune.ts';
import type { Catalogue, RecoveryPoint } from '../snapshots/recovery-points.ts';
import { abandonedRuns, writePruneIntent } from './abandoned-runs.ts';
import { type ExpiredPin, expiredPins, releaseExpired } from './expired-pins.ts';
import { forgetPoints, levelOf, readRecords } from './levels.ts';
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
  { runInProgress, forRoom }: Pick<PruneOptions, 'runInProgress' | 'forRoom'>,
): Promise<DecidedPrune> {
  const { retention, timeZone } = shares.job;
  const now = new Date();
  const records = await readRecords(folder, known.points);
  const unpin = await expiredPins(shares, folder, known.points, now);
  const released = unpin.filter(({ foreign }) => foreign.length === 0);
  const plan = planPrune(known, {
    policy: retention,
    timeZone,
    runInProgress,
    forRoom,
    levelOf: (run) => levelOf(run, records),
    abandoned: await abandonedRuns(folder, known.unpaired),
    released: new Set(released.map(({ id }) => id)),
    now,
  });
  return { ...plan, unpin };
}

/** What became of a prune, and of the pins whose end had come. */
export interface CarriedOutPrune extends PruneResult {
  /** Recovery points of such pins that are pinned still. */
  readonly pinned: ReadonlySet<string>;
}

/**
 * Carries a prune out, and forgets what is kept about what has gone.
 * @param most how many recovery points may go
 */
export async function carryOutPrune(
  plan: DecidedPrune,
  shares: JobShares,
  { folder, snapshotsOf }: LockedTarget,
  most = Number.POSITIVE_INFINITY,
): Promise<CarriedOutPrune> {
  const { source, target } = shares;
  const pinned = await releaseExpired(shares, folder, plan.unpin);
  const isSpared = ({ id }: RecoveryPoint) => most === 0 || pinned.has(id);
  const drop = plan.drop.filter((point) => !isSpared(point));
  const { superseded } = plan;
  const spared = plan.drop.filter(isSpared).map(({ id }) => id);
  if (drop.length === 0 && superseded.length === 0) {
    return { points: [], standing: spared, lone: [], failure: undefined, pinned };
  }
  const intended = await writePruneIntent(
    folder,
    drop.map(({ id }) => id),
    [...plan.keep.map(({ id }) => id), ...spared],
  );
  const result = await prune({ drop, superseded }, snapshotsOf(source), snapshotsOf(target), most);
  // What stands must not pass for pruned when it is lost later.
  if (result.standing.length > 0) await writePruneIntent(folder, [], result.standing);
  const pruned = new Set(result.points);
  const unsettled = new Set(plan.drop.filter(({ id }) => !pruned.has(id)).map(({ id }) => id));
  // Those of earlier prunes, too, which may have been cut off before they came to this.
  const forgotten = intended.filter((run) => !unsettled.has(run));
  await forgetPoints(folder, [...forgotten, ...runsWithoutRest(plan, new Set(result.lone))]);
  return { ...result, standing: [...result.standing, ...spared], pinned };
}

/** The runs of which nothing is left. A twin is of one that has more, about which what is kept stays. */
function runsWithoutRest({ superseded, spared }: DecidedPrune, gone: ReadonlySet<string>): readonly string[] {
  const isGone = ({ snapshot }: { readonly snapshot: string }) => gone.has(snapshot);
  const staying = superseded.filter((orphan) => !isGone(orphan));
  const remaining = new Set([...spared, ...staying].map(({ run }) => run));
  const left = superseded.filter((orphan) => isGone(orphan) && !orphan.twin && !remaining.has(orphan.run));
  return left.map(({ run }) => run);
}
