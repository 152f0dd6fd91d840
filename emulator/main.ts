import { EventEmitter } from 'node:events';
import { CONTROL_PATH, type ControlTarget, serveControl } from './control/control-api.ts';
import { Faults } from './control/faults.ts';
import { openLimits, type TrafficOptions } from './control/open-limits.ts';
import { RequestCounters } from './control/request-counters.ts';
import { type RequestHook, RequestHooks } from './control/request-hooks.ts';
import type { TrafficLimits } from './control/traffic-limits.ts';
import { given } from './http/given.ts';
import { Listeners } from './http/server.ts';
import { type Service, serve } from './http/service.ts';
import { Identity, type IdentityOptions } from './identity/identity.ts';
import { type IdentityInfo, identityInfo } from './identity/identity-info.ts';
import { isIdentityRequest, serveIdentity } from './identity/serve-identity.ts';
import type { ManagementLimits } from './resource-manager/management-limits.ts';
import {
  openResourceManager,
  type ResourceManagerOptions,
} from './resource-manager/open-resource-manager.ts';
import { isManagementTarget } from './resource-manager/route-management.ts';
import { serveManagement } from './resource-manager/serve-management.ts';
import { Saving } from './saving.ts';
import {
  type Account,
  type AccountSecurity,
  type Clock,
  type CopyMode,
  EmulatorState,
} from './state/index.ts';

/** An account to start with; its key is made up unless given (base64). */
export type AccountOption = {
  readonly name: string;
  readonly key?: string;
  /** Where Resource Manager has the account; see `ResourceManagerOptions`. */
  readonly resourceGroup?: string;
} & Partial<AccountSecurity>;

/** How to start an emulator. */
export type EmulatorOptions = TrafficOptions & {
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
  /** Writes the state to `dataDir` also whenever so many milliseconds have passed, if there were requests. */
  readonly saveEveryMs?: number;
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
  /** How long a snapshot, and the deletion of a share, are in progress by the clock; see `StateOptions`. */
  readonly snapshotDurationMs?: number;
  readonly shareDeletionMs?: number;
  readonly resourceManager?: ResourceManagerOptions;
  /** Managed identities and service principals that get tokens, and their roles; none unless given. */
  readonly identity?: IdentityOptions;
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
  /** The account's id in Resource Manager. */
  readonly resourceId: string;
};

