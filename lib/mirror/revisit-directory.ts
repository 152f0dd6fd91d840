import { childPath, type SharePath } from '../files/paths.ts';
import { compareFile } from './compare-file.ts';
import { directoryPairs, isSurplus } from './directory-pairs.ts';
import { isAbsent } from './find-entry.ts';
import type { EntryPair } from './pair-entries.ts';
import { restampDirectory } from './stamp-directory.ts';
import { attempt, type BranchContext, noteListingFailure } from './walk-context.ts';
import { walkDirectory } from './walk-directory.ts';

/**
 * Looks at a directory again after something was moved out of it or put aside in it: counts anew what it has to
 * lose, and makes what had to wait, as an entry of another kind was still in its place, at the paths that
 * `mayBeVacated` tells.
 */
export async function revisitDirectory(
  context: BranchContext,
  path: SharePath,
  mayBeVacated: (path: SharePath) => boolean,
): Promise<void> {
  if (await isGone(context, path)) return;
  context.removals.begin(path);
  try {
    for await (const pair of directoryPairs(context, path)) {
      if (context.stop.aborted) return;
      await takeUp(context, path, pair, mayBeVacated);
    }
  } catch (error) {
    noteListingFailure(context, path, error);
  }
  await restampDirectory(context, path);
}

/**
 * Whether the source lacks a directory, so that it is going to be deleted, or the filter has it left alone. The root
 * is never gone.
 */
async function isGone({ source, filter, failures }: BranchContext, path: SharePath): Promise<boolean> {
  if (!filter.alwaysIncludes(path, 'directory')) return true;
  try {
    if (path !== '') await source.directory(path);
    return false;
  } catch (error) {
    if (!isAbsent(error)) failures.add(path, error, 'unknown');
    return true;
  }
}

async function takeUp(
  context: BranchContext,
  directory: SharePath,
  pair: EntryPair,
  mayBeVacated: (path: SharePath) => boolean,
): Promise<void> {
  if (isSurplus(pair)) {
    const { source, target } = pair;
    const note = () => context.removals.add(directory, target, source);
    await attempt(context, childPath(directory, target.name), note, 'unknown');
    return;
  }
  const { source, target } = pair;
  if (source === undefined || target !== undefined) return;
  const path = childPath(directory, source.name);
  if (!mayBeVacated(path)) return;
  if (source.kind === 'directory') {
    await walkDirectory(context, path, { source, target });
    return;
  }
  // It was counted when it was found to wait.
  await attempt(context, path, () => compareFile(context, path, { source, target }, () => undefined));
}
