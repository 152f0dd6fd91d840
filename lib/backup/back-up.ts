import { RestShareReader } from '../files/rest-share-reader.ts';
import { ensureSnapshot } from '../snapshots/ensure-snapshot.ts';
import { planPrune, prune } from '../snapshots/prune.ts';
import type { Catalogue } from '../snapshots/recovery-points.ts';
import { forgetPoints, newestVerified, recordLevel } from '../target/levels.ts';
import { readCatalogue } from '../target/read-catalogue.ts';
import { deleteRunState, type RunState, writeRunState } from '../target/run-state.ts';
import type { SystemFolder } from '../target/system-folder.ts';
import { type LockedTarget, withLockedTarget } from '../target/with-locked-target.ts';
import { VERSION } from '../version.ts';
import { writeManifest } from './manifest.ts';
import { mirrorSnapshot } from './mirror-snapshot.ts';
import { prepareShares, refuseSystemFolder } from './prepare-target.ts';
import type { BackupResult, RunScope } from './run-scope.ts';
import { takeUpRun } from './take-up-run.ts';
import { verifyPoint } from './verify-point.ts';

/** Runs that the journal remembers; a snapshot budget of 200 makes room for no more recovery points. */
const JOURNAL_LENGTH = 200;

/** Carries a run from the lock to the prune. Every step may be repeated after a kill at any instant. */
export async function backUp(scope: RunScope): Promise<BackupResult> {
  const { source, target } = scope.shares;
  scope.phase('lock');
  await prepareShares(source, target, false);
  return withLockedTarget(target, { waitMs: scope.lockWaitMs, stop: scope.stop }, async (locked) => {
    const result = await backUpLocked(scope, locked);
    await writeJournal(scope, locked.folder, result);
    return result;
  });
}

async function backUpLocked(scope: RunScope, locked: LockedTarget): Promise<BackupResult> {
  const { folder, lease } = locked;
  const state = await takeUpRun(scope, locked);
  await locked.announce(scope.run);
  const known = await readCatalogue(scope.shares);
  const finished = known.points.find((point) => point.id === scope.run);
  if (finished !== undefined) {
    scope.note(`run ${scope.run} had made its recovery point before it was cut off; it is finished now`);
    return finish(scope, locked, state, finished.sourceSnapshot, finished.targetSnapshot);
  }
  const tags = { job: scope.job.name, run: scope.run, version: VERSION };
  scope.phase('snapshot-source');
  await removeSuperseded(scope, known);
  const sourceSnapshot = await ensureSnapshot(
    scope.shares.source.snapshots,
    { ...tags, role: 'source' },
    scope.requests,
  );
  await refuseSystemFolder(
    new RestShareReader(scope.shares.source.account, scope.shares.source.share, sourceSnapshot),
  );
  scope.phase('mirror');
  const base = newestVerified(known, (await folder.list('records')) ?? []);
  const mirrored = await mirrorSnapshot(scope, locked, state, sourceSnapshot, base);
  if (mirrored.outcome !== 'complete') return mirrored;
  scope.phase('snapshot-target');
  await writeManifest(scope, folder, sourceSnapshot);
  lease.assertFresh();
  const { entries, bytes } = scope.progress;
  // A mirror of several slices has met some directories twice, so only one that ran through knows exactly.
  const counts = mirrored.exactCounts ? { entries, bytes } : {};
  const targetSnapshot = await ensureSnapshot(
    scope.shares.target.snapshots,
    { ...tags, role: 'target', partner: sourceSnapshot, ...counts },
    scope.requests,
  );
  return finish(scope, locked, state, sourceSnapshot, targetSnapshot);
}

/** Source snapshots of runs that failed are of no use to this one, which holds the lock, and the share has room for 200. */
async function removeSuperseded(scope: RunScope, known: Catalogue): Promise<void> {
  for (const { role, run, leased, snapshot } of known.unpaired) {
    if (role === 'source' && !leased && run !== scope.run)
      await scope.shares.source.snapshots.delete(snapshot);
  }
}

/** From the two snapshots on: prove, record, prune, and close the run. */
async function finish(
  scope: RunScope,
  locked: LockedTarget,
  state: RunState,
  sourceSnapshot: string,
  targetSnapshot: string,
): Promise<BackupResult> {
  const { folder, lease } = locked;
  const point = { id: scope.run, sourceSnapshot, targetSnapshot };
  scope.phase('verify');
  const proven = await verifyPoint(scope, state.verification, sourceSnapshot, targetSnapshot);
  const { message, entries } = proven;
  if (proven.kind === 'stopped') {
    await writeRunState(folder, { ...state, sourceSnapshot, verification: proven.verification });
    return { outcome: 'incomplete', message, point: { ...point, level: 'copied' } };
  }
  if (proven.kind === 'failed') {
    // The recovery point stays what it is, a copy; the next run makes another rather than waiting for this one.
    await deleteRunState(folder);
    return { outcome: 'incomplete', message, point: { ...point, level: 'copied' } };
  }
  await recordLevel(folder, scope.run, proven.level, entries);
  if (proven.level === 'differs') {
    await deleteRunState(folder);
    return { outcome: 'differs', message, point: { ...point, level: 'differs' }, entries };
  }
  scope.phase('prune');
  lease.assertFresh();
  const pruned = await pruneJob(scope, folder);
  await deleteRunState(folder);
  return { outcome: 'complete', message, point: { ...point, level: proven.level }, entries, pruned };
}

async function pruneJob(scope: RunScope, folder: SystemFolder): Promise<readonly string[]> {
  const { source, target } = scope.shares;
  const plan = planPrune(await readCatalogue(scope.shares), scope.job.retention, scope.run, new Date());
  const { pruned } = await prune(plan, source.snapshots, target.snapshots);
  await forgetPoints(folder, pruned);
  return pruned;
}

/** The journal tells later what each run did, those too that made no recovery point. */
async function writeJournal(scope: RunScope, folder: SystemFolder, result: BackupResult): Promise<void> {
  const { progress, failures, tally } = scope;
  await folder.write(`journal/${scope.run}.json`, {
    run: scope.run,
    job: scope.job.name,
    outcome: result.outcome,
    message: result.message,
    startedAt: scope.startedAt,
    endedAt: new Date().toISOString(),
    changed: progress.changed,
    deleted: progress.deleted,
    bytes: progress.bytesCopied,
    failures: failures.count,
    failed: failures.list.slice(0, 100),
    requests: tally.counts,
  });
  const files = [...((await folder.list('journal')) ?? [])].sort();
  for (const file of files.slice(0, -JOURNAL_LENGTH)) await folder.delete(`journal/${file}`);
}
