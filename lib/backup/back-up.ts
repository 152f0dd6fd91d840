import { RestShareReader } from '../files/rest-share-reader.ts';
import { SystemFolderInSource } from '../mirror/listing.ts';
import { deleteTwins } from '../snapshots/delete-twins.ts';
import { ensureSnapshot } from '../snapshots/ensure-snapshot.ts';
import type { Catalogue } from '../snapshots/recovery-points.ts';
import { recallPruneIntent } from '../target/abandoned-runs.ts';
import { readRecords } from '../target/levels.ts';
import { identityOf, readCatalogue } from '../target/read-catalogue.ts';
import { readChain } from '../target/read-chain.ts';
import { endRun, type RunState } from '../target/run-state.ts';
import { readTerms } from '../target/run-terms.ts';
import { type LockedTarget, withLockedTarget } from '../target/with-locked-target.ts';
import { VERSION } from '../version.ts';
import { finishRun } from './finish-run.ts';
import { noteFailure, writeJournal } from './journal.ts';
import { makeRoom } from './make-room.ts';
import { writeManifest } from './manifest.ts';
import { mirrorSnapshot } from './mirror-snapshot.ts';
import { PreflightError, prepareShares, refuseSystemFolder } from './prepare-target.ts';
import { readBases } from './run-bases.ts';
import type { BackupResult, RunScope } from './run-scope.ts';
import { selectionOf } from './run-selection.ts';
import { takeUpRun } from './take-up-run.ts';

/** Carries a run from the lock to the prune. Every step may be repeated after a kill at any instant. */
export async function backUp(scope: RunScope): Promise<BackupResult> {
  const { source, target } = scope.shares;
  scope.phase('lock');
  await prepareShares(scope.shares, { dryRun: false, adopt: scope.adopt });
  await refuseSystemFolder(new RestShareReader(source.account, source.share));
  return withLockedTarget(target, { waitMs: scope.lockWaitMs, stop: scope.stop }, async (locked) => {
    const state = await takeUpRun(scope, locked);
    await locked.announce(scope.run);
    const result = await backUpLocked(scope, locked, state).catch(async (error: unknown) => {
      await noteFailure(scope, locked.folder, error);
      throw error;
    });
    await writeJournal(scope, locked.folder, result);
    return result;
  });
}

async function backUpLocked(scope: RunScope, locked: LockedTarget, state: RunState): Promise<BackupResult> {
  const { folder } = locked;
  const { source, target } = scope.shares;
  const known = await readCatalogue(scope.shares);
  const finished = known.points.find((point) => point.id === scope.run);
  if (finished !== undefined) {
    scope.note(`run ${scope.run} had made its recovery point before it was cut off; it is finished now`);
    await deleteTwins(known, finished, locked.snapshotsOf(source), locked.snapshotsOf(target));
    return finishRun(scope, locked, state, finished, await readTerms(target, finished));
  }
  await recallPruneIntent(
    folder,
    known.points.map(({ id }) => id),
  );
  const identity = identityOf(scope.shares);
  const tags = { job: scope.job.name, run: scope.run, version: VERSION };
  scope.phase('snapshot-source');
  try {
    await makeRoom(scope, locked, known);
  } catch (error) {
    if (!(error instanceof PreflightError && error.isGuard)) throw error;
    // It would be stopped again and again until a person has looked, so it is no run in progress.
    await endRun(folder, state);
    return { outcome: 'guard', message: error.message };
  }
  const sourceSnapshot = await ensureSnapshot(
    locked.snapshotsOf(source),
    { ...tags, role: 'source', counterpart: identity.target },
    { ...scope.requests, signal: scope.stop },
  );
  scope.phase('mirror');
  const records = await readRecords(folder, known.points);
  const bases = await readBases(scope.shares, known, records);
  const selection = selectionOf(scope, bases);
  scope.sample = selection.sample;
  const mirrored = await mirrorSnapshot(scope, locked, state, { sourceSnapshot, bases, selection }).catch(
    async (error: unknown) => {
      // A refusal is of this very snapshot, so that the next run has to begin with another.
      if (error instanceof SystemFolderInSource) await endRun(folder, state);
      throw error;
    },
  );
  if (mirrored.outcome !== 'complete') return mirrored;
  scope.phase('snapshot-target');
  const { tolerated } = mirrored;
  const terms = { ...selection, tolerated };
  const { entries, bytes } = scope.progress;
  const chain = await readChain(target, folder, known, records);
  for (const { run, pruned } of chain.gone) if (!pruned) scope.note(describeLoss(run, known));
  await writeManifest(scope, folder, sourceSnapshot, {
    terms,
    chain,
    permissions: mirrored.permissions,
    counts: mirrored.exactCounts ? { entries, bytes } : undefined,
  });
  // A mirror of several slices has met some directories twice, so only one that ran through knows exactly.
  // What an earlier process of the run has changed, this one has not counted.
  const hasCountedChanges = mirrored.exactCounts && state.sourceSnapshot === undefined;
  const counts = {
    ...(mirrored.exactCounts ? { entries, bytes } : {}),
    ...(hasCountedChanges ? { changed: scope.progress.changed } : {}),
    ...(tolerated.length > 0 ? { tolerated: tolerated.length } : {}),
  };
  const targetSnapshot = await ensureSnapshot(
    locked.snapshotsOf(target),
    { ...tags, role: 'target', counterpart: identity.source, partner: sourceSnapshot, ...counts },
    { ...scope.requests, signal: scope.stop },
  );
  return finishRun(scope, locked, state, { sourceSnapshot, targetSnapshot }, terms);
}

/** A recovery point that the last manifest knows, and that nothing of ours has deleted. */
function describeLoss(run: string, { unpaired }: Catalogue): string {
  const left = unpaired.find((half) => half.run === run);
  if (left === undefined) return `recovery point ${run} is gone, and no prune is known to have deleted it`;
  const lost = left.role === 'target' ? 'source' : 'target';
  return `recovery point ${run} has lost its ${lost} snapshot, which no prune is known to have deleted; its ${left.role} snapshot is there`;
}
