import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { accountCredential } from '../../lib/azure/credentials.ts';
import { Pace, type Place } from '../../lib/azure/pace.ts';
import { accountNameOf, StorageAccount } from '../../lib/azure/storage-account.ts';

const COMMAND = resolve(import.meta.dirname, '../../bin/sharepair.js');

/** Two accounts to measure between. On Azure there is no control endpoint. */
export type TransferAccounts = {
  readonly source: StorageAccount;
  readonly target: StorageAccount;
  readonly control: ((resource: string, body: object) => Promise<void>) | undefined;
  readonly end: () => Promise<void>;
};

/** The accounts on Azure that the environment names, as for test/live; else those of an emulator of their own. */
export async function openAccounts(): Promise<TransferAccounts> {
  const live = (side: string, what: string) => process.env[`SHAREPAIR_LIVE_${side}_${what}`];
  const [source, target] = [live('SOURCE', 'ENDPOINT'), live('TARGET', 'ENDPOINT')];
  if (source === undefined || target === undefined) return startEmulator();
  return {
    source: open(source, live('SOURCE', 'KEY')),
    target: open(target, live('TARGET', 'KEY')),
    control: undefined,
    end: async () => undefined,
  };
}

async function startEmulator(): Promise<TransferAccounts> {
  const child = spawn(process.execPath, [COMMAND, 'emulator', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line]: string[] = await once(createInterface(child.stdout), 'line');
  const ready: { accounts: { endpoint: string; key: string }[]; control: string } = JSON.parse(line ?? '');
  const [source, target] = ready.accounts.map(({ endpoint, key }) => open(endpoint, key));
  if (source === undefined || target === undefined) throw new Error('The emulator has too few accounts.');
  return {
    source,
    target,
    async control(resource, body) {
      const answer = await fetch(`${ready.control}${resource}`, {
        method: 'POST',
        body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(await answer.text());
    },
    async end() {
      // A Ctrl-C has ended it already.
      if (child.exitCode === null && child.signalCode === null && child.kill()) await once(child, 'exit');
    },
  };
}

function open(endpoint: string, key: string | undefined): StorageAccount {
  return new StorageAccount({
    endpoint,
    credential: accountCredential(
      key === undefined ? { kind: 'default' } : { kind: 'account-key', key },
      accountNameOf(endpoint),
    ),
    retries: 5,
    retryDelayMs: 400,
    timeoutMs: 120_000,
    concurrency: 64,
    pace: new OpenPace({ concurrency: 64, retryDelayMs: 400 }),
  });
}

/** Lets everything go at once, so that what is measured has the parallelism that it asks for. */
class OpenPace extends Pace {
  override async enter(): Promise<Place> {
    return this.enterAtOnce();
  }
}
