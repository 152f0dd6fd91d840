import { setTimeout as delay } from 'node:timers/promises';
import { RequestFailedError } from '../azure/errors.ts';
import type { SnapshotStore } from './snapshot-store.ts';
import { type SnapshotTags, tagsOf, tagsToMetadata } from './tags.ts';

export interface EnsureOptions {
  readonly retries: number;
  readonly retryDelayMs: number;
}

/**
 * The snapshot of a run on one share: the one that is there, or a new one. A request whose answer was lost
 * may have made it all the same, so the share's snapshots are asked for before another is made; a share
 * has room for only 200 of them.
 */
export async function ensureSnapshot(
  store: SnapshotStore,
  tags: SnapshotTags,
  options: EnsureOptions,
): Promise<string> {
  for (let attempt = 0; ; attempt += 1) {
    const existing = await findSnapshot(store, tags);
    if (existing !== undefined) return existing;
    try {
      return await store.create(tagsToMetadata(tags));
    } catch (error) {
      if (!mayPass(error) || attempt >= options.retries) throw error;
      await delay(options.retryDelayMs * 2 ** attempt);
    }
  }
}

/** The oldest snapshot that bears these tags; what it counts and who made it aside. */
async function findSnapshot(store: SnapshotStore, tags: SnapshotTags): Promise<string | undefined> {
  const identity = (of: SnapshotTags | undefined) =>
    of && [of.job, of.run, of.role, of.counterpart, of.partner].join('\n');
  return (await store.list()).find((snapshot) => identity(tagsOf(snapshot)) === identity(tags))?.id;
}

function mayPass(error: unknown): boolean {
  if (!(error instanceof RequestFailedError)) return false;
  return (
    error.status === 0 ||
    error.status === 429 ||
    error.status >= 500 ||
    error.code === 'ShareSnapshotInProgress'
  );
}
