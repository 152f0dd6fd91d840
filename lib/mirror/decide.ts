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
 * Any inequality counts, whichever side is newer. A write moves the last-write time, so a file whose
 * last-write time differs is in doubt. A changed property moves the change time and so explains it; a
 * change time that differs alone may also be a write by a program that set the last-write time back.
 */
export function decide(source: Entry, target: Entry, samePermission: boolean): Decision {
  if (source.kind === 'directory')
    return sameProperties(source, target, samePermission) ? 'equal' : 'properties';
  if (source.size !== target.size) return 'content';
  if (source.lastWriteTime !== target.lastWriteTime) return 'content-in-doubt';
  if (sameProperties(source, target, samePermission)) return 'equal';
  const explained =
    !samePermission || source.attributes !== target.attributes || source.creationTime !== target.creationTime;
  return explained ? 'properties' : 'content-in-doubt';
}

function sameProperties(source: Entry, target: Entry, samePermission: boolean): boolean {
  return (
    samePermission &&
    source.attributes === target.attributes &&
    source.creationTime === target.creationTime &&
    source.lastWriteTime === target.lastWriteTime &&
    source.changeTime === target.changeTime
  );
}
