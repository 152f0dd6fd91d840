import { isDeepStrictEqual } from 'node:util';
import { copySource } from '../azure/copy-source.ts';
import type { Entry } from '../files/entry.ts';
import type { SharePath } from '../files/paths.ts';
import { RestShareReader } from '../files/rest-share-reader.ts';
import { Limiter } from '../limiter.ts';
import { applyChanges } from '../mirror/apply-changes.ts';
import { Failures } from '../mirror/failures.ts';
import { HeldChanges } from '../mirror/held-changes.ts';
import { KeyPairs, type PermissionKeys } from '../mirror/key-pairs.ts';
import { mirrorSlice, type SliceOutcome } from '../mirror/mirror-slice.ts';
import { type FailureState, FRESH_MIRROR, type MirrorState } from '../mirror/mirror-state.ts';
import { PermissionMap } from '../mirror/permission-map.ts';
import { wasMirrored } from '../mirror/point-terms.ts';
import type { IsFinished } from '../mirror/walk-context.ts';
import { countedEntries } from '../report/counted.ts';
import type { FailedEntry } from '../report/events.ts';
import type { RecoveryPoint } from '../snapshots/recovery-points.ts';
import { endRun, type RunState, runStateWrittenAt, writeRunState } from '../target/run-state.ts';
import type { LockedTarget } from '../target/with-locked-target.ts';
import { WatchedReader } from '../verify/watched-reader.ts';
import { describeGuard, guardAllows, pastShares, sliceContext } from './compare-shares.ts';
import type { BasePoint, RunBases } from './run-bases.ts';
import type { BackupResult, RunScope } from './run-scope.ts';
import type { RunSelection } from './run-selection.ts';
import { judgeFailures, reportFailure, type Toleration } from './toleration.ts';

/** The Last-Modified that marks a suspect file counts whole seconds. */
const CLOCK_GRAIN_MS = 2000;

/** The snapshot to mirror, and what it is compared against. */
export interface MirrorTask {
  readonly sourceSnapshot: string;
  readonly bases: RunBases;
  readonly selection: RunSelection;
}

export interface MirrorResult extends BackupResult {
  /** Whether the counts of the run's progress are those of the source snapshot. */
  readonly exactCounts: boolean;
  /** What failed and does not keep the run from making a recovery point. */
  readonly tolerated: readonly FailedEntry[];
  /** Undefined unless the mirror is complete. */
  readonly permissions?: PermissionKeys;
}

/** Mirrors the source snapshot to the target, slice by slice, keeping the state of each beside the data. */
export async function mirrorSnapshot(
  scope: RunScope,
  locked: LockedTarget,
  state: RunState,
  task: MirrorTask,
): Promise<MirrorResult> {
  const { folder } = locked;
  const { sourceSnapshot, selection } = task;
  const previous = task.bases.previous?.point;
  let mirror = isSameMirror(state, task) ? state.mirror : FRESH_MIRROR;
  let exactCounts = mirror.phase === 'update' && mirror.cursor.length === 0;
  scope.expectedEntries = previous?.entries ?? null;
  const { unprovenSince } = state;
  // Until this process ends properly, whatever is written from here on counts as possibly unfinished.
  const running = {
    ...state,
    sourceSnapshot,
    filterDigest: selection.digest,
    sample: selection.sample,
    unprovenSince: unprovenSince ?? (await runStateWrittenAt(folder)),
  };
  const keep = (kept: MirrorState) => writeRunState(folder, { ...running, mirror: kept });
  await keep(mirror);
  const held = new HeldChanges();
  const keyPairs = new KeyPairs({ isWhole: exactCounts });
  let { sliceMs } = scope;
  for (;;) {
    const slice = { ...task, held, keyPairs, keep, sliceMs, unprovenSince };
    const outcome = await runSlice(scope, locked, mirror, slice);
    if (outcome.kind === 'part') throw new Error('a run mirrors its share in one part');
    if (outcome.kind !== 'stopped') {
      const result = { ...(await conclude(scope, locked, running, outcome, previous)), exactCounts };
      if (result.outcome !== 'complete') return result;
      const failed = result.tolerated.map(({ path }) => path);
      return { ...result, permissions: await keyPairs.settle(locked.reader, failed) };
    }
    // A directory that takes longer than a slice, as its files are read, is begun again in the next one.
    const isStuck = mirror.phase === 'update' && isDeepStrictEqual(mirror.cursor, outcome.state.cursor);
    sliceMs = isStuck ? sliceMs * 2 : scope.sliceMs;
    mirror = outcome.live;
    exactCounts = false;
    const stopping = scope.stop.aborted;
    const entriesMet = scope.entriesBefore + scope.progress.entries;
    const reached = { ...running, mirror: outcome.state, entriesMet };
    await writeRunState(folder, { ...reached, ...(stopping ? { unprovenSince } : {}) });
    if (stopping) {
      return {
        outcome: 'incomplete',
        message: 'stopped before the mirror was complete; the next run carries on from here',
        exactCounts,
        tolerated: [],
      };
    }
  }
}

/** A source snapshot made anew since, or another filter, is another mirror, however far the old one had come. */
function isSameMirror(state: RunState, { sourceSnapshot, selection }: MirrorTask): boolean {
  return (
    state.sourceSnapshot === sourceSnapshot &&
    state.filterDigest === selection.digest &&
    isDeepStrictEqual(state.sample, selection.sample)
  );
}

