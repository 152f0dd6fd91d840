import type { Entry } from '../files/entry.ts';
import type { SharePath } from '../files/paths.ts';
import type { ShareReader } from '../files/share-reader.ts';
import type { ContentMoved } from './walk.ts';

/** A share as it is mirrored now and as it was in the previous recovery point. */
export interface SideInTime {
  readonly now: ShareReader;
  readonly before: ShareReader;
}

/**
 * Tells whether the bytes of a file have changed since the previous recovery point, in which both sides
 * were equal: they have not if neither side's ranges were written since. Where the service cannot tell,
 * or the path named another file then, they count as changed.
 */
export function contentProof(
  previous: { readonly source: SideInTime; readonly target: SideInTime } | undefined,
): ContentMoved {
  if (previous === undefined) return async () => true;
  return async (path, source, target) =>
    !(
      (await isUntouched(previous.source, path, source)) && (await isUntouched(previous.target, path, target))
    );
}

async function isUntouched({ now, before }: SideInTime, path: SharePath, current: Entry): Promise<boolean> {
  if (before.snapshot === undefined) return false;
  const difference = await now.difference(path, before.snapshot);
  if (difference === undefined || difference.written.length > 0 || difference.cleared.length > 0)
    return false;
  const { entry } = await before.file(path);
  // After a swap of two names the ranges of each file are untouched, but the path names the other one.
  return current.fileId === entry.fileId && current.size === entry.size;
}
