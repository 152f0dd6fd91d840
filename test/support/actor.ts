import { type BackupOptions, runBackup } from '../../lib/backup/run-backup.ts';
import { type PruneReport, runPrune } from '../../lib/backup/run-prune.ts';
import type { Configuration, JobConfiguration } from '../../lib/jobs/configuration.ts';
import { parseConfiguration } from '../../lib/jobs/load.ts';
import type { EndEvent } from '../../lib/report/events.ts';
import type { JobStatus } from '../../lib/report/status.ts';
import { listPoints, type PointList } from '../../lib/target/list-points.ts';
import { type PinReport, pinPoint, unpinPoint } from '../../lib/target/pin-point.ts';
import { readStatus } from '../../lib/target/read-status.ts';
import { unlockTarget } from '../../lib/target/unlock-target.ts';
import { runVerify, type VerifyReport } from '../../lib/verify/run-verify.ts';
import { Gate, type GatedRequest, type Side } from './gate.ts';
import { JOB, type World } from './world.ts';

/** Jobs by name, where they are not those of the world. */
export type Jobs = Readonly<Record<string, JobConfiguration>>;

/** One of several programs that work on the shares of a world at once, through a gate of its own. */
export class Actor {
  readonly gate: Gate;
  readonly configuration: Configuration;

  private constructor(gate: Gate, configuration: Configuration) {
    this.gate = gate;
    this.configuration = configuration;
  }

  static async enter(world: World, jobs: Jobs = world.configuration.jobs): Promise<Actor> {
    const gate = await Gate.open(world.emulator.url);
    const parsed = parseConfiguration(world.configurationText.replaceAll(world.emulator.url, gate.url), {
      environment: world.environment,
      fileName: 'test.json',
    });
    return new Actor(gate, { ...parsed, jobs });
  }

  backup(options: Partial<BackupOptions> = {}): Promise<EndEvent> {
    return runBackup({ ...this.#run, observe: () => undefined, ...options });
  }

  prune(): Promise<PruneReport> {
    return runPrune({ ...this.#run, dryRun: false });
  }

  verify(content: 'none' | 'whole' = 'none'): Promise<VerifyReport> {
    return runVerify({ ...this.#run, content: { kind: content } });
  }

  pin(point: string): Promise<PinReport> {
    const record = { reason: 'audit', until: undefined, by: 'ada', at: '2026-11-21T10:00:00.000Z' };
    return pinPoint({ ...this.#run, point }, record);
  }

  unpin(point: string): Promise<PinReport> {
    return unpinPoint({ ...this.#run, point });
  }

  unlock(): Promise<boolean> {
    return unlockTarget(this.configuration, JOB);
  }

  points(): Promise<PointList> {
    return listPoints(this.configuration, JOB);
  }

  status(): Promise<JobStatus> {
    return readStatus(this.configuration, JOB, new Date());
  }

  /** Whether it has the lock of the target, as far as the service is concerned. */
  get holdsLock(): boolean {
    const had = (action: string) =>
      this.gate.requests.some(
        ({ leaseAction, target, status = 0 }) =>
          leaseAction === action && !target.includes('sharesnapshot') && status > 0 && status < 300,
      );
    return had('acquire') && !had('release');
  }

  /** Holds the `at`-th request, and whatever is sent or answered from then on, as where a process is stopped. */
  pauseAt(at: number, side: Side): Pause {
    const pause = new Pause(at, side);
    this.gate.keeper = (request, passing) => pause.keep(request, passing);
    return pause;
  }

  leave(): Promise<void> {
    return this.gate.close();
  }

  get #run() {
    return {
      configuration: this.configuration,
      job: JOB,
      stop: new AbortController().signal,
      lockWaitMs: 0,
    };
  }
}

/** A standstill of an actor that is to come, or has. */
export class Pause {
  /** Resolves with the request at which it came. */
  readonly arrived: Promise<GatedRequest>;
  readonly #at: number;
  readonly #side: Side;
  readonly #over: Promise<void>;
  #arrive: (request: GatedRequest) => void = () => undefined;
  #end: () => void = () => undefined;
  #hasCome = false;

  constructor(at: number, side: Side) {
    this.#at = at;
    this.#side = side;
    this.arrived = new Promise((resolve) => {
      this.#arrive = resolve;
    });
    this.#over = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  async keep(request: GatedRequest, side: Side): Promise<void> {
    if (request.number === this.#at && side === this.#side) {
      this.#hasCome = true;
      this.#arrive(request);
    }
    if (this.#hasCome) await this.#over;
  }

  end(): void {
    this.#end();
  }
}
