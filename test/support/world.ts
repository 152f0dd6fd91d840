import type { Emulator } from '../../emulator/main.ts';
import { startEmulator } from '../../emulator/main.ts';
import type { Account, Share } from '../../emulator/state/index.ts';
import { type BackupOptions, runBackup } from '../../lib/backup/run-backup.ts';
import type { Configuration, JobConfiguration } from '../../lib/jobs/configuration.ts';
import { parseConfiguration } from '../../lib/jobs/load.ts';
import type { EndEvent, RunEvent } from '../../lib/report/events.ts';
import { listPoints, type PointList } from '../../lib/target/list-points.ts';
import { runVerify, type VerifyReport, type VerifyRunOptions } from '../../lib/verify/run-verify.ts';
import { emulatorAccount } from './emulator-account.ts';

export const JOB = 'finance';

export type JobSettings = Readonly<Record<string, unknown>>;

export interface WorldOptions {
  readonly job?: Partial<Pick<JobConfiguration, 'retention' | 'guards' | 'compare' | 'budget'>>;
  /** Settings of the job as they are written in the file: filters, tolerate and the like. */
  readonly written?: JobSettings;
  readonly concurrency?: number;
  readonly retries?: number;
  readonly childrenTouchParent?: boolean;
}

/** An emulator with two accounts, a source share, and a job that backs it up. */
export class World {
  readonly emulator: Emulator;
  readonly configuration: Configuration;
  readonly configurationText: string;
  /** What the configuration's `env:` references name. */
  readonly environment: Readonly<Record<string, string>>;

  private constructor(emulator: Emulator, options: WorldOptions) {
    this.emulator = emulator;
    const account = (name: string, variable: string) => ({
      endpoint: emulator.account(name).endpoint,
      credential: { accountKey: `env:${variable}` },
    });
    this.configurationText = JSON.stringify({
      accounts: { prod: account('prodacct', 'PROD_KEY'), dr: account('dracct', 'DR_KEY') },
      jobs: {
        [JOB]: {
          source: { account: 'prod', share: 'finance' },
          target: { account: 'dr', share: 'finance-copy' },
          retention: options.job?.retention ?? { last: 30 },
          ...options.written,
        },
      },
      requests: { concurrency: options.concurrency ?? 8, retries: options.retries ?? 2, retryDelayMs: 1 },
    });
    this.environment = { PROD_KEY: emulator.account('prodacct').key, DR_KEY: emulator.account('dracct').key };
    const parsed = parseConfiguration(this.configurationText, {
      environment: this.environment,
      fileName: 'test.json',
    });
    const job = parsed.jobs[JOB];
    if (job === undefined) throw new Error('the test configuration has lost its job');
    this.configuration = { ...parsed, jobs: { [JOB]: { ...job, ...options.job } } };
  }

  /** The configuration with other settings of the job. */
  configured(settings: JobSettings): Configuration {
    const written = JSON.parse(this.configurationText);
    Object.assign(written.jobs[JOB], settings);
    const source = { environment: this.environment, fileName: 'test.json' };
    return parseConfiguration(JSON.stringify(written), source);
  }

  static async start(options: WorldOptions = {}): Promise<World> {
    // Whether children move the times of their directory is not documented; the harder case is the one to test.
    const emulator = await startEmulator({
      accounts: [{ name: 'prodacct' }, { name: 'dracct' }],
      childrenTouchParent: options.childrenTouchParent ?? true,
    });
    const world = new World(emulator, options);
    world.#account('prodacct').createShare('finance', { quotaGiB: 5120 });
    return world;
  }

  get source(): Share {
    return this.#account('prodacct').getShare('finance');
  }

  get target(): Share {
    return this.#account('dracct').getShare('finance-copy');
  }

  /** The share that does not exist before the first backup, made by hand. */
  createTarget(): Share {
    return this.#account('dracct').createShare('finance-copy', { quotaGiB: 5120 });
  }

  async backup(options: Partial<BackupOptions> & { readonly events?: RunEvent[] } = {}): Promise<EndEvent> {
    return runBackup({
      configuration: this.configuration,
      job: JOB,
      observe: (event) => options.events?.push(event),
      stop: new AbortController().signal,
      lockWaitMs: 0,
      ...options,
    });
  }

  /** Verifies every recovery point of the job, and reads every file, unless told otherwise. */
  async verify(options: Partial<VerifyRunOptions> = {}): Promise<VerifyReport> {
    return runVerify({
      configuration: this.configuration,
      job: JOB,
      content: { kind: 'whole' },
      stop: new AbortController().signal,
      lockWaitMs: 0,
      ...options,
    });
  }

  points(): Promise<PointList> {
    return listPoints(this.configuration, JOB);
  }

  /** Requests since the last call, by operation, over both accounts, as the server counted them. */
  requests(): Partial<Record<string, number>> {
    const counts = { ...this.emulator.requests.operations() };
    this.emulator.requests.reset();
    return counts;
  }

  async close(): Promise<void> {
    await this.emulator.close();
  }

  #account(name: string): Account {
    return emulatorAccount(this.emulator, name);
  }
}
