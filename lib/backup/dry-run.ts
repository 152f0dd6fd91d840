import { emptyShareReader } from '../files/empty-share-reader.ts';
import { RestShareReader } from '../files/rest-share-reader.ts';
import { RestShareWriter } from '../files/rest-share-writer.ts';
import { FRESH_MIRROR, mirrorSlice } from '../mirror/mirror-slice.ts';
import { PermissionMap } from '../mirror/permission-map.ts';
import { PlanRecorder } from '../mirror/plan.ts';
import { Removals } from '../mirror/removals.ts';
import type { RecoveryPoint } from '../snapshots/recovery-points.ts';
import { newestVerified } from '../target/levels.ts';
import { readCatalogue } from '../target/read-catalogue.ts';
import { SystemFolder } from '../target/system-folder.ts';
import { guardAllows, walkContext } from './compare-shares.ts';
import { prepareShares, refuseSystemFolder } from './prepare-target.ts';
import type { BackupResult, RunScope } from './run-scope.ts';

/** How many changes a plan names one by one. */
const LISTED = 10_000;

/**
 * Finds out what a run would do now, without a lock, a snapshot or any other write. It reads the live
 * source share, where a run reads a snapshot; files that are open for writing may show an older size.
 */
export async function dryRun(scope: RunScope): Promise<BackupResult> {
  const { source, target } = scope.shares;
  scope.start(false, true);
  scope.phase('mirror');
  const { targetExists } = await prepareShares(source, target, true);
  const sourceReader = new RestShareReader(source.account, source.share);
  const targetReader = targetExists
    ? new RestShareReader(target.account, target.share)
    : emptyShareReader(target.share);
  await refuseSystemFolder(sourceReader);
  const previous = targetExists ? await verifiedBase(scope) : undefined;
  const changes = new PlanRecorder(LISTED);
  let guarded = '';
  const context = walkContext(scope, {
    source: sourceReader,
    target: targetReader,
    permissions: new PermissionMap(sourceReader, targetReader),
    changes,
    removals: new Removals(targetReader),
    isFinished: async () => true,
    previous,
    stop: scope.stop,
  });
  const outcome = await mirrorSlice(context, {
    state: FRESH_MIRROR,
    mayDelete: (deletes, entries) => {
      if (!guardAllows(scope, previous, deletes, entries)) {
        guarded = `. A run would stop at its guard: ${deletes} entries would be deleted`;
      }
      return true;
    },
    beforeRemoval: async () => undefined,
  });
  const plan = changes.plan();
  if (outcome.kind === 'complete')
    return { outcome: 'complete', message: `dry run: nothing was changed${guarded}`, plan };
  const [first] = scope.failures.list;
  const reason =
    outcome.kind === 'stopped' ? 'stopped before the comparison had ended' : (first?.message ?? '');
  return { outcome: 'incomplete', message: `dry run: ${reason}`, plan };
}

async function verifiedBase({ shares }: RunScope): Promise<RecoveryPoint | undefined> {
  const { account, share } = shares.target;
  const folder = new SystemFolder(new RestShareReader(account, share), new RestShareWriter(account, share));
  const [known, records] = await Promise.all([readCatalogue(shares), folder.list('records')]);
  return newestVerified(known, records ?? []);
}
