import type { ChangeKind } from '../../lib/mirror/change.ts';
import type { Plan } from '../../lib/mirror/plan.ts';
import type { EndEvent, Outcome } from '../../lib/report/events.ts';
import { asSentence } from '../errors.ts';
import { formatTable } from './table.ts';
import { byteCount, count, counted, duration, printable } from './text.ts';

/** How many failed entries and planned changes people are shown; `--json` has them all. */
const SHOWN = 20;

const OUTCOMES: Readonly<Record<Outcome, string>> = {
  complete: 'complete',
  incomplete: 'incomplete',
  guard: 'stopped by a guard',
  failed: 'failed',
  locked: 'locked by another run',
  differs: 'differences found',
};

export function describeOutcome(outcome: Outcome): string {
  return OUTCOMES[outcome];
}

/** A run's report for people: how it ended and why, what it did, and what is left to do. */
export function describeRun(end: EndEvent): string {
  const lines = [
    `${end.job}: ${OUTCOMES[end.outcome]} after ${duration(end.seconds)}. ${asSentence(printable(end.message))}`,
  ];
  if (end.plan !== undefined) return [...lines, ...describePlan(end.plan)].join('\n');
  if (end.point !== null) {
    lines.push(
      `  recovery point ${end.point.id}, ${end.point.level}`,
      `    source snapshot ${end.point.sourceSnapshot}`,
      `    target snapshot ${end.point.targetSnapshot}`,
    );
  }
  const requests = Object.values(end.requests).reduce((sum, sent) => sum + sent, 0);
  lines.push(
    `  ${counted(end.entries, 'entry', 'entries')}, ${count(end.changed)} changed, ${count(end.deleted)} deleted; ${byteCount(end.bytes)} copied by the service, ${byteCount(end.bytesThroughClient)} through this machine; ${counted(requests, 'request')}`,
  );
  if (end.pruned.length > 0) lines.push(`  pruned ${end.pruned.join(', ')}`);
  for (const { path, message } of end.failed.slice(0, SHOWN)) {
    lines.push(`  failed: "${printable(path)}": ${printable(message)}`);
  }
  if (end.failures > SHOWN) lines.push(`  and ${counted(end.failures - SHOWN, 'further failure')}`);
  return lines.join('\n');
}

const CHANGES: Readonly<Record<ChangeKind, readonly [one: string, many: string]>> = {
  'create-directory': ['directory to create', 'directories to create'],
  'copy-file': ['file to copy', 'files to copy'],
  'set-properties': ['entry whose properties are to be set', 'entries whose properties are to be set'],
  rename: ['entry to rename', 'entries to rename'],
  'delete-file': ['file to delete', 'files to delete'],
  'delete-directory': ['directory to delete', 'directories to delete'],
};

function describePlan(plan: Plan): string[] {
  const kinds = Object.entries(plan.counts).filter(([, number]) => number > 0);
  const total = kinds.reduce((sum, [, number]) => sum + number, 0);
  if (total === 0) return ['  The target is equal to the source; a run would change nothing.'];
  const lines = kinds.map(([kind, number]) => `  ${counted(number, ...CHANGES[kind as ChangeKind])}`);
  lines.push(`  at the most ${byteCount(plan.bytes)} to be copied by the service`);
  // What would be deleted is what a reader has to see first.
  const ordered = plan.changes.toSorted((a, b) => Number(isDeletion(b.kind)) - Number(isDeletion(a.kind)));
  for (const { kind, path, from, size } of ordered.slice(0, SHOWN)) {
    const origin = from === undefined ? '' : ` from "${printable(from)}"`;
    lines.push(
      `    ${kind} "${printable(path)}"${origin}${size === undefined ? '' : `, ${byteCount(size)}`}`,
    );
  }
  if (total > SHOWN) lines.push(`    and ${count(total - SHOWN)} more; --json lists the first 10,000`);
  return lines;
}

function isDeletion(kind: ChangeKind): boolean {
  return kind === 'delete-file' || kind === 'delete-directory';
}

/** One line for each of several runs. */
export function runTable(ends: readonly EndEvent[]): string {
  return formatTable(
    [
      { title: 'job' },
      { title: 'outcome' },
      { title: 'recovery point' },
      { title: 'entries', align: 'right' },
      { title: 'changed', align: 'right' },
      { title: 'deleted', align: 'right' },
      { title: 'copied', align: 'right' },
      { title: 'time', align: 'right' },
    ],
    ends.map((end) => [
      end.job,
      OUTCOMES[end.outcome],
      end.point?.id ?? '-',
      count(end.entries),
      count(end.changed),
      count(end.deleted),
      byteCount(end.bytes),
      duration(end.seconds),
    ]),
  );
}
