import type { SharePath } from '../files/paths.ts';

/**
 * Where a walk is: the directory names from the root down to the first directory that is not finished. A walk
 * takes a directory before what is below it, and siblings in the order of their names.
 */
export type Cursor = readonly string[];

/** A stretch of a walk: from the directory at `from` up to, and without, the one at `until`. */
export interface WalkPart {
  readonly from: Cursor;
  /** Undefined for the end of the share. */
  readonly until: Cursor | undefined;
}

export const WHOLE_WALK: WalkPart = { from: [], until: undefined };

/** Negative where a walk comes to `a` before `b`. */
export function compareCursors(a: Cursor, b: Cursor): number {
  for (const [index, name] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (name !== other) return name < other ? -1 : 1;
  }
  return a.length - b.length;
}

/**
 * The directories that lie in more than one part, as one begins or ends below them. None of the parts can
 * tell when everything below is done, so that none sets their properties.
 */
export function spineOf({ from, until }: WalkPart): Set<SharePath> {
  const spine = new Set<SharePath>();
  for (const end of [from, until ?? []]) {
    for (let depth = 0; depth < end.length; depth += 1) spine.add(end.slice(0, depth).join('/'));
  }
  return spine;
}
