import { emptyShareReader } from '../files/empty-share-reader.ts';
import { RestShareReader } from '../files/rest-share-reader.ts';
import { RestShareWriter } from '../files/rest-share-writer.ts';
import { FRESH_MIRROR, mirrorSlice } from '../mirror/mirror-slice.ts';
import { PermissionMap } from '../mirror/permission-map.ts';
import { PlanRecorder } from '../mirror/plan.ts';
import { Removals } from '../mirror/removals.ts';
import { countedEntries } from '../report/counted.ts';
import type { RecoveryPoint } from '../snapshots/recovery-points.ts';
import { newestVerified } from '../target/levels.ts';
import { readCatalogue } from '../target/read-catalogue.ts';
import { SystemFolder } from '../target/system-folder.ts';
import { describeGuard, guardAllows, walkContext } from './compare-shares.ts';
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
  const previous = targetExists ? await verifiedBase(scope) : undefined;
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
    newest: previous,
    stop: scope.stop,
  });
  const outcome = await mirrorSlice(context, {
    state: FRESH_MIRROR,
    mayDelete: (deletes) => {
      if (!guardAllows(scope, previous, deletes)) {
        guarded = `${countedEntries(deletes)} would be deleted, more than ${describeGuard(scope, previous)}`;
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

async function verifiedBase({ shares }: RunScope): Promise<RecoveryPoint | undefined> {
  const { account, share } = shares.target;
  const folder = new SystemFolder(new RestShareReader(account, share), new RestShareWriter(account, share));
  const [known, records] = await Promise.all([readCatalogue(shares), folder.list('records')]);
  return newestVerified(known, records ?? []);
}

/** Why a run would not begin; undefined where it would. */
async function refusalOf(scope: RunScope): Promise<string | undefined> {
  const { account, share } = scope.shares.target;
  const reader = new RestShareReader(account, share);
  try {
    await refuseForeignTarget(scope, {
      reader,
      folder: new SystemFolder(reader, new RestShareWriter(account, share)),
    });
    return undefined;
  } catch (error) {
    if (error instanceof PreflightError) return error.message;
    throw error;
  }
}
