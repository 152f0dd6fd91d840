import { z } from 'zod';
import type { Configuration } from '../jobs/configuration.ts';
import { budgetShare, type JobStanding, type StartReason, startReason } from '../jobs/due-jobs.ts';
import { type JobShares, openJob } from '../jobs/open-job.ts';
import { Limiter } from '../limiter.ts';
import type { EndEvent, Observe } from '../report/events.ts';
import { messageOf } from '../report/message-of.ts';
import { timeOfRun } from '../snapshots/recovery-points.ts';
import { readCatalogue } from '../target/read-catalogue.ts';
import { readOwnRun } from '../target/run-state.ts';
import { readSystemFolder, type SystemFolder } from '../target/system-folder.ts';
import { runBackup } from './run-backup.ts';

export interface DueJobsOptions {
  readonly configuration: Configuration;
  /** The time at which jobs are due or not. */
  readonly now: Date;
  /** Milliseconds for all jobs together. A run that has not ended by then is carried on by a later call. */
  readonly budgetMs: number;
  readonly observe: Observe;
  readonly stop: AbortSignal;
}

/** What became of one job. */
export type JobReport =
  | { readonly kind: 'not-due'; readonly job: string }
  | { readonly kind: 'ran'; readonly job: string; readonly reason: StartReason; readonly end: EndEvent }
  /** It could not even be told whether the job is due, or its run could not be started. */
  | { readonly kind: 'not-started'; readonly job: string; readonly message: string };

/** Side by side, so that a long run does not hold up the others; few, as each has its requests under way. */
const JOBS_AT_ONCE = 4;

/**
 * Runs every job that is due, and carries on every run in progress, within one budget. One job's failure keeps
 * no other from running. The reports are in the order of the configuration; nothing is thrown.
 *
 * A job that is not due costs three requests, one if it has no schedule.
 */
export async function runDueJobs(options: DueJobsOptions): Promise<readonly JobReport[]> {
  const end = performance.now() + options.budgetMs;
  const names = Object.keys(options.configuration.jobs);
  const checks = await Promise.all(names.map((name) => checkJob(options, name)));
  let waiting = checks.filter((check) => check.kind === 'due').length;
  const places = new Limiter(JOBS_AT_ONCE);
  return Promise.all(
    checks.map(async (check): Promise<JobReport> => {
      if (check.kind !== 'due') return check;
      await places.enter();
      try {
        const budgetMs = budgetShare(end - performance.now(), waiting, JOBS_AT_ONCE);
        waiting -= 1;
        return await runJob(options, check, budgetMs);
      } finally {
        places.leave();
      }
    }),
  );
}

interface DueJob {
  readonly kind: 'due';
  readonly job: string;
  readonly reason: StartReason;
}

async function checkJob(
  { configuration, now }: DueJobsOptions,
  name: string,
): Promise<DueJob | Exclude<JobReport, { kind: 'ran' }>> {
  try {
    const reason = startReason(await readStanding(openJob(configuration, name), now), now);
    return reason === undefined ? { kind: 'not-due', job: name } : { kind: 'due', job: name, reason };
  } catch (error) {
    return { kind: 'not-started', job: name, message: messageOf(error) };
  }
}

async function runJob(
  { configuration, observe, stop }: DueJobsOptions,
  { job, reason }: DueJob,
  budgetMs: number,
): Promise<JobReport> {
  try {
    // A lock that is held is not waited for: the next call comes soon, and the budget is for the other jobs.
    const end = await runBackup({ configuration, job, observe, stop, budgetMs, lockWaitMs: 0 });
    return { kind: 'ran', job, reason, end };
  } catch (error) {
    return { kind: 'not-started', job, message: messageOf(error) };
  }
}

async function readStanding(shares: JobShares, now: Date): Promise<JobStanding> {
  const { job, target } = shares;
  const folder = readSystemFolder(target);
  if ((await readOwnRun(folder, shares)) !== undefined)
    return { job, runInProgress: true, lastStart: undefined };
  const lastPoint = job.schedule === undefined ? undefined : await newestPointTime(shares);
  const standing = { job, runInProgress: false, lastStart: lastPoint };
  if (startReason(standing, now) === undefined) return standing;
  return { ...standing, lastStart: (await guardedRunTime(folder, lastPoint)) ?? lastPoint };
}

async function newestPointTime(shares: JobShares): Promise<Date | undefined> {
  const newest = (await readCatalogue(shares)).points.at(-1);
  return newest === undefined ? undefined : new Date(newest.time);
}

const journalSchema = z.object({ run: z.string(), outcome: z.string() });

/** When the newest run of the journal began, if it came after the newest recovery point and a guard stopped it. */
async function guardedRunTime(folder: SystemFolder, lastPoint: Date | undefined): Promise<Date | undefined> {
  const newest = (await folder.list('journal'))
    ?.filter((file) => timeOfRun(file) !== undefined)
    .sort()
    .at(-1);
  const time = newest === undefined ? undefined : timeOfRun(newest);
  if (newest === undefined || time === undefined) return undefined;
  const began = new Date(time);
  if (lastPoint !== undefined && began <= lastPoint) return undefined;
  const entry = journalSchema.safeParse(await folder.read(`journal/${newest}`));
  return entry.success && entry.data.outcome === 'guard' ? began : undefined;
}
