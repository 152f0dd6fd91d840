import type { EndEvent, Outcome, SampleReport } from '../../lib/report/events.ts';
import { asSentence } from '../errors.ts';
import { describePlan } from './describe-plan.ts';
import { formatTable } from './table.ts';
import { byteCount, count, counted, duration, printable } from './text.ts';

/** How many failed entries people are shown; `--json` has more. */
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

/**
 * A run's report for people: how it ended and why, what it did, and what is left to do.
 * @param allChanges whether a plan names every change that it keeps rather than as many as fit on a screen
 */
export function describeRun(end: EndEvent, allChanges = false): string {
  const lines = [
    `${end.job}: ${OUTCOMES[end.outcome]} after ${duration(end.seconds)}. ${asSentence(printable(end.message))}`,
  ];
  if (end.plan !== undefined) {
    return [...lines, ...describePlan(end.plan, allChanges), ...describeFailures(end)].join('\n');
  }
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
  if (end.sample !== null) lines.push(describeSample(end.sample));
  return [...lines, ...describeFailures(end)].join('\n');
}

function describeSample({ round, rounds, filesRead, bytesRead, differences }: SampleReport): string {
  const found =
    differences === 0 ? '' : `; the bytes of ${count(differences)} differed, and were copied again`;
  return `  round ${round + 1} of ${rounds} of comparing bytes: ${counted(filesRead, 'file')} read on both sides, ${byteCount(bytesRead)} each${found}`;
}

/** What the run tolerated may have failed in an earlier process of it, and then is no failure of this one. */
function describeFailures({ failed, failures, tolerated }: EndEvent): string[] {
  const isTolerated = tolerated.length > 0;
  const named = isTolerated ? tolerated : failed;
  const more = (isTolerated ? tolerated.length : failures) - SHOWN;
  const lines = named
    .slice(0, SHOWN)
    .map(
      ({ path, message }) =>
        `  ${isTolerated ? 'tolerated' : 'failed'}: "${printable(path)}": ${printable(message)}`,
    );
  if (more > 0) lines.push(`  and ${counted(more, 'further failure')}`);
  return lines;
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
