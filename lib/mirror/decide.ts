import type { Entry } from '../files/entry.ts';

/** What must happen to a target entry so that it equals the source entry of the same name and kind. */
export type Decision =
  /** Nothing differs. */
  | 'equal'
  /** Times, attributes or the security descriptor differ; the bytes are known to be the same. */
  | 'properties'
  /** The bytes may differ although the size does not: only the ranges written since can tell. */
  | 'content-in-doubt'
  /** The bytes differ. */
  | 'content';

/**
 * Compares two entries of the same kind by what their listings say.
 *
 * Any inequality counts, whichever side is newer. A write moves the change time, and a program may put the
 * last-write time back; that attributes or a security descriptor changed, too, explains nothing away, as a
 * write itself sets Archive. So a file whose last-write or change time differs is in doubt.
 */
export function decide(source: Entry, target: Entry, samePermission: boolean): Decision {
  if (source.size !== target.size) return 'content';
  const sameTimes = source.lastWriteTime === target.lastWriteTime && source.changeTime === target.changeTime;
  if (!sameTimes && source.kind === 'file') return 'content-in-doubt';
  const sameRest =
    samePermission && source.attributes === target.attributes && source.creationTime === target.creationTime;
  return sameTimes && sameRest ? 'equal' : 'properties';
}
