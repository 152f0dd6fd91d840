import { emptyShareReader } from '../files/empty-share-reader.ts';
import { RestShareReader } from '../files/rest-share-reader.ts';
import type { JobShares } from '../jobs/open-job.ts';
import { FRESH_MIRROR, mirrorSlice } from '../mirror/mirror-slice.ts';
import { PermissionMap } from '../mirror/permission-map.ts';
import { PlanRecorder } from '../mirror/plan.ts';
import { Removals } from '../mirror/removals.ts';
import { countedEntries } from '../report/counted.ts';
import { newestVerified } from '../target/levels.ts';
import { readCatalogue } from '../target/read-catalogue.ts';
import { readSystemFolder } from '../target/system-folder.ts';
import { type Comparison, describeGuard, guardAllows, walkContext } from './compare-shares.ts';
import { PreflightError, prepareShares, refuseSystemFolder } from './prepare-target.ts';
import type { BackupResult, RunScope } from './run-scope.ts';
import { refuseForeignTarget } from './take-up-run.ts';

/** How many changes a plan names one by one. */
const LISTED = 10_000;

/**
 * Finds out what a run would do now, without a lock, a snapshot or any other write. It reads the live
 * source share, where a run reads a snapshot; files that are open for writing may show an older size.
 */
export async function dryRun(scope: RunScope): Promise<BackupResult> {
  const { source, target } = scope.shares;
  scope.start(false, true);
  scope.phase('compare');
  const { targetExists } = await prepareShares(scope.shares, { dryRun: true, adopt: scope.adopt });
  const sourceReader = new RestShareReader(source.account, source.share);
  const targetReader = targetExists
    ? new RestShareReader(target.account, target.share)
    : emptyShareReader(target.share);
  await refuseSystemFolder(sourceReader);
  const { previous, newest } = targetExists ? await readBases(scope.shares) : NO_BASES;
  const changes = new PlanRecorder(LISTED);
  let guarded = targetExists && !scope.adopt ? await refusalOf(scope) : undefined;
  const context = walkContext(scope, {
    source: sourceReader,
    target: targetReader,
    permissions: new PermissionMap(sourceReader, targetReader),
    changes,
    removals: new Removals(targetReader),
    isFinished: async () => true,
    previous,
    newest,
    stop: scope.stop,
  });
  const outcome = await mirrorSlice(context, {
    state: FRESH_MIRROR,
    mayDelete: (deletes) => {
      if (!guardAllows(scope, previous, deletes)) {
        guarded = `${countedEntries(deletes)} would be deleted, more than ${describeGuard(scope, previous, deletes)}`;
      }
      return true;
    },
    beforeRemoval: async () => undefined,
  });
  const plan = changes.plan();
  if (outcome.kind === 'stopped') {
    return { outcome: 'incomplete', message: 'dry run: stopped before the comparison had ended', plan };
  }
  if (outcome.kind !== 'complete') {
    return { outcome: 'incomplete', message: `dry run: ${scope.failures.list[0]?.message ?? ''}`, plan };
  }
  const nothing = 'dry run: nothing was changed';
  return guarded === undefined
    ? { outcome: 'complete', message: nothing, plan }
    : { outcome: 'guard', message: `${nothing}. A run would be stopped: ${guarded}`, plan };
}

type Bases = Pick<Comparison, 'previous' | 'newest'>;

const NO_BASES: Bases = { previous: undefined, newest: undefined };

async function readBases(shares: JobShares): Promise<Bases> {
  const [known, records] = await Promise.all([
    readCatalogue(shares),
    readSystemFolder(shares.target).list('records'),
  ]);
  return { previous: newestVerified(known, records ?? []), newest: known.points.at(-1) };
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
