import { DateTime, Duration } from 'luxon';
import type { JobConfiguration } from '../jobs/configuration.ts';
import { isDue, latestOccurrence, nextOccurrence } from '../jobs/schedule.ts';
import type { Outcome, VerificationLevel } from './events.ts';

/** What the two shares of a job and what is kept beside them say of it. */
export interface JobFacts {
  readonly job: Pick<JobConfiguration, 'name' | 'schedule' | 'timeZone' | 'rpo'>;
  /** Oldest first. */
  readonly points: readonly {
    readonly id: string;
    /** When its run began, ISO 8601. */
    readonly time: string;
    readonly sourceSnapshot: string;
    readonly level: VerificationLevel;
  }[];
  /** Who holds the lock; undefined where nobody does. */
  readonly running: LockHolder | undefined;
  /** A run that has begun and neither ended nor failed, whether or not anybody carries it on right now. */
  readonly runInProgress: RunInProgress | undefined;
  readonly budget: Readonly<Record<'source' | 'target', SnapshotBudget>>;
  readonly lastVerification: LastVerification | undefined;
  readonly lastRun: EndedRun | undefined;
  /** What could not be read, so that these facts are not all there is to know. */
  readonly warnings: readonly string[];
}

export interface LockHolder {
  /** In words. */
  readonly holder: string;
  /** ISO 8601; null where the holder has not told. */
  readonly since: string | null;
}

export interface RunInProgress {
  readonly run: string;
  /** ISO 8601. */
  readonly startedAt: string;
}

/** How a run ended, as far as it could write it down: one that did not get the lock, or was killed, could not. */
export interface EndedRun {
  readonly run: string;
  readonly outcome: Outcome;
  /** What it said to people; of a status, the first sentence of it. */
  readonly message: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** ISO 8601. */
  readonly endedAt: string;
}

/** Snapshots of one share. */
export interface SnapshotBudget {
  /** The job's own. */
  readonly ours: number;
  /** Everybody else's, those of other jobs included. */
  readonly foreign: number;
  /** The most that a run may bring the share to. */
  readonly budget: number;
  /** The most that the service allows. */
  readonly limit: number;
}

export interface LastVerification {
  readonly point: string;
  readonly level: VerificationLevel;
  /** ISO 8601. */
  readonly at: string;
}

/**
 * `late`: the newest complete recovery point is older than the job's `rpo`, or there is none. `differs`: the two
 * snapshots of a recovery point were found not to be equal. `failed`: the facts could not be read.
 */
export type Verdict = 'good' | 'late' | 'differs' | 'failed';

export interface JobStatus {
  readonly job: string;
  readonly verdict: Verdict;
  /** Why the verdict is not `good`, for people. */
  readonly reasons: readonly string[];
  /** The newest recovery point that does not differ. */
  readonly lastPoint: LastPoint | null;
  /** `null` without an `rpo`. */
  readonly rpo: { readonly duration: string; readonly isMet: boolean } | null;
  readonly running: LockHolder | null;
  readonly runInProgress: RunInProgress | null;
  /** `null` without a schedule. */
  readonly nextRun: NextRun | null;
  readonly budget: JobFacts['budget'] | null;
  readonly lastVerification: LastVerification | null;
  readonly lastRun: EndedRun | null;
  /** Recovery points that differ, oldest first. */
  readonly differing: readonly string[];
  readonly warnings: readonly string[];
}

export interface LastPoint {
  readonly id: string;
  readonly level: VerificationLevel;
  /** When its source snapshot was made: what was written later is in no recovery point. ISO 8601 in UTC. */
  readonly takenAt: string;
  readonly ageSeconds: number;
}

export interface NextRun {
  /** ISO 8601 in UTC. */
  readonly at: string;
  /** The same on the clock of the job's time zone, ISO 8601. */
  readonly local: string;
  /** Whether that time is past: the run has not begun, or has not ended yet. */
  readonly isDue: boolean;
}

