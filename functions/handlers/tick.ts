import type { InvocationContext, Timer } from '@azure/functions';
import { type JobReport, runDueJobs } from '../../lib/backup/run-due-jobs.ts';
import { describeEnd, logRun, needsAttention } from './log-run.ts';
import { readSettings } from './settings.ts';

/** Shorter than the five minutes between two ticks, so that one has ended when the next begins. */
const BUDGET_MS = 270_000;

/**
 * Runs every job that is due by its own schedule, and carries on the runs that an earlier tick began.
 * @throws {ConfigurationError} when the app's settings or the configuration are wrong; nothing was touched
 * @throws {Error} at the end, when a job failed, differs or was stopped by a guard, so that monitoring sees it
 */
export async function tick(_timer: Timer, context: InvocationContext): Promise<void> {
  const { configuration, budgetMs = BUDGET_MS } = await readSettings(process.env);
  const reports = await runDueJobs({
    configuration,
    now: new Date(),
    budgetMs,
    observe: logRun(context),
    stop: new AbortController().signal,
  });
  const idle = reports.filter(({ kind }) => kind === 'not-due').map(({ job }) => job);
  if (idle.length > 0) context.debug(`not due: ${idle.join(', ')}`);
  const bad = reports.flatMap(complaint);
  if (bad.length > 0) throw new Error(bad.join('\n'));
}

function complaint(report: JobReport): string[] {
  if (report.kind === 'not-started') return [`${report.job}: could not be started: ${report.message}`];
  return report.kind === 'ran' && needsAttention(report.end) ? [describeEnd(report.end)] : [];
}
