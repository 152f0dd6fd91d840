import { RestShareReader } from '../files/rest-share-reader.ts';
import type { JobShares } from '../jobs/open-job.ts';
import type { FailureState } from '../mirror/mirror-state.ts';
import { countedEntries } from '../report/counted.ts';
import type { Catalogue } from '../snapshots/recovery-points.ts';
import { readRecords } from '../target/levels.ts';
import { readCatalogue } from '../target/read-catalogue.ts';
import { readSystemFolder } from '../target/system-folder.ts';
import { describeGuard, type Guarded, guardAllows } from './compare-shares.ts';
import { refusalForRoom } from './make-room.ts';
import { type PlanOptions, planMirror } from './plan-mirror.ts';
import { PreflightError, prepareShares, refuseSystemFolder } from './prepare-target.ts';
import { NO_BASES, type RunBases, readBases } from './run-bases.ts';
import type { BackupResult, RunScope } from './run-scope.ts';
import { refuseForeignTarget } from './take-up-run.ts';
import { judgeFailures } from './toleration.ts';

/**
 * Finds out what a run would do now, without a lock, a snapshot or any other write. It reads the live source
 * share, where a run reads a snapshot; files that are open for writing may show an older size.
 */
export async function dryRun(
  scope: RunScope,
  options: Pick<PlanOptions, 'namedChanges' | 'prices'>,
): Promise<BackupResult> {
  const { source } = scope.shares;
  scope.start(false, true);
  scope.phase('compare');
  const { targetExists } = await prepareShares(scope.shares, { dryRun: true, adopt: scope.adopt });
  await refuseSystemFolder(new RestShareReader(source.account, source.share));
  const known = targetExists ? await readCatalogue(scope.shares) : undefined;
  const bases = known === undefined ? NO_BASES : await basesOf(scope.shares, known);
  const previous = bases.previous?.point;
  scope.expectedEntries = previous?.entries ?? null;
  let guarded = targetExists && !scope.adopt ? await refusalOf(scope) : undefined;
  if (known !== undefined) guarded ??= await roomRefusalOf(scope, known);
  const askGuard = (kind: Guarded, count: number) => {
    if (!guardAllows(scope, kind, previous, count)) guarded ??= describeGuard(scope, kind, previous, count);
  };
  const { outcome, plan } = await planMirror(scope, { ...options, bases, targetExists, askGuard });
  if (outcome.kind === 'stopped') {
    return { outcome: 'incomplete', message: 'dry run: stopped before the comparison had ended', plan };
  }
  if (outcome.kind !== 'complete') {
    return { outcome: 'incomplete', message: `dry run: ${scope.failures.list[0]?.message ?? ''}`, plan };
  }
  const nothing = 'dry run: nothing was changed';
  if (guarded !== undefined) {
    return { outcome: 'guard', message: `${nothing}. A run would be stopped: ${guarded}`, plan };
  }
  const failed = failureOf(scope, outcome.failures);
  return failed === undefined
    ? { outcome: 'complete', message: nothing, plan }
    : { outcome: 'incomplete', message: `${nothing}. A run would be incomplete: ${failed}`, plan };
}

async function basesOf(shares: JobShares, known: Catalogue): Promise<RunBases> {
  const records = await readRecords(readSystemFolder(shares.target), known.points);
  return readBases(shares, known, records);
}

/** Why a run would make no recovery point; undefined where it would. */
function failureOf({ job }: RunScope, failures: FailureState): string | undefined {
  const { tolerated, reason } = judgeFailures({ ...failures, list: failures.first }, job.tolerate);
  if (tolerated) return undefined;
  const [example] = failures.first;
  const said = example === undefined ? '' : `; first "${example.path}": ${example.message}`;
  return `${countedEntries(failures.count)} failed${said}${reason === '' ? '' : `; ${reason}`}`;
}

/** Why a run would find no room for its snapshots; undefined where it would. */
async function roomRefusalOf(scope: RunScope, known: Catalogue): Promise<string | undefined> {
  return (await refusalForRoom(scope, known, readSystemFolder(scope.shares.target)))?.message;
}

/** Why a run would not begin; undefined where it would. */
async function refusalOf(scope: RunScope): Promise<string | undefined> {
  const { target } = scope.shares;
  const reader = new RestShareReader(target.account, target.share);
  try {
    await refuseForeignTarget(scope, { reader, folder: readSystemFolder(target) });
    return undefined;
  } catch (error) {
    if (error instanceof PreflightError) return error.message;
    throw error;
  }
}
