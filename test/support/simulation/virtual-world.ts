import { vi } from 'vitest';
import type { RequestInfo } from '../../../emulator/control/request-hooks.ts';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';
import type { Account, Share } from '../../../emulator/state/index.ts';
import { runBackup } from '../../../lib/backup/run-backup.ts';
import type { Configuration, RetentionPolicy } from '../../../lib/jobs/configuration.ts';
import { parseConfiguration } from '../../../lib/jobs/load.ts';
import type { EndEvent } from '../../../lib/report/events.ts';
import { emulatorAccount } from '../emulator-account.ts';
import { ShareBuilder } from '../share-builder.ts';
import { type Standing, standingOf } from './own-snapshots.ts';
import { type Course, type Scenario, SECOND_LAST, type Side } from './scenario.ts';

export const FIRST_JOB = 'finance';
export const SECOND_JOB = 'finance-elsewhere';
export type JobName = typeof FIRST_JOB | typeof SECOND_JOB;

/** What a request takes by the virtual clock. */
const REQUEST_MS = 20;
const MINUTE_MS = 60_000;
/** A lease of a run that was cut off ends within a minute. */
const LEASE_MS = 61_000;

/**
 * An emulator, and backups of it, on a clock that moves only as told and by a little with every request. Timers are
 * the real ones: what they are set to never comes within the real milliseconds of a run.
 */
export class VirtualWorld {
  readonly emulator: Emulator;
  readonly scenario: Scenario;
  /** Of the first job; may change while time goes by. */
  policy: RetentionPolicy;
  readonly #environment: Readonly<Record<string, string>>;

  private constructor(emulator: Emulator, scenario: Scenario) {
    this.emulator = emulator;
    this.scenario = scenario;
    this.policy = scenario.policy;
    this.#environment = {
      PROD_KEY: emulator.account('prodacct').key,
      DR_KEY: emulator.account('dracct').key,
    };
  }

  static async start(scenario: Scenario): Promise<VirtualWorld> {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date(scenario.from) });
    const emulator = await startEmulator({ accounts: [{ name: 'prodacct' }, { name: 'dracct' }] });
    emulator.state.clock.advance(scenario.clockAheadMinutes * 60_000);
    emulator.onRequest(({ phase }) => {
      if (phase === 'before') vi.setSystemTime(Date.now() + REQUEST_MS);
    });
    const world = new VirtualWorld(emulator, scenario);
    world.#account('prodacct').createShare('finance', { quotaGiB: 100 });
    return world;
  }

  async close(): Promise<void> {
    vi.useRealTimers();
    await this.emulator.close();
  }

  get now(): Date {
    return new Date();
  }

  /** By the clock of the service. */
  get serviceNow(): Date {
    return new Date(this.emulator.state.clock.milliseconds());
  }

  /** Moves the clock forward to the first whole minute from a time on; a time that is past leaves it where it is. */
  moveTo(time: Date): void {
    const minute = Math.ceil(time.getTime() / MINUTE_MS) * MINUTE_MS;
    if (minute > Date.now()) vi.setSystemTime(minute);
  }

  pass(milliseconds: number): void {
    vi.setSystemTime(Date.now() + milliseconds);
  }

  policyOf(job: JobName): RetentionPolicy {
    return job === FIRST_JOB ? this.policy : { last: SECOND_LAST };
  }

  get configuration(): Configuration {
    const { schedule, timeZone, budget } = this.scenario;
    const account = (name: string, variable: string) => ({
      endpoint: this.emulator.account(name).endpoint,
      credential: { accountKey: `env:${variable}` },
    });
    const job = (name: JobName, target: string) => ({
      source: { account: 'prod', share: 'finance' },
      target: { account: 'dr', share: target },
      schedule,
      timeZone,
      retention: this.policyOf(name),
      budget: { snapshots: budget },
      // Policies change and runs pause as no person would have them; what the guard does has tests of its own.
      guards: { maxPruned: '100%' },
    });
    const written = {
      accounts: { prod: account('prodacct', 'PROD_KEY'), dr: account('dracct', 'DR_KEY') },
      jobs: {
        [FIRST_JOB]: job(FIRST_JOB, 'finance-copy'),
        [SECOND_JOB]: job(SECOND_JOB, 'finance-elsewhere'),
      },
      requests: { concurrency: 4, retries: 2, retryDelayMs: 1 },
    };
    return parseConfiguration(JSON.stringify(written), {
      environment: this.#environment,
      fileName: 'simulation.json',
    });
  }

  get source(): Share {
    return this.#account('prodacct').getShare('finance');
  }

  /** Undefined before the first run of the job. */
  target(job: JobName): Share | undefined {
    const name = job === FIRST_JOB ? 'finance-copy' : 'finance-elsewhere';
    try {
      return this.#account('dracct').getShare(name);
    } catch {
      return undefined;
    }
  }

  share(job: JobName, side: Side): Share | undefined {
    return side === 'source' ? this.source : this.target(job);
  }

  standing(job: JobName): Standing {
    return standingOf(job, this.source, this.target(job));
  }

  /** Runs a job the way that is said, and lets the lease end that a run leaves behind when it was cut off. */
  async backUp(job: JobName, course: Course, options: { readonly adopt: boolean }): Promise<EndEvent> {
    const stop = new AbortController();
    const forget = this.#let(course, stop);
    try {
      return await runBackup({
        configuration: this.configuration,
        job,
        stop: stop.signal,
        lockWaitMs: 0,
        adopt: options.adopt,
        observe: (event) => {
          const isMirrored = event.event === 'phase' && event.phase === 'snapshot-target';
          const target = this.target(job);
          if (course.kind === 'tampered' && isMirrored && target !== undefined) {
            new ShareBuilder(target).file('written by somebody', 'else');
          }
        },
      });
    } finally {
      forget();
      if (course.kind === 'outage') this.pass(LEASE_MS);
    }
  }

  #let(course: Course, stop: AbortController): () => void {
    const { faults } = this.emulator;
    switch (course.kind) {
      case 'well':
      case 'tampered':
        return () => undefined;
      case 'stop': {
        let requests = 0;
        return this.emulator.onRequest(({ phase }: RequestInfo) => {
          if (phase === 'before') requests += 1;
          if (requests === course.at) stop.abort();
        });
      }
      case 'outage':
        faults.add({ skip: course.at - 1, times: 1_000_000, action: { kind: 'cut-before' } });
        break;
      case 'answer-lost':
        faults.add({ skip: course.at - 1, action: { kind: 'cut-after' } });
        break;
      case 'error': {
        const { status, code } = course;
        // As often as a request is tried, and on for others.
        faults.add({ skip: course.at - 1, times: 3, action: { kind: 'status', status, code } });
      }
    }
    return () => void faults.remove();
  }

  #account(name: string): Account {
    return emulatorAccount(this.emulator, name);
  }
}
