import { copySource } from '../azure/copy-source.ts';
import type { SharePath } from '../files/paths.ts';
import { RestShareReader } from '../files/rest-share-reader.ts';
import { Limiter } from '../limiter.ts';
import { applyChanges } from '../mirror/apply-changes.ts';
import { FRESH_MIRROR, type MirrorState, mirrorSlice, type SliceOutcome } from '../mirror/mirror-slice.ts';
import { PermissionMap } from '../mirror/permission-map.ts';
import { Removals } from '../mirror/removals.ts';
import type { IsFinished } from '../mirror/walk.ts';
import { countedEntries } from '../report/counted.ts';
import type { RecoveryPoint } from '../snapshots/recovery-points.ts';
import { endRun, type RunState, runStateWrittenAt, writeRunState } from '../target/run-state.ts';
import type { LockedTarget } from '../target/with-locked-target.ts';
import { describeGuard, guardAllows, walkContext } from './compare-shares.ts';
import type { BackupResult, RunScope } from './run-scope.ts';

/** The Last-Modified that marks a suspect file counts whole seconds. */
const CLOCK_GRAIN_MS = 2000;

/** The snapshot to mirror, and what it is compared against. */
export interface MirrorTask {
  readonly sourceSnapshot: string;
  /** The newest recovery point that is proven. */
  readonly previous: RecoveryPoint | undefined;
  /** The newest recovery point of all. */
  readonly newest: RecoveryPoint | undefined;
}

export interface MirrorResult extends BackupResult {
  /** Whether the counts of the run's progress are those of the source snapshot. */
  readonly exactCounts: boolean;
}

/** Mirrors the source snapshot to the target, slice by slice, keeping the state of each beside the data. */
export async function mirrorSnapshot(
  scope: RunScope,
  locked: LockedTarget,
  state: RunState,
  task: MirrorTask,
): Promise<MirrorResult> {
  const { folder } = locked;
  const { sourceSnapshot, previous } = task;
  // A source snapshot made anew since is another mirror, however far the old one had come.
  let mirror = state.sourceSnapshot === sourceSnapshot ? state.mirror : FRESH_MIRROR;
  let exactCounts = mirror.phase === 'update' && mirror.cursor.length === 0;
  scope.expectedEntries = previous?.entries ?? null;
  const { unprovenSince } = state;
  // Until this process ends properly, whatever is written from here on counts as possibly unfinished.
  const running = {
    ...state,
    sourceSnapshot,
    unprovenSince: unprovenSince ?? (await runStateWrittenAt(folder)),
  };
  await writeRunState(folder, { ...running, mirror });
  for (;;) {
    const outcome = await runSlice(scope, locked, mirror, task, unprovenSince);
    if (outcome.kind !== 'stopped')
      return { ...(await conclude(scope, locked, running, outcome, previous)), exactCounts };
    mirror = outcome.state;
    exactCounts = false;
    const stopping = scope.stop.aborted;
    const entriesMet = scope.entriesBefore + scope.progress.entries;
    await writeRunState(folder, { ...running, mirror, entriesMet, ...(stopping ? { unprovenSince } : {}) });
    if (stopping) {
      return {
        outcome: 'incomplete',
        message: 'stopped before the mirror was complete; the next run carries on from here',
        exactCounts,
      };
    }
  }
}

async function runSlice(
  scope: RunScope,
  { lease, reader, writer }: LockedTarget,
  state: MirrorState,
  { sourceSnapshot, previous, newest }: MirrorTask,
  unprovenSince: number | undefined,
): Promise<SliceOutcome> {
  const { source } = scope.shares;
  const sourceReader = new RestShareReader(source.account, source.share, sourceSnapshot);
  const permissions = new PermissionMap(sourceReader, reader, writer);
  const stop = AbortSignal.any([scope.stop, lease.lost, AbortSignal.timeout(scope.sliceMs)]);
  const signer = copySource({ account: source.account, share: source.share, snapshot: sourceSnapshot });
  // Whether source URLs can be signed at all is better known now than at every single file.
  await signer.url('');
  const changes = applyChanges({
    source: sourceReader,
    target: reader,
    writer,
    permissions,
    progress: scope.progress,
    copySource: signer,
    ranges: new Limiter(scope.requests.concurrency),
    stop,
  });
  const context = walkContext(scope, {
    source: sourceReader,
    target: reader,
    permissions,
    changes,
    removals: new Removals(reader, state.removals),
    isFinished: finishedSince(reader, unprovenSince),
    previous,
    newest,
    stop,
  });
  return mirrorSlice(context, {
    state,
    mayDelete: (deletes) => guardAllows(scope, previous, deletes),
    beforeRemoval: () => lease.renew(),
  });
}

/**
 * A copy that was pending when its run was cut off has the right name and times, and perhaps no bytes:
 * only the file's own copy status tells. Asked for files written since then alone.
 */
function finishedSince(reader: RestShareReader, since: number | undefined): IsFinished {
  if (since === undefined) return async () => true;
  return async (path: SharePath, target) => {
    if (target.lastModified < since - CLOCK_GRAIN_MS) return true;
    const { copy } = await reader.file(path);
    return copy === undefined || copy.status === 'success';
  };
}

async function conclude(
  scope: RunScope,
  { folder }: LockedTarget,
  state: RunState,
  outcome: Exclude<SliceOutcome, { kind: 'stopped' }>,
  previous: RecoveryPoint | undefined,
): Promise<BackupResult> {
  if (outcome.kind === 'complete') return { outcome: 'complete', message: '' };
  // The next run begins anew with a new source snapshot: this one's was tried to its end.
  await endRun(folder, state);
  if (outcome.kind === 'guard') {
    return {
      outcome: 'guard',
      message: `${countedEntries(outcome.deletes)} would be deleted from the target, more than ${describeGuard(scope, previous, outcome.deletes)}; nothing was deleted. Look at them with --dry-run, then run again with --allow-deletes if they are meant`,
    };
  }
  const [first] = scope.failures.list;
  const listing = scope.failures.sourceListingFailed
    ? 'the source could not be listed completely, so nothing was deleted'
    : `${countedEntries(scope.failures.count)} failed`;
  return {
    outcome: 'incomplete',
    message: `${listing}${first === undefined ? '' : `; first "${first.path}": ${first.message}`}. No recovery point was made; run the backup again`,
  };
}
