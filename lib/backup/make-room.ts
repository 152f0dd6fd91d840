import type { JobShares } from '../jobs/open-job.ts';
import { messageOf } from '../report/message-of.ts';
import { countOn, describeHoldings, type Holding, holdingsOf } from '../snapshots/holdings.ts';
import type { PrunePlan } from '../snapshots/prune.ts';
import type { Catalogue } from '../snapshots/recovery-points.ts';
import type { SnapshotRole } from '../snapshots/tags.ts';
import { carryOutPrune, type DecidedPrune, decidePrune } from '../target/carry-out-prune.ts';
import { identityOf, readCatalogue } from '../target/read-catalogue.ts';
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
        'The retention spares none of those of the job, and what others made or a lease holds is left alone. Keep fewer by the retention, unpin, or delete by hand what nobody needs',
      true,
    );
    this.name = 'SnapshotBudgetError';
    this.source = source;
    this.target = target;
  }
}

/**
 * Prunes before a run makes its snapshots, where there are source snapshots of runs without a recovery
 * point, which add up while runs fail, or where the budget has no room, as the prune at the end would come too
 * late. For room, the oldest recovery points go that the policy no longer keeps, as few as will do.
 * @throws {SnapshotBudgetError} when there is none to be made
 */
export async function makeRoom(scope: RunScope, locked: LockedTarget, known: Catalogue): Promise<void> {
  const hasLone = known.unpaired.some(({ role, run }) => role === 'source' && run !== scope.run);
  const isShort = shortageOf(scope, known) > 0;
  if (!isShort && !hasLone) return;
  try {
    const plan = await decidePrune(scope.shares, known, locked.folder, scope.run);
    const gone = await carryOutPrune(withFewestDrops(scope, known, plan), scope.shares, locked);
    for (const run of gone) scope.note(`recovery point ${run} was pruned to make room`);
  } catch (error) {
    scope.note(`snapshots that are no longer needed could not be deleted: ${messageOf(error)}`);
  }
  if (!isShort) return;
  const left = await readCatalogue(scope.shares);
  if (shortageOf(scope, left) > 0) throw new SnapshotBudgetError(scope.shares, left);
}

/** Why a run would find no room now; undefined where it would, or would make some. */
export async function refusalForRoom(
  scope: RunScope,
  known: Catalogue,
  folder: SystemFolder,
): Promise<SnapshotBudgetError | undefined> {
  if (shortageOf(scope, known) === 0) return undefined;
  const plan = await decidePrune(scope.shares, known, folder, scope.run);
  const isEnough = shortageOf(scope, known, plan) <= plan.drop.length;
  return isEnough ? undefined : new SnapshotBudgetError(scope.shares, known);
}

/** How many recovery points have to go before the run's own fits into both shares. */
function shortageOf(
  { run, job }: RunScope,
  known: Catalogue,
  { superseded }: Pick<PrunePlan, 'superseded'> = { superseded: [] },
): number {
  const hasSource = known.unpaired.some((own) => own.role === 'source' && own.run === run);
  const after = (side: SnapshotRole, made: number) =>
    countOn(known, side) - superseded.filter(({ role }) => role === side).length + made;
  const most = Math.max(after('source', hasSource ? 0 : 1), after('target', 1));
  return Math.max(0, most - job.budget.snapshots);
}

function withFewestDrops(scope: RunScope, known: Catalogue, plan: DecidedPrune): DecidedPrune {
  return { ...plan, drop: plan.drop.slice(0, shortageOf(scope, known, plan)) };
}
