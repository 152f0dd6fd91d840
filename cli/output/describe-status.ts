import { DateTime } from 'luxon';
import type { Outcome } from '../../lib/report/events.ts';
import type { JobStatus } from '../../lib/report/status.ts';
import { asSentence } from '../errors.ts';
import { duration, printable } from './text.ts';

const FORMAT = 'yyyy-MM-dd HH:mm:ss';

/** How jobs stand, for people: a paragraph for each. */
export function describeStatus(statuses: readonly JobStatus[]): string {
  return statuses.map((status) => `${paragraph(status).join('\n')}\n`).join('\n');
}

function paragraph(status: JobStatus): string[] {
  const { job, verdict, reasons, warnings } = status;
  const lines = [
    `${job}: ${verdict}`,
    ...reasons.map((reason) => `  ${asSentence(printable(reason))}`),
    ...warnings.map((warning) => `  Warning: ${printable(warning)}.`),
  ];
  if (verdict === 'failed') return lines;
  return [
    ...lines,
    field('last complete', lastPoint(status)),
    field('last verified', lastVerification(status)),
    field('last run', lastRun(status)),
    field('running', running(status)),
    field('next run', nextRun(status)),
    ...budgets(status),
  ];
}

function field(name: string, value: string): string {
  return `  ${name.padEnd(15)}${printable(value)}`;
}

function lastPoint({ lastPoint: point, rpo }: JobStatus): string {
  if (point === null) return 'none';
  const allowed = rpo === null ? '' : `, rpo ${rpo.duration}`;
  return `${point.id} (${point.level}), ${duration(point.ageSeconds)} old${allowed}`;
}

function lastVerification({ lastVerification: verification }: JobStatus): string {
  if (verification === null) return 'never';
  return `${utc(verification.at)} UTC: ${verification.point} ${verification.level}`;
}

function lastRun({ lastRun: run }: JobStatus): string {
  if (run === null) return 'none that is known';
  const how = `${utc(run.endedAt)} UTC: ${run.run} ${ENDED[run.outcome]}`;
  return run.outcome === 'complete' ? how : `${how}: ${run.message}`;
}

const ENDED: Readonly<Record<Outcome, string>> = {
  complete: 'complete',
  incomplete: 'incomplete',
  guard: 'stopped by a guard',
  failed: 'failed',
  locked: 'locked',
  differs: 'differs',
};

function running({ running: holder, runInProgress }: JobStatus): string {
  if (holder !== null) return holder.holder;
  return runInProgress === null ? 'no' : `no; run ${runInProgress.run} waits to be carried on`;
}

function nextRun({ nextRun: run }: JobStatus): string {
  if (run === null) return 'by hand';
  const local = DateTime.fromISO(run.local, { setZone: true });
  const times = `${local.toFormat(`${FORMAT} ZZ`)} (${utc(run.at)} UTC)`;
  return run.isDue ? `due since ${times}` : times;
}

function budgets({ budget }: JobStatus): string[] {
  if (budget === null) return [];
  return (['source', 'target'] as const).map((side) => {
    const { ours, foreign, budget: allowed, limit } = budget[side];
    const total = ours + foreign;
    return field(
      `${side} share`,
      `${total} of ${limit} snapshots, budget ${allowed}: ${ours} of this job, ${foreign} of others`,
    );
  });
}

function utc(time: string): string {
  return DateTime.fromISO(time, { zone: 'utc' }).toFormat(FORMAT);
}
