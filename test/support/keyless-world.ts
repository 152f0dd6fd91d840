import { type Emulator, type EmulatorOptions, startEmulator } from '../../emulator/main.ts';
import type { Share } from '../../emulator/state/index.ts';
import { runBackup } from '../../lib/backup/run-backup.ts';
import type { Configuration } from '../../lib/jobs/configuration.ts';
import { parseConfiguration } from '../../lib/jobs/load.ts';
import type { EndEvent } from '../../lib/report/events.ts';
import { emulatorAccount } from './emulator-account.ts';
import { trustCertificate } from './trusted-emulator.ts';

export const JOB = 'finance';

type Side = 'prodacct' | 'dracct';

export interface KeylessWorldOptions {
  readonly principals: NonNullable<NonNullable<EmulatorOptions['identity']>['principals']>;
  readonly childrenTouchParent?: boolean;
  /** What the configuration says of an account besides where it is. */
  readonly access: (emulator: Emulator, account: Side) => Readonly<Record<string, unknown>>;
}

/** An emulator with two accounts that refuse keys, the managed identity of this process, and a job between them. */
export class KeylessWorld {
  readonly emulator: Emulator;
  readonly configuration: Configuration;
  readonly #distrust: () => void;

  private constructor(emulator: Emulator, configuration: Configuration, distrust: () => void) {
    this.emulator = emulator;
    this.configuration = configuration;
    this.#distrust = distrust;
  }

  static async start({ principals, access, ...options }: KeylessWorldOptions): Promise<KeylessWorld> {
    const emulator = await startEmulator({
      https: true,
      accounts: [
        { name: 'prodacct', allowSharedKeyAccess: false },
        { name: 'dracct', allowSharedKeyAccess: false },
      ],
      identity: { principals },
      ...options,
    });
    const distrust = await trustCertificate(emulator);
    const { endpoint, header } = emulator.identityInfo();
    process.env.IDENTITY_ENDPOINT = endpoint;
    process.env.IDENTITY_HEADER = header;
    const written = configurationText((name) => ({
      endpoint: emulator.account(name).httpsEndpoint,
      ...access(emulator, name),
    }));
    const configuration = parseConfiguration(written, { environment: {}, fileName: 'test.json' });
    return new KeylessWorld(emulator, configuration, distrust);
  }

  /** Forgets all shares, and makes an empty source. */
  begin(): Share {
    for (const { shares } of this.emulator.state.accounts) shares.clear();
    return emulatorAccount(this.emulator, 'prodacct').createShare('finance', { quotaGiB: 5120 });
  }

  get target(): Share {
    return emulatorAccount(this.emulator, 'dracct').getShare('finance-copy');
  }

  backup(): Promise<EndEvent> {
    return runBackup({
      configuration: this.configuration,
      job: JOB,
      observe: () => undefined,
      stop: new AbortController().signal,
      lockWaitMs: 0,
    });
  }

  async close(): Promise<void> {
    delete process.env.IDENTITY_ENDPOINT;
    delete process.env.IDENTITY_HEADER;
    this.#distrust();
    await this.emulator.close();
  }
}

function configurationText(account: (name: Side) => unknown): string {
  return JSON.stringify({
    accounts: { prod: account('prodacct'), dr: account('dracct') },
    jobs: {
      [JOB]: {
        source: { account: 'prod', share: 'finance' },
        target: { account: 'dr', share: 'finance-copy' },
        retention: { last: 2 },
      },
    },
    requests: { concurrency: 8, retries: 2, retryDelayMs: 1 },
  });
}
