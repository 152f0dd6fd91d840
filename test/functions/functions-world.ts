import { type Emulator, startEmulator } from '../../emulator/main.ts';
import type { Account, Share } from '../../emulator/state/index.ts';
import { parseConfiguration } from '../../lib/jobs/load.ts';
import { listPoints, type PointList } from '../../lib/target/list-points.ts';
import { emulatorAccount } from '../support/emulator-account.ts';
import { FunctionsHost } from '../support/functions-host.ts';
import { ShareBuilder } from '../support/share-builder.ts';

/** An occurrence a year: due before a job's first run, and not after it. */
export const ONCE_A_YEAR = '0 0 0 1 1 *';

export type JobSettings = Readonly<Record<string, unknown>>;

/** An emulator with two accounts, jobs between them, and hosts that run the built app with them as its settings. */
export class FunctionsWorld {
  readonly emulator: Emulator;
  readonly #folder: string;
  readonly #hosts: FunctionsHost[] = [];

  private constructor(emulator: Emulator, folder: string) {
    this.emulator = emulator;
    this.#folder = folder;
  }

  static async start(appFolder: string): Promise<FunctionsWorld> {
    const emulator = await startEmulator({ accounts: [{ name: 'prodacct' }, { name: 'dracct' }] });
    return new FunctionsWorld(emulator, appFolder);
  }

  /** Makes the source share of a job, with a file in it. */
  plant(job: string): ShareBuilder {
    return new ShareBuilder(this.#account('prodacct').createShare(job, { quotaGiB: 100 })).file(
      'a/b.txt',
      job,
    );
  }

  target(job: string): Share {
    return this.#account('dracct').getShare(targetOf(job));
  }

  /** Makes the target share of a job before any backup does. */
  createTarget(job: string): ShareBuilder {
    return new ShareBuilder(this.#account('dracct').createShare(targetOf(job), { quotaGiB: 100 }));
  }

  configuration(jobs: Readonly<Record<string, JobSettings>>): string {
    const account = (name: string, variable: string) => ({
      endpoint: this.emulator.account(name).endpoint,
      credential: { accountKey: `env:${variable}` },
    });
    return JSON.stringify({
      accounts: { prod: account('prodacct', 'PROD_KEY'), dr: account('dracct', 'DR_KEY') },
      jobs: Object.fromEntries(
        Object.entries(jobs).map(([name, settings]) => [
          name,
          {
            source: { account: 'prod', share: name },
            target: { account: 'dr', share: targetOf(name) },
            ...settings,
          },
        ]),
      ),
      requests: { concurrency: 8, retries: 2, retryDelayMs: 1 },
    });
  }

  /** Starts a host, to be stopped by {@link close}; `settings` come on top of the keys of the accounts. */
  async host(settings: Readonly<Record<string, string>>): Promise<FunctionsHost> {
    const host = await FunctionsHost.start(this.#folder, { ...this.#keys(), ...settings });
    this.#hosts.push(host);
    return host;
  }

  hostWith(
    jobs: Readonly<Record<string, JobSettings>>,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<FunctionsHost> {
    return this.host({ SHAREPAIR_CONFIG_JSON: this.configuration(jobs), ...settings });
  }

  async points(job: string): Promise<PointList['points']> {
    const environment = this.#keys();
    const text = this.configuration({ [job]: {} });
    const { points } = await listPoints(
      parseConfiguration(text, { environment, fileName: 'test.json' }),
      job,
    );
    return points;
  }

  async close(): Promise<void> {
    await Promise.all(this.#hosts.map((host) => host.stop()));
    await this.emulator.close();
  }

  #keys(): Readonly<Record<string, string>> {
    return { PROD_KEY: this.emulator.account('prodacct').key, DR_KEY: this.emulator.account('dracct').key };
  }

  #account(name: string): Account {
    return emulatorAccount(this.emulator, name);
  }
}

function targetOf(job: string): string {
  return `${job}-copy`;
}
