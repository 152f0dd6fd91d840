import { EventEmitter } from 'node:events';
import { CONTROL_PATH, type ControlTarget, serveControl } from './control/control-api.ts';
import { Faults } from './control/faults.ts';
import { RequestCounters } from './control/request-counters.ts';
import { type RequestHook, RequestHooks } from './control/request-hooks.ts';
import { TrafficLimits } from './control/traffic-limits.ts';
import { given } from './http/given.ts';
import { Listeners } from './http/server.ts';
import { type Service, serve } from './http/service.ts';
import { type Account, type Clock, type CopyMode, EmulatorState } from './state/index.ts';

/** An account to start with; its key is made up unless given (base64). */
export type AccountOption = { readonly name: string; readonly key?: string };

/** How to start an emulator. */
export type EmulatorOptions = {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** 127.0.0.1 unless given. */
  readonly host?: string;
  /** Also listens for HTTPS, on `tlsPort` or any free port. */
  readonly https?: boolean;
  readonly tlsPort?: number;
  /** `source` and `target` unless given. Accounts found in `dataDir` are there besides. */
  readonly accounts?: readonly AccountOption[];
  /** Folder that the state is read from at start and written to at close. */
  readonly dataDir?: string;
  /** How long new accounts keep deleted shares, as the portal sets them up; 7 unless given, 0 for not at all. */
  readonly shareDeleteRetentionDays?: number;
  readonly clock?: Clock;
  readonly copyMode?: CopyMode;
  /**
   * Whether creating, deleting or renaming an entry moves the times of its directory, as NTFS does. False
   * unless given: the service has been seen to leave them.
   */
  readonly childrenTouchParent?: boolean;
  /** Fractional digits of snapshot ids that are not zero; see `StateOptions`. */
  readonly snapshotPrecision?: 'tick' | 'second';
};

/** How clients reach an account. */
export type AccountInfo = {
  readonly name: string;
  readonly key: string;
  /** Path-style URL without a slash at the end. */
  readonly endpoint: string;
  readonly connectionString: string;
  /** As `endpoint`, over HTTPS, when the emulator listens for it. */
  readonly httpsEndpoint?: string;
};

/** A running emulator. */
export interface Emulator {
  readonly port: number;
  /** `http://127.0.0.1:PORT`, which is also the URL of the proxy for host-style URLs. */
  readonly url: string;
  readonly httpsUrl: string | undefined;
  readonly accounts: readonly AccountInfo[];
  /** URL of the control endpoint. */
  readonly control: string;
  readonly state: EmulatorState;
  readonly requests: RequestCounters;
  readonly faults: Faults;
  readonly limits: TrafficLimits;
  /** The account of that name; throws when there is none. */
  account(name: string): AccountInfo;
  /** Adds an account while running. */
  addAccount(option: AccountOption): AccountInfo;
  /** Calls `hook` before and after each request is carried out; returns how to stop that. */
  onRequest(hook: RequestHook): () => void;
  /** Calls `listener` with each exception that was no error of the service; the client got 500. */
  onBug(listener: (error: unknown) => void): void;
  /** The certificate of TLS connections (HTTPS and CONNECT), its own authority, in PEM. */
  certificate(): Promise<string>;
  /** Writes the state to `dataDir`. */
  save(): Promise<void>;
  /** Breaks all connections, stops listening, and saves when there is a `dataDir`. */
  close(): Promise<void>;
}

/** Starts an emulator of Azure Files. Installs no signal handlers. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const host = options.host ?? '127.0.0.1';
  const state = await openState(options);
  const addAccount = (account: AccountOption) =>
    openAccount(state, account, options.shareDeleteRetentionDays ?? 7);
  for (const account of options.accounts ?? DEFAULT_ACCOUNTS) addAccount(account);
  const bugs = new EventEmitter<{ bug: [error: unknown] }>();
  const service: Service = {
    state,
    counters: new RequestCounters(),
    faults: new Faults(),
    limits: new TrafficLimits(),
    hooks: new RequestHooks(),
    onBug: (error) => bugs.emit('bug', error),
  };
  const listeners = new Listeners({
    host,
    port: options.port ?? 0,
    tlsPort: options.https === true || options.tlsPort !== undefined ? (options.tlsPort ?? 0) : undefined,
    hasAccount: (name) => state.findAccount(name) !== undefined,
    onRequest: (message, output, transport) => {
      if (message.url?.startsWith(CONTROL_PATH)) void serveControl(control, message, output);
      else void serve(service, message, output, transport);
    },
  });
  const save = async () => {
    if (options.dataDir !== undefined) await state.save(options.dataDir);
  };
  const { port, tlsPort } = await listeners.listen();
  const url = `http://${host}:${port}`;
  const httpsUrl = tlsPort === undefined ? undefined : `https://${host}:${tlsPort}`;
  const describe = (account: Account) => accountInfo(account, url, httpsUrl);
  const certificate = async () => (await listeners.certificate()).certificate;
  const control: ControlTarget = {
    state,
    counters: service.counters,
    faults: service.faults,
    limits: service.limits,
    accounts: () => [...state.accounts].map(describe),
    certificate,
    save,
  };
  let closing: Promise<void> | undefined;
  return {
    port,
    url,
    httpsUrl,
    control: `${url}${CONTROL_PATH}/`,
    state,
    requests: service.counters,
    faults: service.faults,
    limits: service.limits,
    get accounts() {
      return [...state.accounts].map(describe);
    },
    account(name) {
      const account = state.findAccount(name);
      if (account === undefined) throw new Error(`The emulator has no account ${name}.`);
      return describe(account);
    },
    addAccount: (account) => describe(addAccount(account)),
    onRequest: (hook) => service.hooks.add(hook),
    onBug: (listener) => {
      bugs.on('bug', listener);
    },
    certificate,
    save,
    close() {
      closing ??= listeners.close().then(save);
      return closing;
    },
  };
}

const DEFAULT_ACCOUNTS: readonly AccountOption[] = [{ name: 'source' }, { name: 'target' }];

function openAccount(state: EmulatorState, option: AccountOption, retentionDays: number): Account {
  const { name, key } = option;
  const known = state.findAccount(name);
  const account = state.addAccount(name, key === undefined ? undefined : [key]);
  if (known === undefined && retentionDays > 0) {
    const shareDeleteRetention = { enabled: true, days: retentionDays };
    account.serviceProperties = { ...account.serviceProperties, shareDeleteRetention };
  }
  return account;
}

async function openState(options: EmulatorOptions): Promise<EmulatorState> {
  const { clock, copyMode, childrenTouchParent = false, snapshotPrecision, dataDir } = options;
  const stateOptions = given({ clock, copyMode, childrenTouchParent, snapshotPrecision });
  const loaded = dataDir === undefined ? undefined : await EmulatorState.load(dataDir, stateOptions);
  return loaded ?? new EmulatorState(stateOptions);
}

function accountInfo(account: Account, url: string, httpsUrl: string | undefined): AccountInfo {
  const endpoint = `${url}/${account.name}`;
  const [key] = account.keys;
  const connectionString = `DefaultEndpointsProtocol=http;AccountName=${account.name};AccountKey=${key};FileEndpoint=${endpoint};`;
  return {
    name: account.name,
    key,
    endpoint,
    connectionString,
    ...(httpsUrl === undefined ? {} : { httpsEndpoint: `${httpsUrl}/${account.name}` }),
  };
}
