import type { JobConfiguration, RequestConfiguration } from '../jobs/configuration.ts';
import type { JobShares } from '../jobs/open-job.ts';
import { Failures } from '../mirror/failures.ts';
import type { Plan } from '../mirror/plan.ts';
import { Progress } from '../mirror/progress.ts';
import type { Observe, Outcome, PointReference, RunPhase } from '../report/events.ts';
import type { RequestTally } from '../report/request-tally.ts';

export interface RunScopeOptions {
  readonly shares: JobShares;
  readonly run: string;
  readonly observe: Observe;
  readonly stop: AbortSignal;
  readonly requests: RequestConfiguration;
  readonly tally: RequestTally;
  readonly adopt: boolean;
  readonly allowDeletes: boolean;
  readonly lockWaitMs: number;
  readonly sliceMs: number;
}

/** How a run ended, before it is put into its report. */
export interface BackupResult {
  readonly outcome: Outcome;
  readonly message: string;
  readonly point?: PointReference | undefined;
  /** The exact count of the verification, where there was one. */
  readonly entries?: number | undefined;
  readonly pruned?: readonly string[] | undefined;
  readonly plan?: Plan | undefined;
}

const PROGRESS_EVERY_MS = 500;

/** What the steps of one run share: its shares, its id, its progress, and who watches. */
export class RunScope {
  readonly shares: JobShares;
  readonly job: JobConfiguration;
  readonly stop: AbortSignal;
  readonly requests: RequestConfiguration;
  readonly tally: RequestTally;
  readonly adopt: boolean;
  readonly allowDeletes: boolean;
  readonly lockWaitMs: number;
  readonly sliceMs: number;
  readonly progress = new Progress();
  readonly failures = new Failures();
  /** ISO 8601. */
  startedAt = new Date().toISOString();
  run: string;
  expectedEntries: number | null = null;
  /** Entries that earlier processes of this run have met. */
  entriesBefore = 0;
  readonly #observe: Observe;
  readonly #began = performance.now();
  readonly #timer: NodeJS.Timeout;
  #phase: RunPhase = 'lock';

  constructor(options: RunScopeOptions) {
    this.shares = options.shares;
    this.job = options.shares.job;
    this.run = options.run;
    this.stop = options.stop;
    this.requests = options.requests;
    this.tally = options.tally;
    this.adopt = options.adopt;
    this.allowDeletes = options.allowDeletes;
    this.lockWaitMs = options.lockWaitMs;
    this.sliceMs = options.sliceMs;
    this.#observe = options.observe;
    this.#timer = setInterval(() => this.#reportProgress(), PROGRESS_EVERY_MS).unref();
  }

  /** Seconds since this process took the run up. */
  get seconds(): number {
    return Math.round((performance.now() - this.#began) / 10) / 100;
  }

  start(resumed: boolean, dryRun: boolean): void {
    this.#observe({ event: 'start', job: this.job.name, run: this.run, resumed, dryRun });
  }

  phase(phase: RunPhase): void {
    this.#phase = phase;
    this.#observe({ event: 'phase', job: this.job.name, run: this.run, phase });
  }

  note(message: string): void {
    this.#observe({ event: 'note', job: this.job.name, run: this.run, message });
  }

  stopReporting(): void {
    clearInterval(this.#timer);
  }

  #reportProgress(): void {
    const { entries, changed, deleted, bytesCopied, directory } = this.progress;
    this.#observe({
      event: 'progress',
      job: this.job.name,
      run: this.run,
      phase: this.#phase,
      entries,
      expectedEntries: this.expectedEntries,
      changed,
      deleted,
      bytes: bytesCopied,
      requests: this.tally.total,
      directory,
    });
  }
}
