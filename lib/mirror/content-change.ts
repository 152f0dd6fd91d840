import type { ByteRange, Entry, RangeDifference } from '../files/entry.ts';
import type { SharePath } from '../files/paths.ts';
import type { ShareReader } from '../files/share-reader.ts';
import { decide } from './decide.ts';
import type { PastShare, PastShares } from './past-share.ts';
import { tookPart } from './point-terms.ts';
import { LARGEST_COPY_FILE } from './transfer-file.ts';
import { patchMarker } from './unfinished-marker.ts';

/** What has become of the bytes of a file whose two listings differ. */
export type ContentChange =
  /** They are the same on both sides. */
  | { readonly kind: 'none' }
  /** The target is as it was at the previous recovery point, but for the ranges that a patch begun earlier has copied. */
  | ({ readonly kind: 'ranges' } & ChangedRanges)
  /** Nothing is known of them. */
  | { readonly kind: 'whole' };

export interface ChangedRanges {
  /** What was changed in the source since the snapshot `since`. */
  readonly difference: RangeDifference;
  readonly since: string;
  /** What a patch that was cut short has copied of it. */
  readonly present: readonly ByteRange[];
}

const WHOLE: ContentChange = { kind: 'whole' };

/** Tells what has become of the bytes of a file. `pastPath` is where it stood at the previous recovery point. */
export type FindContentChange = (file: {
  readonly path: SharePath;
  readonly pastPath: SharePath;
  readonly source: Entry;
  readonly target: Entry;
}) => Promise<ContentChange>;

/**
 * Compares a file with the previous recovery point, in which both sides were equal: what was written to the
 * source since then is what the target lacks, provided that nothing was written to the target.
 *
 * Every answer that is not a proof counts as changed: a range difference that the service cannot give, a path
 * that named another file then, a file that its run had left out or had failed at.
 */
export function contentChange(
  now: { readonly source: ShareReader; readonly target: ShareReader },
  past: PastShares | undefined,
): FindContentChange {
  const terms = past?.terms;
  if (past === undefined || terms === undefined) return async () => WHOLE;
  return async ({ path, pastPath, source, target }) => {
    const mayPatch = source.size > LARGEST_COPY_FILE;
    if (!mayPatch && source.size !== target.size) return WHOLE;
    const difference = await now.source.difference(path, past.source.snapshot);
    if (difference === undefined) return WHOLE;
    const isUnwritten = difference.written.length === 0 && difference.cleared.length === 0;
    if (!isUnwritten && !mayPatch) return WHOLE;
    const [before, copied] = await Promise.all([
      past.source.find(pastPath, 'file'),
      past.target.find(pastPath, 'file'),
    ]);
    if (before === undefined || copied === undefined) return WHOLE;
    // After a swap of two names the ranges of each file are untouched, but the path names the other one.
    if (before.fileId !== source.fileId || copied.fileId !== target.fileId) return WHOLE;
    // What its run had left out, or failed at, is proven by nothing that its listings say.
    if (!tookPart(terms, pastPath, before)) return WHOLE;
    // Descriptors say nothing of bytes.
    if (decide(before, copied, true) !== 'equal') return WHOLE;
    const since = past.source.snapshot;
    if (mayPatch && target.lastWriteTime === patchMarker(now.source.snapshot ?? '', since, path, source)) {
      const copiedSince = await now.target.difference(path, past.target.snapshot);
      return copiedSince === undefined
        ? WHOLE
        : { kind: 'ranges', difference, since, present: copiedSince.written };
    }
    if (!(await isUntouched(now.target, past.target, path, target, copied))) return WHOLE;
    if (isUnwritten && before.size === source.size) return { kind: 'none' };
    return mayPatch ? { kind: 'ranges', difference, since, present: [] } : WHOLE;
  };
}

/** Whether the bytes of a target file are those that it had at the previous recovery point. */
async function isUntouched(
  now: ShareReader,
  past: PastShare,
  path: SharePath,
  target: Entry,
  copied: Entry,
): Promise<boolean> {
  if (target.etag !== '' && target.etag === copied.etag) return true;
  if (target.size !== copied.size) return false;
  const difference = await now.difference(path, past.snapshot);
  return difference !== undefined && difference.written.length === 0 && difference.cleared.length === 0;
}
