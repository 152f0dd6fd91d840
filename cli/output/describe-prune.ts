import type { PruneReport } from '../../lib/backup/run-prune.ts';
import { formatTable } from './table.ts';
import { counted } from './text.ts';

/** What a prune did, or would do, and why, for people. */
export function describePrune({ job, keep, drop, superseded, done }: PruneReport): string {
  const dropped = done ? 'deleted' : 'to be deleted';
  const rows = [
    ...drop.map(({ id, reason }) => [id, dropped, reason]),
    ...keep.map(({ id, reason }) => [id, 'kept', reason]),
  ].sort(([one = ''], [other = '']) => (one < other ? -1 : 1));
  const lines: string[] = [];
  if (rows.length === 0) lines.push(`Job ${job} has no recovery point.`);
  if (superseded.length > 0) {
    const what = counted(superseded.length, 'source snapshot');
    lines.push(`${what} of runs that made no recovery point, ${dropped}.`);
  }
  if (!done) lines.push('This was a dry run: nothing was deleted.');
  const table =
    rows.length === 0
      ? ''
      : formatTable([{ title: 'recovery point' }, { title: '' }, { title: 'why' }], rows);
  return `${table}${lines.map((line) => `${line}\n`).join('')}`;
}
