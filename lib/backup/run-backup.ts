import type { Configuration } from '../jobs/configuration.ts';
import { openJob } from '../jobs/open-job.ts';
import type { PriceTable } from '../report/billing.ts';
import type { EndEvent, Observe, Outcome } from '../report/events.ts';
import { messageOf } from '../report/message-of.ts';
import { RequestTally } from '../report/request-tally.ts';
import { LockedError } from '../target/take-lock.ts';
import { backUp } from './back-up.ts';
import { dryRun } from './dry-run.ts';
import { PreflightError } from './prepare-target.ts';
import { newRunId } from './run-id.ts';
import { type BackupResult, RunScope } from './run-scope.ts';
import { reportFailure } from './toleration.ts';

export interface BackupOptions {
  readonly configuration: Configuration;
  /** The name of the job to run. */
  readonly job: string;
  readonly observe: Observe;
  /** Aborted when the run is to stop soon; what it has done stays and the next run carries on. */
  readonly stop: AbortSignal;
  /** Milliseconds after which the run stops by itself, to be carried on later. Unbounded unless given. */
  readonly budgetMs?: number | undefined;
  /** Only say what a run would do. */
  readonly dryRun?: boolean | undefined;
  /** How many changes the plan of a dry run names one by one; ten thousand unless given. */
  readonly namedChanges?: number | undefined;
  /** What the plan of a dry run estimates the cost from. */
  readonly prices?: PriceTable | undefined;
  /** Make a target that holds unexplained data the job's own. */
  readonly adopt?: boolean | undefined;
  /** Delete as much as the mirror needs, whatever the job's guard says. */
  readonly allowDeletes?: boolean | undefined;
  /** Overwrite as much as the mirror needs, whatever the job's guard says. */
  readonly allowChanges?: boolean | undefined;
  /** Milliseconds to wait for a lock whose holder may have died. */
  readonly lockWaitMs?: number | undefined;
  /** Milliseconds after which the state of a mirror is written down; a kill costs at most so much of a walk. */
  readonly sliceMs?: number | undefined;
}

/** A lease lasts 60 s, so within this time the lock of a run that died is free. */
const LOCK_WAIT_MS = 75_000;
const SLICE_MS = 4 * 60_000;
const NAMED_CHANGES = 10_000;
/** What is under way when a run is asked to stop has this long to end; then it is cut off, as by a kill. */
const GRACE_MS = 15_000;

/**
 * Runs one job: lock, source snapshot, mirror, target snapshot, listing verification, prune.
 *
 * Always resolves to a report of how it ended; what went wrong is in its outcome and message.
 * @throws {UnknownJobError} when the configuration has no such job.
 */
export async function runBackup(options: BackupOptions): Promise<EndEvent> {
  const tally = new RequestTally();
  const stop = stopWithin(options.stop, options.budgetMs);
  const cutOff = abortedAfter(stop, GRACE_MS);
  const shares = openJob(options.configuration, options.job, { observer: tally.observe, signal: cutOff });
  const scope = new RunScope({
    shares,
    run: newRunId(new Date()),
    observe: options.observe,
    stop,
    requests: options.configuration.requests,
    tally,
    adopt: options.adopt === true,
    allowDeletes: options.allowDeletes === true,
    allowChanges: options.allowChanges === true,
    lockWaitMs: options.lockWaitMs ?? LOCK_WAIT_MS,
    sliceMs: options.sliceMs ?? SLICE_MS,
  });
  const { namedChanges = NAMED_CHANGES, prices } = options;
  const result = await attempt(scope, () =>
    options.dryRun === true ? dryRun(scope, { namedChanges, prices }) : backUp(scope),
  );
  const report = endOf(scope, result);
  options.observe(report);
  return report;
}

async function attempt(scope: RunScope, run: () => Promise<BackupResult>): Promise<BackupResult> {
  try {
    return await run();
  } catch (error) {
    return { outcome: outcomeOf(error, scope), message: messageOf(error) };
  } finally {
    scope.stopReporting();
  }
}

function outcomeOf(error: unknown, scope: RunScope): Outcome {
  if (error instanceof LockedError) return 'locked';
  if (error instanceof PreflightError && error.isGuard) return 'guard';
  if (scope.stop.aborted) return 'incomplete';
  return 'failed';
}

function endOf(scope: RunScope, result: BackupResult): EndEvent {
  const { progress, failures, tally } = scope;
  return {
    event: 'end',
    outcome: result.outcome,
    job: scope.job.name,
    run: scope.run,
    point: result.point ?? null,
    entries: result.entries ?? progress.entries,
    changed: progress.changed,
    deleted: progress.deleted,
    bytes: progress.bytesCopied,
    bytesThroughClient: progress.bytesThroughClient,
    failed: failures.list.map(reportFailure),
    failures: failures.count,
    tolerated: result.tolerated ?? [],
    sample: scope.sample === undefined ? null : { ...scope.sample, ...scope.sampled },
    pruned: result.pruned ?? [],
    requests: { ...tally.counts },
    phases: scope.phases,
    startedAt: scope.startedAt,
    seconds: scope.seconds,
    message: result.message,
    ...(result.plan === undefined ? {} : { plan: result.plan }),
  };
}

function stopWithin(stop: AbortSignal, budgetMs: number | undefined): AbortSignal {
  return budgetMs === undefined ? stop : AbortSignal.any([stop, AbortSignal.timeout(budgetMs)]);
}

/** Aborted some time after `signal` is. */
function abortedAfter(signal: AbortSignal, milliseconds: number): AbortSignal {
  const later = new AbortController();
  const start = () => void setTimeout(() => later.abort(), milliseconds).unref();
  if (signal.aborted) start();
  else signal.addEventListener('abort', start, { once: true });
  return later.signal;
}