interface SliceTask extends MirrorTask {
  readonly held: HeldChanges;
  readonly keyPairs: KeyPairs;
  /** Writes down where a process that follows is to begin. */
  readonly keep: (state: MirrorState) => Promise<void>;
  readonly sliceMs: number;
  readonly unprovenSince: number | undefined;
}

async function runSlice(
  scope: RunScope,
  { lease, reader, writer }: LockedTarget,
  state: MirrorState,
  { sourceSnapshot, bases, selection, held, keyPairs, keep, sliceMs, unprovenSince }: SliceTask,
): Promise<SliceOutcome> {
  const previous = bases.previous?.point;
  const { source } = scope.shares;
  const sourceReader = new RestShareReader(source.account, source.share, sourceSnapshot);
  const listedSource = new WatchedReader(sourceReader, {
    onPage: async (directory, _, { entries }) => {
      const filter = selection.filter.within(directory);
      keyPairs.met(
        directory,
        entries.filter((entry) => filter.includes(entry)),
      );
    },
  });
  const onPair = (source: string, target: string) => keyPairs.pair(source, target);
  const permissions = new PermissionMap(sourceReader, reader, writer, onPair);
  const stop = AbortSignal.any([scope.stop, lease.lost, AbortSignal.timeout(sliceMs)]);
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
  const past = pastShares(scope.shares, bases.previous);
  const failures = new Failures();
  const context = sliceContext(scope, {
    source: listedSource,
    target: reader,
    permissions,
    changes,
    isFinished: finishedSince(reader, unprovenSince, bases.newest),
    failures,
    bases,
    selection,
    past,
    partlyRead: state.partlyRead,
    stop,
  });
  try {
    return await mirrorSlice(context, {
      state,
      past,
      held,
      mayDelete: (deletes) => guardAllows(scope, 'deletes', previous, deletes),
      // A first copy overwrites nothing that a recovery point holds.
      mayOverwrite:
        bases.newest === undefined || scope.allowChanges
          ? undefined
          : (changes) => guardAllows(scope, 'changes', previous, changes),
      beforeRemoval: async (fallback) => {
        await keep(fallback);
        await lease.renew();
      },
    });
  } finally {
    scope.failures.addAll(failures);
  }
}

/**
 * A copy that was pending when its run was cut off has the right name and times, and perhaps no bytes:
 * only the file's own copy status tells. Asked for files written since then, and for those that the newest
 * recovery point says nothing of, as its run left them out or failed at them.
 */
function finishedSince(
  reader: RestShareReader,
  since: number | undefined,
  newest: BasePoint | undefined,
): IsFinished {
  const isProven = (path: SharePath, source: Entry) =>
    newest === undefined || (newest.terms !== undefined && wasMirrored(newest.terms, path, source));
  return async (path, { source, target }) => {
    const isRecent = since !== undefined && target.lastModified >= since - CLOCK_GRAIN_MS;
    if (!isRecent && isProven(path, source)) return true;
    const { copy } = await reader.file(path);
    return copy === undefined || copy.status === 'success';
  };
}

async function conclude(
  scope: RunScope,
  { folder }: LockedTarget,
  state: RunState,
  outcome: Exclude<SliceOutcome, { kind: 'stopped' | 'part' }>,
  previous: RecoveryPoint | undefined,
): Promise<Omit<MirrorResult, 'exactCounts'>> {
  const toleration = outcome.kind === 'complete' ? tolerationOf(scope, outcome.failures) : undefined;
  if (outcome.kind === 'complete' && toleration?.tolerated === true) {
    return {
      outcome: 'complete',
      message: toleration.reason,
      tolerated: outcome.failures.first.map(reportFailure),
    };
  }
  // The next run begins anew with a new source snapshot: this one's was tried to its end.
  await endRun(folder, state);
  if (outcome.kind === 'guard') {
    return { outcome: 'guard', message: guardMessage(scope, previous, outcome), tolerated: [] };
  }
  const { count, first } = outcome.failures;
  const [example] = first;
  const listing =
    outcome.kind === 'failed'
      ? 'the source could not be listed completely, so nothing was deleted'
      : `${countedEntries(count)} failed`;
  const said = example === undefined ? '' : `; first "${example.path}": ${example.message}`;
  const reason = toleration === undefined || toleration.reason === '' ? '' : `; ${toleration.reason}`;
  return {
    outcome: 'incomplete',
    message: `${listing}${said}${reason}. No recovery point was made; run the backup again`,
    tolerated: [],
  };
}

function tolerationOf({ job }: RunScope, { count, first, hasUnknownExtent }: FailureState): Toleration {
  return judgeFailures({ count, list: first, hasUnknownExtent }, job.tolerate);
}

function guardMessage(
  scope: RunScope,
  previous: RecoveryPoint | undefined,
  { deletes, overwrites }: Extract<SliceOutcome, { kind: 'guard' }>,
): string {
  return deletes > 0
    ? `${describeGuard(scope, 'deletes', previous, deletes)}; nothing was deleted. Look at them with --dry-run, then run again with --allow-deletes if they are meant`
    : `${describeGuard(scope, 'changes', previous, overwrites)}; nothing was overwritten. Look at them with --dry-run: that many changes at once may be the work of ransomware or of a program run astray. Run again with --allow-changes if they are meant`;
}
