import type { Entry } from '../files/entry.ts';
import { childPath, type SharePath } from '../files/paths.ts';
import { TaskGroup } from '../limiter.ts';
import { ListingFailure, pagesOf } from './listing.ts';
import { pairEntries } from './pair-entries.ts';
import { attempt, type BranchContext, stampDirectory, type WalkContext, walkDirectory } from './walk.ts';

/**
 * Deletes from the target what the source lacks, and replaces what is of another kind there, after a walk
 * has listed the whole source without an error.
 *
 * Every directory is listed once more on both sides just before, so that a deletion never rests on an old
 * answer; from the first source listing that fails, nothing further is deleted. Resolves to false when it
 * was stopped; it may be begun again at any time.
 */
export async function removeSurplus(walked: WalkContext): Promise<boolean> {
  const broken = new AbortController();
  const context = { ...walked, stop: AbortSignal.any([walked.stop, broken.signal]), broken };
  const { directories } = context.removals;
  const remaining = directories === undefined ? allDirectories(context, '') : [...directories].sort();
  for await (const directory of remaining) {
    if (context.stop.aborted) return false;
    if (context.failures.sourceListingFailed) return true;
    await removeFrom(context, directory);
  }
  return !context.stop.aborted;
}

async function removeFrom(context: BranchContext, path: SharePath): Promise<void> {
  const surplus: { readonly source: Entry | undefined; readonly target: Entry }[] = [];
  try {
    const pairs = pairEntries(
      pagesOf(context.source, path, 'source'),
      pagesOf(context.target, path, 'target'),
    );
    for await (const { source, target } of pairs) {
      if (target !== undefined && source?.kind !== target.kind) surplus.push({ source, target });
    }
  } catch (error) {
    noteListingFailure(context, path, error);
    return;
  }
  if (surplus.length === 0) return;
  const group = new TaskGroup(context.files);
  try {
    for (const { source, target } of surplus) {
      if (context.stop.aborted) break;
      const isSimple = source === undefined && target.kind === 'file';
      if (isSimple) await group.start(async () => replace(context, path, source, target));
      else await replace(context, path, source, target);
    }
  } finally {
    await group.settled();
  }
  await restamp(context, path);
}

async function replace(
  context: BranchContext,
  parent: SharePath,
  source: Entry | undefined,
  target: Entry,
): Promise<void> {
  const deleted = await deleteTree(context, childPath(parent, target.name), target);
  if (!deleted || source === undefined) return;
  const path = childPath(parent, source.name);
  if (source.kind === 'directory') await walkDirectory(context, path, { source, target: undefined });
  else {
    await attempt(context, path, () =>
      context.changes.handle({ kind: 'copy-file', path, source, target: undefined }),
    );
  }
}

/** Deletes an entry, children first. False where something is left of it. */
async function deleteTree(context: WalkContext, path: SharePath, target: Entry): Promise<boolean> {
  if (context.stop.aborted || context.failures.sourceListingFailed) return false;
  if (target.kind === 'file') {
    return attempt(context, path, () => context.changes.handle({ kind: 'delete-file', path, target }));
  }
  const emptied = await deleteChildren(context, path);
  if (!emptied || context.stop.aborted) return false;
  return attempt(context, path, () => context.changes.handle({ kind: 'delete-directory', path, target }));
}

async function deleteChildren(context: WalkContext, path: SharePath): Promise<boolean> {
  const group = new TaskGroup(context.files);
  let emptied = true;
  const remove = async (entry: Entry): Promise<void> => {
    const deleted = await deleteTree(context, childPath(path, entry.name), entry);
    emptied &&= deleted;
  };
  try {
    for await (const page of pagesOf(context.target, path, 'target')) {
      for (const entry of page.entries) {
        if (entry.kind === 'file') await group.start(() => remove(entry));
        else await remove(entry);
      }
    }
  } catch (error) {
    noteListingFailure(context, path, error);
    emptied = false;
  }
  await group.settled();
  return emptied;
}

async function restamp(context: WalkContext, path: SharePath): Promise<void> {
  const properties = await attemptValue(context, path, () => context.source.directory(path));
  if (properties === undefined) return;
  await stampDirectory(context, path, { source: properties.entry, target: undefined }, true);
}

async function attemptValue<T>(
  context: WalkContext,
  path: SharePath,
  work: () => Promise<T>,
): Promise<T | undefined> {
  let value: T | undefined;
  await attempt(context, path, async () => {
    value = await work();
  });
  return value;
}

/** Every directory that both shares have, parents first. */
async function* allDirectories(context: WalkContext, path: SharePath): AsyncGenerator<SharePath> {
  yield path;
  try {
    const pairs = pairEntries(
      pagesOf(context.source, path, 'source'),
      pagesOf(context.target, path, 'target'),
    );
    for await (const { source, target } of pairs) {
      if (source?.kind === 'directory' && target?.kind === 'directory') {
        yield* allDirectories(context, childPath(path, source.name));
      }
    }
  } catch (error) {
    noteListingFailure(context, path, error);
  }
}

function noteListingFailure(context: WalkContext, path: SharePath, error: unknown): void {
  if (!(error instanceof ListingFailure)) throw error;
  if (error.side === 'source') context.failures.sourceListingFailed = true;
  context.failures.add(path, error.cause);
}
