import type { JobShares } from '../jobs/open-job.ts';
import { messageOf } from '../report/message-of.ts';
import { leftToPerson, refusalToMakeRoom } from '../snapshots/guard-prune.ts';
import { countOn, describeHoldings, type Holding, holdingsOf } from '../snapshots/holdings.ts';
import type { PrunePlan } from '../snapshots/prune.ts';
import type { Catalogue } from '../snapshots/recovery-points.ts';
import type { SnapshotRole } from '../snapshots/tags.ts';
import { carryOutPrune, type DecidedPrune, decidePrune } from '../target/carry-out-prune.ts';
import { identityOf, readCatalogue } from '../target/read-catalogue.ts';
import { readOwnRun } from '../target/run-state.ts';
import type { SystemFolder } from '../target/system-folder.ts';
import type { LockedTarget } from '../target/with-locked-target.ts';
import { PreflightError } from './prepare-target.ts';
import type { RunScope } from './run-scope.ts';

/**
 * A share has no room for the snapshot of a run within the job's budget, and nothing of the job's own can be
 * spared. A guard: a person has to decide what is to go.
 */
export class SnapshotBudgetError extends PreflightError {
  /** Who holds the snapshots of each share. */
  readonly source: readonly Holding[];
  readonly target: readonly Holding[];

  constructor(shares: JobShares, known: Catalogue) {
    const identity = identityOf(shares);
    const source = holdingsOf(known, identity, 'source');
    const target = holdingsOf(known, identity, 'target');
    super(
      `the budget of job "${shares.job.name}", ${shares.job.budget.snapshots} snapshots in each share, has no room for another recovery point. ` +
        `Source ${identity.source} has ${describeHoldings(source, identity)}. Target ${identity.target} has ${describeHoldings(target, identity)}. ` +
        'The retention spares none of those of the job, and what others made or a lease holds is left alone. Keep fewer by the retention, unpin, or delete by hand what nobody needs; a share may have 200, of which some are best left for others',
      true,
    );
    this.name = 'SnapshotBudgetError';
    this.source = source;
    this.target = target;
  }
}

/** A run would have to delete most of the recovery points to have room. A guard, too. */
export class LargePruneError extends PreflightError {
  constructor({ job }: JobShares, refusal: string) {
    super(
      `the budget of job "${job.name}", ${job.budget.snapshots} snapshots in each share, has room for another recovery point only when others go: ${leftToPerson(refusal, job)}`,
      true,
    );
    this.name = 'LargePruneError';
  }
}

/**
 * Prunes before a run makes its snapshots, where there are source snapshots of runs without a recovery
 * point, which add up while runs fail, or where the budget has no room, as the prune at the end would come too
 * late. For room, the oldest recovery points go that the policy no longer keeps, and after them those that
 * differ, but for the newest; as few as will do.
 * @throws {SnapshotBudgetError} when there is none to be made
 * @throws {LargePruneError} when most recovery points would have to go
 */
export async function makeRoom(scope: RunScope, locked: LockedTarget, known: Catalogue): Promise<void> {
  const hasLone = known.unpaired.some(({ role, run }) => role === 'source' && run !== scope.run);
  const isShort = shortageOf(scope, known) > 0;
  if (!isShort && !hasLone) return;
  const failure = await pruneForRoom(scope, locked, known).catch((error: unknown) => error);
  if (failure !== undefined && !(failure instanceof LargePruneError)) {
    scope.note(`snapshots that are no longer needed could not be deleted: ${messageOf(failure)}`);
  }
  if (!isShort) return;
  const left = await readCatalogue(scope.shares);
  if (shortageOf(scope, left) === 0) return;
  // Nobody has to decide what is to go where something was to go and did not.
  throw failure ?? new SnapshotBudgetError(scope.shares, left);
}

/** Returns what kept it from deleting all that was to go; undefined where nothing did. */
async function pruneForRoom(scope: RunScope, locked: LockedTarget, known: Catalogue): Promise<unknown> {
  const { plan, most, refusal } = await planRoom(scope.shares, scope.run, known, locked.folder);
  if (refusal !== undefined) throw refusal;
  const { points, failure } = await carryOutPrune(plan, scope.shares, locked, most);
  for (const run of points) scope.note(`recovery point ${run} was pruned to make room`);
  return failure;
}

/** Why a run would find no room now; undefined where it would, or would make some. */
export async function refusalForRoom(
  scope: RunScope,
  known: Catalogue,
  folder: SystemFolder,
): Promise<PreflightError | undefined> {
  const { shares } = scope;
  const { run } = (await readOwnRun(folder, shares)) ?? scope;
  if (shortageOf({ run, job: scope.job }, known) === 0) return undefined;
  const { plan, most, refusal } = await planRoom(shares, run, known, folder);
  return refusal ?? (most <= plan.drop.length ? undefined : new SnapshotBudgetError(shares, known));
}

interface RoomPlan {
  readonly plan: DecidedPrune;
  /** How many recovery points have to go. */
  readonly most: number;
  /** Why a person has to say so first. */
  readonly refusal: LargePruneError | undefined;
}

async function planRoom(
  shares: JobShares,
  run: string,
  known: Catalogue,
  folder: SystemFolder,
): Promise<RoomPlan> {
  const { job } = shares;
  const plan = await decidePrune(shares, known, folder, { runInProgress: run, forRoom: true });
  const most = shortageOf({ run, job }, known, plan);
  const refusal = refusalToMakeRoom(job, plan, most);
  return { plan, most, refusal: refusal === undefined ? undefined : new LargePruneError(shares, refusal) };
}

/** How many recovery points have to go before the run's own fits into both shares. */
function shortageOf(
  { run, job }: Pick<RunScope, 'run' | 'job'>,
  known: Catalogue,
  { superseded }: Pick<PrunePlan, 'superseded'> = { superseded: [] },
): number {
  const hasSource = known.unpaired.some((own) => own.role === 'source' && own.run === run);
  const after = (side: SnapshotRole) =>
    countOn(known, side) - superseded.filter(({ role }) => role === side).length + 1;
  // To a share in which it has its snapshot already it adds none, however full that is by now.
  const most = Math.max(hasSource ? 0 : after('source'), after('target'));
  return Math.max(0, most - job.budget.snapshots);
}
