import { type AccountOption, type Emulator, startEmulator } from './main.ts';

/** What `sharepair emulator` was asked for. */
export type EmulatorCommandOptions = {
  readonly port: number;
  /** `name` or `name=key`, the key in base64; two accounts, `source` and `target`, when there are none. */
  readonly accounts: readonly string[];
  readonly dataDir?: string;
  readonly https?: boolean;
  /** Prints one line of JSON for programs instead of text for people. */
  readonly json: boolean;
  /** Ends the emulator. */
  readonly signal: AbortSignal;
  /** Where lines go; standard output unless given. */
  readonly print?: (line: string) => void;
};

/** An account that cannot be had, in words for the person who asked for it. */
export class AccountArgumentError extends Error {}

/**
 * Runs an emulator until the signal fires, then saves its state to `dataDir`. The first line printed tells
 * that it is ready. Throws `AccountArgumentError` for an account that is misspelt.
 */
export async function runEmulatorCommand(options: EmulatorCommandOptions): Promise<void> {
  const accounts = options.accounts.map(parseAccount);
  const emulator = await startEmulator({
    port: options.port,
    https: options.https ?? false,
    ...(accounts.length === 0 ? {} : { accounts }),
    ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
  });
  const print = options.print ?? ((line) => process.stdout.write(`${line}\n`));
  try {
    if (options.json) print(readyJson(emulator));
    else for (const line of readyText(emulator, options.dataDir)) print(line);
    await fired(options.signal);
  } finally {
    await emulator.close();
  }
}

/** Reads `name` or `name=key`. */
export function parseAccount(text: string): AccountOption {
  const equals = text.indexOf('=');
  const name = equals < 0 ? text : text.slice(0, equals);
  if (!/^[a-z0-9]{3,24}$/.test(name)) {
    throw new AccountArgumentError(
      `"${name}" is no name of a storage account: it must be 3 to 24 lower-case letters and digits.`,
    );
  }
  if (equals < 0) return { name };
  const key = text.slice(equals + 1);
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(key) || Buffer.from(key, 'base64').toString('base64') !== key) {
    throw new AccountArgumentError(`The key of account ${name} is not base64.`);
  }
  return { name, key };
}

function readyJson(emulator: Emulator): string {
  const { httpsUrl } = emulator;
  return JSON.stringify({
    ready: true,
    accounts: emulator.accounts,
    control: emulator.control,
    proxy: emulator.url,
    ...(httpsUrl === undefined ? {} : { https: httpsUrl }),
  });
}

function readyText(emulator: Emulator, dataDir: string | undefined): string[] {
  const lines = [`Azure Files emulator ready on ${emulator.url}`];
  for (const account of emulator.accounts) {
    lines.push(
      '',
      `Account ${account.name}`,
      `  endpoint           ${account.endpoint}`,
      `  key                ${account.key}`,
      `  connection string  ${account.connectionString}`,
    );
  }
  lines.push('', `Control endpoint: ${emulator.control}`);
  lines.push(
    `State: ${dataDir === undefined ? 'in memory, gone at the end' : `kept in ${dataDir}`}`,
    'Ctrl-C ends it.',
  );
  return lines;
}

function fired(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
