import type { Entry } from '../files/entry.ts';
import { childPath, type SharePath } from '../files/paths.ts';
import { TaskGroup } from '../limiter.ts';
import { directoryPairs, isSurplus, type Surplus } from './directory-pairs.ts';
import { KeptByFilter, NotReplaced } from './failures.ts';
import { pagesOf } from './listing.ts';
import { NameWindow } from './name-window.ts';
import { restampDirectory } from './stamp-directory.ts';
import {
  attempt,
  type BranchContext,
  branchOut,
  inBranches,
  noteListingFailure,
  type WalkContext,
} from './walk-context.ts';
import { walkDirectory } from './walk-directory.ts';

/** Entries of one directory that are held at once before they are deleted. */
const MOST_AT_ONCE = 10_000;

/**
 * Deletes from the target what the source lacks, and replaces what is of another kind there, after a walk
 * has listed the whole source without an error.
 *
 * Every directory is listed once more on both sides just before, so that a deletion never rests on an old
 * answer; from the first source listing that fails, nothing further is deleted. What the filter excludes stays,
 * and so does every directory above it. Resolves to false when it was stopped; it may be begun again at any time.
 */
export async function removeSurplus(walked: WalkContext): Promise<boolean> {
  const context = branchOut(walked);
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
  let removed = false;
  let last: string | undefined;
  do {
    const found = await findSurplus(context, path, last);
    if (found === undefined || found.items.length === 0) break;
    removed = true;
    await removeAll(context, path, found.items);
    last = found.last;
  } while (last !== undefined && !context.stop.aborted);
  if (removed) await restampDirectory(context, path);
}

/** The first of what one directory is to lose behind a name; undefined where it could not be listed to its end. */
async function findSurplus(
  context: WalkContext,
  path: SharePath,
  after: string | undefined,
): Promise<{ readonly items: readonly Surplus[]; readonly last: string | undefined } | undefined> {
  const window = new NameWindow<Surplus>(MOST_AT_ONCE, (name) => after === undefined || name > after);
  try {
    for await (const pair of directoryPairs(context, path)) {
      if (isSurplus(pair)) window.add(pair.target.name, pair);
    }
  } catch (error) {
    noteListingFailure(context, path, error);
    return undefined;
  }
  return window.take();
}

async function removeAll(
  context: BranchContext,
  path: SharePath,
  surplus: readonly Surplus[],
): Promise<void> {
  const group = new TaskGroup(context.files);
  try {
    const [simple, others] = partition(
      surplus,
      ({ source, target }) => source === undefined && target.kind === 'file',
    );
    for (const { source, target } of simple) {
      if (context.stop.aborted) break;
      await group.start(async () => replace(context, path, source, target));
    }
    await inBranches(context, others, ({ source, target }) => replace(context, path, source, target));
  } finally {
    await group.settled();
  }
}

async function replace(
  context: BranchContext,
  parent: SharePath,
  source: Entry | undefined,
  target: Entry,
): Promise<void> {
  const mayDelete = context.filter.within(parent).mayDelete(target, source);
  const removal = mayDelete ? await deleteTree(context, childPath(parent, target.name), target) : 'kept';
  if (source === undefined || removal === 'unfinished') return;
  const path = childPath(parent, source.name);
  if (removal !== 'gone') {
    const reason = removal === 'kept' ? new KeptByFilter() : new NotReplaced();
    context.failures.add(path, reason, source.kind === 'file' ? 'entry' : 'unknown');
  } else if (source.kind === 'directory') {
    await walkDirectory(context, path, { source, target: undefined });
  } else {
    await attempt(context, path, () =>
      context.changes.handle({ kind: 'copy-file', path, source, target: undefined }),
    );
  }
}

/** What has become of an entry that was to be deleted; of several, the last of these that one of them met. */
const REMOVALS = [
  'gone',
  /** The filter keeps it, or something in it. */
  'kept',
  /** It could not be deleted, which is noted, or something in it could not. */
  'failed',
  /** Nothing more is to be deleted now. */
  'unfinished',
] as const;

type Removal = (typeof REMOVALS)[number];

/** Deletes an entry, children first. */
async function deleteTree(context: BranchContext, path: SharePath, target: Entry): Promise<Removal> {
  if (isOver(context)) return 'unfinished';
  if (target.kind === 'file') {
    const remove = () => context.changes.handle({ kind: 'delete-file', path, target });
    return (await attempt(context, path, remove)) ? 'gone' : 'failed';
  }
  const removal = await deleteChildren(context, path);
  if (removal !== 'gone') return removal;
  if (isOver(context)) return 'unfinished';
  const remove = () => context.changes.handle({ kind: 'delete-directory', path, target });
  return (await attempt(context, path, remove, 'unknown')) ? 'gone' : 'failed';
}

function isOver({ stop, failures }: WalkContext): boolean {
  return stop.aborted || failures.sourceListingFailed;
}

async function deleteChildren(context: BranchContext, path: SharePath): Promise<Removal> {
  const group = new TaskGroup(context.files);
  const filter = context.filter.within(path);
  const met = new Set<Removal>(['gone']);
  const remove = async (entry: Entry): Promise<void> => {
    met.add(await deleteTree(context, childPath(path, entry.name), entry));
  };
  try {
    for await (const page of pagesOf(context.target, path, 'target')) {
      const deletable = page.entries.filter((entry) => filter.mayDelete(entry, undefined));
      if (deletable.length < page.entries.length) met.add('kept');
      const [files, directories] = partition(deletable, ({ kind }) => kind === 'file');
      for (const entry of files) await group.start(() => remove(entry));
      await inBranches(context, directories, remove);
    }
  } catch (error) {
    noteListingFailure(context, path, error);
    met.add('failed');
  }
  await group.settled();
  return REMOVALS.findLast((removal) => met.has(removal)) ?? 'gone';
}

function partition<Item>(items: readonly Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}

/** Every directory that both shares have, parents first. */
async function* allDirectories(context: WalkContext, path: SharePath): AsyncGenerator<SharePath> {
  yield path;
  try {
    for await (const { source, target } of directoryPairs(context, path)) {
      if (source?.kind === 'directory' && target?.kind === 'directory') {
        yield* allDirectories(context, childPath(path, source.name));
      }
    }
  } catch (error) {
    noteListingFailure(context, path, error);
  }
}
