import type { Configuration } from '../jobs/configuration.ts';
import { type JobShares, openJob } from '../jobs/open-job.ts';
import { counted } from '../report/counted.ts';
import { messageOf } from '../report/message-of.ts';
import { refusalToPrune } from '../snapshots/guard-prune.ts';
import type { PruneResult } from '../snapshots/prune.ts';
import {
  type CarriedOutPrune,
  carryOutPrune,
  type DecidedPrune,
  decidePrune,
} from '../target/carry-out-prune.ts';
import { readCatalogue } from '../target/read-catalogue.ts';
import { readRunInProgress } from '../target/run-state.ts';
import { readSystemFolder, type SystemFolder } from '../target/system-folder.ts';
import { withLockedTarget } from '../target/with-locked-target.ts';

export interface PruneOptions {
  readonly configuration: Configuration;
  readonly job: string;
  readonly dryRun: boolean;
  readonly stop: AbortSignal;
  /** Milliseconds to wait for a lock whose holder may have died. */
  readonly lockWaitMs: number;
}

export interface PruneReport extends DecidedPrune {
  readonly job: string;
  /** False for a dry run. */
  readonly done: boolean;
  /** Why a run would leave this prune to a person; undefined where it would not, or where it is done. */
  readonly guard: string | undefined;
}

/** A prune that could not be finished. What it had deleted by then is gone; another one goes on from there. */
export class PruneFailedError extends Error {
  /** The recovery points that are gone. */
  readonly points: readonly string[];

  constructor(job: string, { drop, superseded }: DecidedPrune, { points, lone, failure }: PruneResult) {
    const due = `${counted(drop.length, 'recovery point')} and ${counted(superseded.length, 'snapshot')} without the other half`;
    const gone = points.length + lone.length === 0 ? 'nothing' : [...points, ...lone].join(', ');
    super(
      `the prune of job "${job}" could not be finished. To go were ${due}; certainly gone: ${gone}. Run it again when the cause is put right. The cause: ${messageOf(failure)}`,
      { cause: failure },
    );
    this.name = 'PruneFailedError';
    this.points = points;
  }
}

/**
 * Deletes the recovery points of a job that its retention policy no longer keeps, both snapshots of each.
 * A dry run says for every recovery point why it is kept or dropped.
 * @throws {LockedError} when a run holds the target's lock.
 * @throws {PruneFailedError} when something could not be deleted
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
    const folder = readSystemFolder(target);
    const plan = await decide(shares, folder);
    return { ...plan, job, done: false, guard: refusalToPrune(shares.job, plan) };
  }
  return withLockedTarget(target, { waitMs: lockWaitMs, stop }, async (locked) => {
    await locked.announce('prune');
    const plan = await decide(shares, locked.folder);
    await locked.lease.renew();
    const result = await carryOutPrune(plan, shares, locked);
    if (result.failure !== undefined) throw new PruneFailedError(job, plan, result);
    return { ...carriedOut(plan, result), job, done: true, guard: undefined };
  });
}

/** The plan as it came to be: what somebody has leased or pinned since it was made stays. */
function carriedOut(plan: DecidedPrune, { standing, lone, pinned }: CarriedOutPrune): DecidedPrune {
  const gone = new Set(lone);
  return {
    ...plan,
    unpin: plan.unpin.filter(({ id }) => !pinned.has(id)),
    drop: plan.drop.filter(({ id }) => !standing.includes(id)),
    keep: [...plan.keep, ...standing.map((id) => ({ id, reasons: [LEASED] }))],
    superseded: plan.superseded.filter(({ snapshot }) => gone.has(snapshot)),
    spared: [
      ...plan.spared,
      ...plan.superseded
        .filter(({ snapshot }) => !gone.has(snapshot))
        .map((orphan) => ({ ...orphan, kept: true, reasons: [LEASED] })),
    ],
  };
}

const LEASED = { rule: 'pinned', text: 'leased or pinned since this was decided' } as const;

async function decide(shares: JobShares, folder: SystemFolder): Promise<DecidedPrune> {
  const runInProgress = (await readRunInProgress(folder))?.run;
  return decidePrune(shares, await readCatalogue(shares), folder, { runInProgress });
}
