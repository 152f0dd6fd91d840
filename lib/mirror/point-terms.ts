import type { Entry } from '../files/entry.ts';
import { foldName, parentPath, type SharePath } from '../files/paths.ts';
import type { EntryFilter } from './entry-filter.ts';

/** What of the source the run of a recovery point had made the target equal to. */
export interface PointTerms {
  readonly sourceSnapshot: string;
  readonly filter: EntryFilter;
  /** Where something had failed and was tolerated, so that the two snapshots may differ. */
  readonly tolerated: readonly SharePath[];
}

/** The same by folded path, as an entry may have another spelling today; looked up for every entry of a share. */
const foldedPaths = new WeakMap<readonly SharePath[], ReadonlySet<string>>();

const SECOND_MS = 1000;

/**
 * Whether the run of a recovery point has made the target equal to a source entry, as it is today, or found it
 * equal. Of an entry that has changed since nobody can tell what it was then, so that only its path counts.
 *
 * Last-Modified counts whole seconds: a change within the second of the snapshot may have come after it.
 */
export function wasMirrored(
  { sourceSnapshot, filter, tolerated }: PointTerms,
  path: SharePath,
  source: Entry,
): boolean {
  if (isTolerated(tolerated, path)) return false;
  if (filter.isEverything || filter.alwaysIncludes(path, source.kind)) return true;
  const isUnchanged = source.lastModified < Math.floor(Date.parse(sourceSnapshot) / SECOND_MS) * SECOND_MS;
  return isUnchanged && filter.includes(path, source);
}

/** Whether the run of a recovery point had made the target equal to an entry, as its source snapshot has it. */
export function tookPart({ filter, tolerated }: PointTerms, path: SharePath, entry: Entry): boolean {
  return !isTolerated(tolerated, path) && filter.includes(path, entry);
}

function isTolerated(tolerated: readonly SharePath[], path: SharePath): boolean {
  if (tolerated.length === 0) return false;
  const folded = foldedPaths.get(tolerated) ?? new Set(tolerated.map(foldName));
  foldedPaths.set(tolerated, folded);
  return folded.has(foldName(path));
}

/** A target entry that may be renamed rather than copied and deleted. */
export interface Move {
  /** Where it stands. */
  readonly from: SharePath;
  readonly to: SharePath;
  readonly target: Entry;
  /** What it is to equal at its new path. */
  readonly source: Entry;
}

/**
 * Whether a filter lets a target entry be moved: it takes part at both paths, and what is below a directory is
 * judged alike at both, so that nothing leaves the place in which the filter keeps it.
 */
export function letsMove(filter: EntryFilter, { from, to, target, source }: Move): boolean {
  if (filter.isEverything) return true;
  if (target.kind === 'directory' && !filter.judgesAlike(from, to)) return false;
  return filter.within(parentPath(from)).mayDelete(target, undefined) && filter.includes(to, source);
}

/**
 * Whether what an earlier recovery point proves of a target entry, and of what is below it, holds at its new
 * path, too.
 */
export function provesMoved({ filter, tolerated }: PointTerms, { from, to, target }: Move): boolean {
  const isHeld = (path: string) => path === foldName(from) || path.startsWith(`${foldName(from)}/`);
  if (tolerated.some((path) => isHeld(foldName(path)))) return false;
  if (filter.isEverything) return true;
  if (target.kind === 'directory' && !filter.judgesAlike(from, to)) return false;
  return filter.includes(from, target) && filter.includes(to, target);
}
