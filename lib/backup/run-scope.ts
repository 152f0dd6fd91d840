import type { JobConfiguration, RequestConfiguration } from '../jobs/configuration.ts';
import type { JobShares } from '../jobs/open-job.ts';
import type { ContentSample } from '../mirror/content-sample.ts';
import { Failures } from '../mirror/failures.ts';
import { Progress } from '../mirror/progress.ts';
import { SampleProgress } from '../mirror/sampled-content.ts';
import type { FailedEntry, Observe, Outcome, PointReference, RunPhase } from '../report/events.ts';
import { PhaseLog, type PhaseReport } from '../report/phase-log.ts';
import type { Plan } from '../report/plan.ts';
import { etaSeconds, ProgressRate } from '../report/progress-rate.ts';
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
  readonly allowChanges: boolean;
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
  /** What failed and did not keep the run from making its recovery point. */
  readonly tolerated?: readonly FailedEntry[] | undefined;
}

const PROGRESS_EVERY_MS = 500;
/** Long enough for one large file not to look like a standstill, short enough to show what has changed. */
const RATE_WINDOW_MS = 30_000;

/** What the steps of one run share: its shares, its id, its progress, and who watches. */
export class RunScope {
  readonly shares: JobShares;
  readonly job: JobConfiguration;
  readonly stop: AbortSignal;
  readonly requests: RequestConfiguration;
  readonly tally: RequestTally;
  readonly adopt: boolean;
  readonly allowDeletes: boolean;
  readonly allowChanges: boolean;
  readonly lockWaitMs: number;
  readonly sliceMs: number;
  readonly progress = new Progress();
  readonly failures = new Failures();
  readonly sampled = new SampleProgress();
  /** The files whose bytes are compared; undefined for none, or where that is not known yet. */
  sample: ContentSample | undefined;
  /** ISO 8601. */
  startedAt = new Date().toISOString();
  run: string;
  expectedEntries: number | null = null;
  /** Entries that earlier processes of this run have met. */
  entriesBefore = 0;
  readonly #observe: Observe;
  readonly #phases = new PhaseLog();
  readonly #rate = new ProgressRate(RATE_WINDOW_MS);
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
    this.allowChanges = options.allowChanges;
    this.lockWaitMs = options.lockWaitMs;
    this.sliceMs = options.sliceMs;
    this.#observe = options.observe;
    this.#timer = setInterval(() => this.#reportProgress(), PROGRESS_EVERY_MS).unref();
  }

  /** Seconds since this process took the run up. */
  get seconds(): number {
    return Math.round((performance.now() - this.#began) / 10) / 100;
  }

  /** What each phase took up to now. */
  get phases(): readonly PhaseReport[] {
    return this.#phases.report(performance.now(), this.tally.counts);
  }

  start(resumed: boolean, dryRun: boolean): void {
    this.#observe({ event: 'start', job: this.job.name, run: this.run, resumed, dryRun });
  }

  phase(phase: RunPhase): void {
    this.#phase = phase;
    this.#phases.begin(phase, performance.now(), this.tally.counts);
    this.#rate.restart();
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
    this.#rate.add(performance.now(), entries);
    const rate = this.#rate.perSecond;
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
      rate,
      etaSeconds: etaSeconds(this.#remaining, rate),
      directory,
    });
  }

  /** Entries that are still to be met, if there are as many as in the previous recovery point. */
  get #remaining(): number | null {
    const met = this.entriesBefore + this.progress.entries;
    return this.expectedEntries === null ? null : Math.max(0, this.expectedEntries - met);
  }
}
