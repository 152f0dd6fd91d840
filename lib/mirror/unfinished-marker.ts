import { createHash } from 'node:crypto';
import type { Entry } from '../files/entry.ts';
import type { SharePath } from '../files/paths.ts';
import type { ServiceTime } from '../files/times.ts';

const TICKS_PER_SECOND = 10_000_000n;
/** Two years from 1971 on: long before any share, so that a real last-write time hardly falls there. */
const FROM_SECONDS = 365n * 24n * 3600n;
const SPAN_TICKS = 2n * 365n * 24n * 3600n * TICKS_PER_SECOND;

/**
 * The last-write time that a target file bears while its ranges are being copied. It never equals the
 * source's, so that a file cut short never compares equal; and it is made from what is being copied, so
 * that a later slice knows a file begun from this very version and copies only the ranges that it lacks.
 */
export function unfinishedMarker(snapshot: string, path: SharePath, source: Entry): ServiceTime {
  return marker(source, [snapshot, path]);
}

/** The same for a file of which only the ranges changed since the snapshot `since` are being copied. */
export function patchMarker(snapshot: string, since: string, path: SharePath, source: Entry): ServiceTime {
  return marker(source, [snapshot, path, since]);
}

function marker({ changeTime, size, lastWriteTime }: Entry, parts: readonly string[]): ServiceTime {
  const digest = createHash('sha256')
    .update([...parts, changeTime, String(size)].join('\n'))
    .digest();
  const ticks = digest.readBigUInt64BE() % SPAN_TICKS;
  const time = toServiceTime(FROM_SECONDS * TICKS_PER_SECOND + ticks);
  return time === lastWriteTime ? toServiceTime(FROM_SECONDS * TICKS_PER_SECOND + SPAN_TICKS) : time;
}

function toServiceTime(ticks: bigint): ServiceTime {
  const seconds = new Date(Number(ticks / TICKS_PER_SECOND) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(ticks % TICKS_PER_SECOND).padStart(7, '0')}Z`;
}
