import { FRESH_MIRROR } from '../mirror/mirror-state.ts';
import { type SnapshotTags, tagsOf } from '../snapshots/tags.ts';
import { identityOf } from '../target/read-catalogue.ts';
import {
  isSameOwner,
  type Owner,
  ownerOf,
  type RunState,
  readOwner,
  readRunState,
  writeOwner,
  writeRunState,
} from '../target/run-state.ts';
import type { LockedTarget } from '../target/with-locked-target.ts';
import { PreflightError, refuseUnexplainedData } from './prepare-target.ts';
import type { RunScope } from './run-scope.ts';

/**
 * Takes up the run in progress, or begins a new one.
 * @throws {PreflightError} when the target is not this job's to overwrite.
 */
export async function takeUpRun(scope: RunScope, locked: LockedTarget): Promise<RunState> {
  const { folder } = locked;
  const owner = ownerOf(scope.shares);
  const pending = await readRunState(folder);
  if (pending !== undefined && !pending.ended && isSameOwner(pending, owner)) {
    scope.entriesBefore = pending.entriesMet;
    scope.run = pending.run;
    scope.startedAt = pending.startedAt;
    scope.start(true, false);
    return pending;
  }
  if (!scope.adopt) await refuseForeignTarget(scope, locked);
  scope.start(false, false);
  await folder.create();
  const known = await readOwner(folder);
  if (known === undefined || !isSameOwner(known, owner)) await writeOwner(folder, owner);
  const state: RunState = {
    ...owner,
    run: scope.run,
    startedAt: scope.startedAt,
    sourceSnapshot: undefined,
    unprovenSince: pending?.unprovenSince,
    mirror: FRESH_MIRROR,
    filterDigest: undefined,
    sample: undefined,
    entriesMet: 0,
    ended: false,
    verification: undefined,
  };
  await writeRunState(folder, state);
  return state;
}

/** A mirror overwrites and deletes, so the target must be empty or known to be this job's. */
export async function refuseForeignTarget(
  scope: RunScope,
  { folder, reader }: Pick<LockedTarget, 'folder' | 'reader'>,
): Promise<void> {
  const owner = ownerOf(scope.shares);
  const recorded = await readOwner(folder);
  if (recorded !== undefined) {
    if (!isSameOwner(recorded, owner)) throw ownedByAnother(reader.share, describeOwner(recorded));
    return;
  }
  // Without the record, which can be lost, the snapshots tell.
  const snapshots = await scope.shares.target.snapshots.list();
  const jobs = new Set(
    snapshots.map(tagsOf).flatMap((tags) => (tags?.role === 'target' ? [nameOf(tags)] : [])),
  );
  const own = nameOf({ job: owner.job, counterpart: identityOf(scope.shares).source });
  if (jobs.has(own)) return;
  const [other] = jobs;
  if (other !== undefined) throw ownedByAnother(reader.share, other);
  await refuseUnexplainedData(reader);
}

function nameOf({ job, counterpart }: Pick<SnapshotTags, 'job' | 'counterpart'>): string {
  return `job "${job}" with source ${counterpart}`;
}

function ownedByAnother(share: string, other: string): PreflightError {
  return new PreflightError(
    `target share "${share}" is the target of ${other}. A backup would overwrite and delete what that one keeps there. Choose another share, or say --adopt to take it over`,
    true,
  );
}

function describeOwner({ job, source }: Owner): string {
  return nameOf({ job, counterpart: `${source.account}/${source.share}` });
}
