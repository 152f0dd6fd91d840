import { accountCredential } from '../azure/credentials.ts';
import type { RequestObserver, RequestSent } from '../azure/operations.ts';
import { Pace } from '../azure/pace.ts';
import { ResourceManagerAccount } from '../azure/resource-manager.ts';
import { accountNameOf, StorageAccount } from '../azure/storage-account.ts';
import { DataPlaneSnapshotStore } from '../snapshots/data-plane-snapshot-store.ts';
import { ResourceManagerShareLeases } from '../snapshots/resource-manager-share-leases.ts';
import { ResourceManagerSnapshotStore } from '../snapshots/resource-manager-snapshot-store.ts';
import { DataPlaneShareLeases, type ShareLeases } from '../snapshots/share-leases.ts';
import type { SnapshotStore } from '../snapshots/snapshot-store.ts';
import type { Configuration, JobConfiguration, ShareConfiguration } from './configuration.ts';

/** One share of a job, and the account that it is in. */
export interface JobShare {
  readonly account: StorageAccount;
  readonly share: string;
  readonly snapshots: SnapshotStore;
  readonly leases: ShareLeases;
}

export interface JobShares {
  readonly job: JobConfiguration;
  readonly source: JobShare;
  readonly target: JobShare;
}

/** There is no job of this name. */
export class UnknownJobError extends Error {
  constructor(name: string, known: readonly string[]) {
    super(
      `there is no job "${name}"; the configuration has ${known.map((job) => `"${job}"`).join(', ') || 'none'}`,
    );
    this.name = 'UnknownJobError';
  }
}

export interface OpenOptions {
  /** Told of every request that is sent, and for which of the two shares. */
  readonly observer?: ((sent: RequestSent, side: 'source' | 'target') => void) | undefined;
  /** Cuts off every request that is under way. */
  readonly signal?: AbortSignal | undefined;
}

/** Opens the two shares of a job. Sends nothing yet. */
export function openJob(configuration: Configuration, name: string, options: OpenOptions = {}): JobShares {
  const job = configuration.jobs[name];
  if (job === undefined) throw new UnknownJobError(name, Object.keys(configuration.jobs));
  return {
    job,
    source: openShare(configuration, job.source, observed(options, 'source')),
    target: openShare(configuration, job.target, observed(options, 'target')),
  };
}

interface ShareOptions {
  readonly observer: RequestObserver | undefined;
  readonly signal: AbortSignal | undefined;
}

function observed({ observer, signal }: OpenOptions, side: 'source' | 'target'): ShareOptions {
  return { observer: observer && ((sent) => observer(sent, side)), signal };
}

function openShare(
  configuration: Configuration,
  { account: key, share }: ShareConfiguration,
  options: ShareOptions,
): JobShare {
  const settings = configuration.accounts[key];
  if (settings === undefined) throw new Error(`the configuration has no account "${key}"`);
  const { concurrency, retries, retryDelayMs, timeoutSeconds } = configuration.requests;
  const { endpoint, resourceManager: place } = settings;
  const name = accountNameOf(endpoint);
  const credential = accountCredential(settings.credential, name);
  const sending = { retries, retryDelayMs, timeoutMs: timeoutSeconds * 1000, ...options };
  const pace = paceOf(configuration, endpoint);
  const account = new StorageAccount({ endpoint, credential, concurrency, pace, ...sending });
  const identity = credential.identity();
  if (place === undefined || identity === undefined) {
    const snapshots = new DataPlaneSnapshotStore(account, share);
    return { account, share, snapshots, leases: new DataPlaneShareLeases(account, share) };
  }
  const manager = new ResourceManagerAccount({ name, place, credential: identity, ...sending });
  return {
    account,
    share,
    snapshots: new ResourceManagerSnapshotStore(manager, share),
    leases: new ResourceManagerShareLeases(manager, share),
  };
}

/** By endpoint, for as long as a configuration lives: all that its jobs ask of one account shares one pace. */
const paces = new WeakMap<Configuration, Map<string, Pace>>();

function paceOf(configuration: Configuration, endpoint: string): Pace {
  const byEndpoint = paces.get(configuration) ?? new Map<string, Pace>();
  paces.set(configuration, byEndpoint);
  const { concurrency, retryDelayMs, pace: caps } = configuration.requests;
  const pace = byEndpoint.get(endpoint) ?? new Pace({ concurrency, retryDelayMs, caps });
  byEndpoint.set(endpoint, pace);
  return pace;
}
