import { setTimeout } from 'node:timers/promises';
import { RequestFailedError } from '../azure/errors.ts';
import { LONGEST_WAIT_MS } from '../azure/resource-manager-retry.ts';
import { deleteTwin } from './delete-twins.ts';
import type { Snapshot, SnapshotStore } from './snapshot-store.ts';
import { type SnapshotTags, tagsOf, tagsToMetadata } from './tags.ts';
import { findTwins, isOfSameRun } from './twins.ts';

export interface EnsureOptions {
  readonly retries: number;
  readonly retryDelayMs: number;
  /** Ends a wait for the next attempt. */
  readonly signal?: AbortSignal | undefined;
  /** Waits so many milliseconds; replaced in tests. */
  readonly delay?: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
}

/**
 * The snapshot of a run on one share: the one that is there, or a new one. A request whose answer was lost
 * may have made it all the same, at once or a little later, so the share's snapshots are asked for before
 * another is made and after a repeated attempt; a share has room for only 200 of them. Of twins the oldest
 * is kept.
 */
export async function ensureSnapshot(
  store: SnapshotStore,
  tags: SnapshotTags,
  options: EnsureOptions,
): Promise<string> {
  for (let attempt = 0; ; attempt += 1) {
    const existing = await oneOf(store, await snapshotsOfRun(store, tags));
    if (existing !== undefined) return existing;
    try {
      const id = await store.create(tagsToMetadata(tags));
      if (attempt === 0) return id;
      return (await oneOf(store, await snapshotsOfRun(store, tags))) ?? id;
    } catch (error) {
      if (!mayPass(error) || attempt >= options.retries) throw error;
      const wait = Math.max(options.retryDelayMs * 2 ** attempt, error.failure.retryAfterMs ?? 0);
      if (wait > LONGEST_WAIT_MS) throw error;
      await (options.delay ?? delay)(wait, options.signal);
    }
  }
}

function delay(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return setTimeout(milliseconds, undefined, signal === undefined ? {} : { signal });
}

/** Those that bear these tags; what they count and who made them aside. */
async function snapshotsOfRun(store: SnapshotStore, tags: SnapshotTags): Promise<readonly Snapshot[]> {
  return (await store.list()).filter((snapshot) => isOfSameRun(tagsOf(snapshot), tags));
}

/** The oldest of a run's snapshots, its twins deleted. */
async function oneOf(store: SnapshotStore, snapshots: readonly Snapshot[]): Promise<string | undefined> {
  const [twins] = findTwins(snapshots);
  for (const { id } of twins?.drop ?? []) await deleteTwin(store, id);
  return snapshots[0]?.id;
}

function mayPass(error: unknown): error is RequestFailedError {
  if (!(error instanceof RequestFailedError)) return false;
  return (
    error.status === 0 || error.status === 429 || error.status >= 500 || PASSING_CONFLICT.test(error.code)
  );
}

/** Something else is under way, or snapshots are made too fast: codes such as `SnapshotOperationRateExceeded`. */
const PASSING_CONFLICT = /(InProgress|Rate(Limit)?Exceeded)$/;
