import type { IdentityInfo } from './identity/identity-info.ts';
import { type PrincipalOption, Principals, type RoleOption } from './identity/principals.ts';
import { type AccountOption, type Emulator, startEmulator } from './main.ts';

/** What `sharepair emulator` was asked for. */
export type EmulatorCommandOptions = {
  readonly port: number;
  /** `name` or `name=key`, the key in base64; two accounts, `source` and `target`, when there are none. */
  readonly accounts: readonly string[];
  readonly dataDir?: string;
  /** Saves to `dataDir` also whenever so many seconds have passed. */
  readonly saveEverySeconds?: number;
  readonly https?: boolean;
  /**
   * Managed identities as `NAME`, `NAME=ROLE,ROLE` or `NAME=ROLE@ACCOUNT`, a role being the name of a built-in
   * one or a single action; none when there are none.
   */
  readonly identities?: readonly string[];
  /** Takes bearer tokens over plain HTTP, too, which Azure does not. */
  readonly bearerOverHttp?: boolean;
  /** Prints one line of JSON for programs instead of text for people. */
  readonly json: boolean;
  /** Ends the emulator. */
  readonly signal: AbortSignal;
  /** Where lines go; standard output unless given. */
  readonly print?: (line: string) => void;
};

/** An account or identity that cannot be had, in words for the person who asked for it. */
export class AccountArgumentError extends Error {}

/**
 * Runs an emulator until the signal fires, then saves its state to `dataDir`. The first line printed tells
 * that it is ready. Throws `AccountArgumentError` for an account or identity that is misspelt.
 */
export async function runEmulatorCommand(options: EmulatorCommandOptions): Promise<void> {
  const accounts = options.accounts.map(parseAccount);
  const principals = parseIdentities(options.identities ?? []);
  const emulator = await startEmulator({
    port: options.port,
    https: options.https ?? false,
    identity: { principals, bearerOverHttp: options.bearerOverHttp ?? false },
    ...(accounts.length === 0 ? {} : { accounts }),
    ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
    ...(options.saveEverySeconds === undefined ? {} : { saveEveryMs: options.saveEverySeconds * 1000 }),
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

/** Reads `name`, `name=role,role` or `name=role@account`; no two may have one name. */
export function parseIdentities(texts: readonly string[]): PrincipalOption[] {
  const options = texts.map((text): PrincipalOption => {
    const equals = text.indexOf('=');
    const roles = equals < 0 ? [] : text.slice(equals + 1).split(',');
    return { name: equals < 0 ? text : text.slice(0, equals), roles: roles.map(parseRole) };
  });
  const principals = new Principals('');
  try {
    for (const option of options) principals.add(option);
  } catch (error) {
    throw new AccountArgumentError(error instanceof Error ? error.message : String(error));
  }
  return options;
}

function parseRole(text: string): RoleOption {
  const at = text.lastIndexOf('@');
  return at < 0 ? text : { role: text.slice(0, at), account: text.slice(at + 1) };
}

function readyJson(emulator: Emulator): string {
  const { httpsUrl } = emulator;
  return JSON.stringify({
    ready: true,
    accounts: emulator.accounts,
    control: emulator.control,
    proxy: emulator.url,
    resourceManager: emulator.resourceManager.url,
    subscription: emulator.resourceManager.subscriptionId,
    resourceGroup: emulator.resourceManager.resourceGroup,
    ...(httpsUrl === undefined ? {} : { https: httpsUrl }),
    ...(emulator.identity.isOn ? { identity: emulator.identityInfo() } : {}),
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
  if (emulator.identity.isOn) lines.push(...identityText(emulator.identityInfo()));
  lines.push('', `Control endpoint: ${emulator.control}`);
  lines.push(
    `State: ${dataDir === undefined ? 'in memory, gone at the end' : `kept in ${dataDir}`}`,
    'Ctrl-C ends it.',
  );
  return lines;
}

function identityText(info: IdentityInfo): string[] {
  const lines = [
    '',
    'Managed identities',
    `  IDENTITY_ENDPOINT  ${info.endpoint}`,
    `  IDENTITY_HEADER    ${info.header}`,
    `  tenant             ${info.tenant}`,
  ];
  for (const { name, clientId, roles } of info.principals) {
    const held = roles.map(({ role, account }) => (account === undefined ? role : `${role} on ${account}`));
    lines.push(`  ${name}: client id ${clientId}, ${held.join(', ') || 'no roles'}`);
  }
  return lines;
}

function fired(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