/** Judges a job by what its shares say. */
export function statusOf(facts: JobFacts, now: Date): JobStatus {
  const { job, points, budget, warnings } = facts;
  const last = points.findLast(({ level }) => level !== 'differs');
  const differing = points.filter(({ level }) => level === 'differs').map(({ id }) => id);
  const rpo = job.rpo === undefined ? null : { duration: job.rpo, isMet: isWithin(job.rpo, last, now) };
  const late = latenessOf(last, rpo, now);
  if (last === undefined && warnings.length > 0) {
    // Whoever could not read one of the two shares has seen no recovery point, and there may be some.
    return { ...unreadableStatus(job.name, warnings.join('; ')), running: facts.running ?? null };
  }
  const reasons = [
    ...differing.map((id) => `recovery point ${id}: its two snapshots are not equal`),
    ...(late === undefined ? [] : [late]),
  ];
  return {
    job: job.name,
    verdict: differing.length > 0 ? 'differs' : late === undefined ? 'good' : 'late',
    reasons,
    lastPoint: last === undefined ? null : lastPointOf(last, now),
    rpo,
    running: facts.running ?? null,
    runInProgress: facts.runInProgress ?? null,
    nextRun: job.schedule === undefined ? null : nextRunOf(facts, job.schedule, now),
    budget,
    lastVerification: facts.lastVerification ?? null,
    lastRun: facts.lastRun === undefined ? null : inShort(facts.lastRun),
    differing,
    warnings,
  };
}

/** The status of a job of which nothing could be read. */
export function unreadableStatus(job: string, message: string): JobStatus {
  return {
    job,
    verdict: 'failed',
    reasons: [message],
    lastPoint: null,
    rpo: null,
    running: null,
    runInProgress: null,
    nextRun: null,
    budget: null,
    lastVerification: null,
    lastRun: null,
    differing: [],
    warnings: [],
  };
}

function inShort(run: EndedRun): EndedRun {
  const [sentence = ''] = run.message.split(/\.(?=\s|$)/);
  return { ...run, message: sentence };
}

const WORST_FIRST: readonly Verdict[] = ['failed', 'differs', 'late', 'good'];

/** The verdict on several jobs; good when there is none. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  return WORST_FIRST.find((verdict) => verdicts.includes(verdict)) ?? 'good';
}

type Point = JobFacts['points'][number];

/** Months and years are counted by the calendar, in UTC. */
function isWithin(rpo: string, last: Point | undefined, now: Date): boolean {
  if (last === undefined || isToCome(last, now)) return false;
  const earliest = DateTime.fromJSDate(now, { zone: 'utc' }).minus(Duration.fromISO(rpo));
  return takenAt(last) >= earliest.toMillis();
}

function latenessOf(last: Point | undefined, rpo: JobStatus['rpo'], now: Date): string | undefined {
  if (last === undefined) return 'there is no complete recovery point';
  if (rpo === null || rpo.isMet) return undefined;
  if (isToCome(last, now)) {
    return `the newest complete recovery point is of ${last.sourceSnapshot}, which is to come by the clock of this machine: that is wrong, so that nobody can tell whether the rpo of ${rpo.duration} is met`;
  }
  return `the newest complete recovery point is older than the rpo of ${rpo.duration}`;
}

/** The service itself accepts no request whose time is further away from its own than this. */
const LARGEST_SKEW_MS = 15 * 60_000;

function isToCome(last: Point, now: Date): boolean {
  return takenAt(last) > now.getTime() + LARGEST_SKEW_MS;
}

function lastPointOf(last: Point, now: Date): LastPoint {
  const ageSeconds = Math.max(0, Math.round((now.getTime() - takenAt(last)) / 1000));
  return { id: last.id, level: last.level, takenAt: last.sourceSnapshot, ageSeconds };
}

/** Milliseconds since 1970: a snapshot's id is the time at which it was made. */
function takenAt({ sourceSnapshot, time }: Point): number {
  const made = Date.parse(sourceSnapshot);
  return Number.isNaN(made) ? Date.parse(time) : made;
}

function nextRunOf({ job, points, lastRun }: JobFacts, schedule: string, now: Date): NextRun {
  // One that a guard has stopped waits for the next occurrence, as it would stop again.
  const starts = [points.at(-1)?.time, lastRun?.outcome === 'guard' ? lastRun.startedAt : undefined];
  const started = starts.flatMap((time) => (time === undefined ? [] : [Date.parse(time)]));
  const lastStart = started.length === 0 ? undefined : new Date(Math.max(...started));
  const due = isDue(job, lastStart, now);
  const occurrence = due ? latestOccurrence : nextOccurrence;
  const at = DateTime.fromJSDate(occurrence(schedule, job.timeZone, now), { zone: 'utc' });
  return {
    at: at.toISO({ suppressMilliseconds: true }) ?? '',
    local: at.setZone(job.timeZone).toISO({ suppressMilliseconds: true }) ?? '',
    isDue: due,
  };
}
