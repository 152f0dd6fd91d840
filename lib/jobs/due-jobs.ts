import type { JobConfiguration } from './configuration.ts';
import { isDue } from './schedule.ts';

/** What is known of a job's runs when it is decided whether it should run now. */
export interface JobStanding {
  readonly job: JobConfiguration;
  /** Whether a run of the job has begun and neither ended nor failed. */
  readonly runInProgress: boolean;
  /** When the newest run began that made a recovery point or was stopped by a guard; undefined if none did. */
  readonly lastStart: Date | undefined;
}

/** `carry-on`: a run in progress goes on, whatever the schedule says. `schedule`: the job is due. */
export type StartReason = 'carry-on' | 'schedule';

/**
 * Why a job should run now; undefined when it should not.
 *
 * A run that failed leaves no trace here, so its job stays due and is tried again. One that was stopped by a
 * guard waits for the schedule's next occurrence, as it would stop again until a person has looked.
 */
export function startReason(
  { job, runInProgress, lastStart }: JobStanding,
  now: Date,
): StartReason | undefined {
  if (runInProgress) return 'carry-on';
  return isDue(job, lastStart, now) ? 'schedule' : undefined;
}

/**
 * The milliseconds that the next job to start may take, when `waiting` jobs, itself included, have not started
 * and `atOnce` of them run side by side. Each round of jobs gets an equal part of what remains, so that a job
 * that always uses up its part never keeps another from its own.
 */
export function budgetShare(remainingMs: number, waiting: number, atOnce: number): number {
  return Math.max(0, Math.floor(remainingMs / Math.max(1, Math.ceil(waiting / atOnce))));
}
