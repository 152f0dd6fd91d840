import type { PruneReport } from '../../lib/backup/run-prune.ts';
import type { RetentionReason } from '../../lib/snapshots/retain.ts';
import { formatTable } from './table.ts';
import { localTime, printable } from './text.ts';

/** What a prune did, or would do, and why, for people. */
export function describePrune(
  { job, keep, drop, superseded, spared, unpin, done, guard }: PruneReport,
  timeZone: string,
): string {
  const dropped = done ? 'deleted' : 'to be deleted';
  const rows = [
    ...drop.map(({ id, reasons }) => [id, dropped, texts(reasons)]),
    ...keep.map(({ id, reasons }) => [id, 'kept', texts(reasons)]),
  ].sort(([one = ''], [other = '']) => (one < other ? -1 : 1));
  const lines: string[] = [];
  if (rows.length === 0) lines.push(`Job ${job} has no recovery point.`);
  for (const { id, until, reason } of unpin) {
    lines.push(
      `Pin of ${id}, "${printable(reason)}", ${done ? 'released' : 'to be released'}: it was until ${localTime(until, timeZone)}.`,
    );
  }
  if (superseded.length + spared.length > 0) {
    lines.push(
      'Snapshots without their other half:',
      ...[...superseded, ...spared].map(
        ({ role, run, snapshot, kept, reasons }) =>
          `  run ${run}: ${role} snapshot ${snapshot}, ${kept ? 'kept' : dropped}: ${texts(reasons)}`,
      ),
    );
  }
  if (guard !== undefined) {
    lines.push(`A backup would leave this to you: ${guard}. Without --dry-run, this command does it.`);
  }
  if (!done) lines.push('This was a dry run: nothing was deleted.');
  const table =
    rows.length === 0
      ? ''
      : formatTable([{ title: 'recovery point' }, { title: '' }, { title: 'why' }], rows);
  return `${table}${lines.map((line) => `${line}\n`).join('')}`;
}

function texts(reasons: readonly RetentionReason<string>[]): string {
  return reasons.map(({ text }) => text).join('; ');
}