/** How clients reach Resource Manager. */
export type ResourceManagerInfo = {
  /** Over HTTPS when the emulator listens for it; clients send tokens over nothing else. */
  readonly url: string;
  readonly subscriptionId: string;
  /** Of accounts that name none themselves. */
  readonly resourceGroup: string;
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
  readonly resourceManager: ResourceManagerInfo;
  /** Principals, roles and tokens. */
  readonly identity: Identity;
  /** How clients get tokens. */
  identityInfo(): IdentityInfo;
  /** Limits of Resource Manager, which apply while `throttling` is on. */
  readonly managementLimits: ManagementLimits;
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
  const bugs = new EventEmitter<{ bug: [error: unknown] }>();
  const identity = new Identity(options.identity ?? {}, () => state.clock.milliseconds());
  const service: Service = {
    state,
    identity,
    counters: new RequestCounters(),
    faults: new Faults(),
    limits: openLimits(options),
    hooks: new RequestHooks(),
    onBug: (error) => bugs.emit('bug', error),
  };
  const manager = openResourceManager(
    service,
    options.resourceManager ?? {},
    (account) => `${httpsUrl ?? url}/${account}/`,
  );
  const addAccount = (account: AccountOption) => {
    if (account.resourceGroup !== undefined) manager.resources.place(account.name, account.resourceGroup);
    return openAccount(state, account, options.shareDeleteRetentionDays ?? 7);
  };
  for (const account of options.accounts ?? DEFAULT_ACCOUNTS) addAccount(account);
  const hasAccount = (name: string) => state.findAccount(name) !== undefined;
  const listeners = new Listeners({
    host,
    port: options.port ?? 0,
    tlsPort: options.https === true || options.tlsPort !== undefined ? (options.tlsPort ?? 0) : undefined,
    hasAccount,
    onRequest: (message, output, transport) => {
      saving.noteRequest();
      if (message.url?.startsWith(CONTROL_PATH)) void serveControl(control, message, output);
      else if (isManagementTarget(message.url ?? '', message.headers.host, hasAccount)) {
        void serveManagement(manager, message, output, transport);
      } else if (isIdentityRequest(message.url ?? '')) {
        void serveIdentity({ identity, hasAccount }, message, output, transport.protocol);
      } else void serve(service, message, output, transport);
    },
  });
  const saving = new Saving(state, options.dataDir);
  if (options.saveEveryMs !== undefined) saving.saveEvery(options.saveEveryMs, service.onBug);
  const save = () => saving.save();
  const { port, tlsPort } = await listeners.listen();
  const url = `http://${host}:${port}`;
  const httpsUrl = tlsPort === undefined ? undefined : `https://${host}:${tlsPort}`;
  const describe = (account: Account) =>
    accountInfo(account, url, httpsUrl, manager.resources.idOf(account.name));
  const certificate = async () => (await listeners.certificate()).certificate;
  const control: ControlTarget = {
    state,
    counters: service.counters,
    faults: service.faults,
    limits: service.limits,
    accounts: () => [...state.accounts].map(describe),
    certificate,
    save,
    hasFolder: saving.hasFolder,
    management: manager,
    identity,
    identityInfo: () => identityInfo(identity, url, httpsUrl),
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
    resourceManager: {
      url: httpsUrl ?? url,
      subscriptionId: manager.resources.subscriptionId,
      resourceGroup: manager.resources.defaultResourceGroup,
    },
    managementLimits: manager.limits,
    identity,
    identityInfo: control.identityInfo,
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
      closing ??= listeners.close().then(() => saving.close());
      return closing;
    },
  };
}

const DEFAULT_ACCOUNTS: readonly AccountOption[] = [{ name: 'source' }, { name: 'target' }];

function openAccount(state: EmulatorState, option: AccountOption, retentionDays: number): Account {
  const { name, key, allowSharedKeyAccess, allowedCopyScope, tenantId, virtualNetwork } = option;
  const known = state.findAccount(name);
  const account = state.addAccount(name, key === undefined ? undefined : [key]);
  if (known === undefined && retentionDays > 0) {
    const shareDeleteRetention = { enabled: true, days: retentionDays };
    account.serviceProperties = { ...account.serviceProperties, shareDeleteRetention };
  }
  const security = {
    allowSharedKeyAccess,
    allowedCopyScope,
    tenantId: tenantId?.toLowerCase(),
    virtualNetwork,
  };
  account.security = { ...account.security, ...given(security) };
  return account;
}

async function openState(options: EmulatorOptions): Promise<EmulatorState> {
  const { clock, copyMode, childrenTouchParent = false, snapshotPrecision, dataDir } = options;
  const { snapshotDurationMs, shareDeletionMs } = options;
  const stateOptions = given({
    clock,
    copyMode,
    childrenTouchParent,
    snapshotPrecision,
    snapshotDurationMs,
    shareDeletionMs,
  });
  const loaded = dataDir === undefined ? undefined : await EmulatorState.load(dataDir, stateOptions);
  return loaded ?? new EmulatorState(stateOptions);
}

function accountInfo(
  account: Account,
  url: string,
  httpsUrl: string | undefined,
  resourceId: string,
): AccountInfo {
  const endpoint = `${url}/${account.name}`;
  const [key] = account.keys;
  const connectionString = `DefaultEndpointsProtocol=http;AccountName=${account.name};AccountKey=${key};FileEndpoint=${endpoint};`;
  return {
    name: account.name,
    key,
    endpoint,
    connectionString,
    resourceId,
    ...(httpsUrl === undefined ? {} : { httpsEndpoint: `${httpsUrl}/${account.name}` }),
  };
}
