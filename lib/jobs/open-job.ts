import { accountCredential } from '../azure/credentials.ts';
import type { RequestObserver } from '../azure/operations.ts';
import { accountNameOf, StorageAccount } from '../azure/storage-account.ts';
import { DataPlaneSnapshotStore } from '../snapshots/data-plane-snapshot-store.ts';
import type { SnapshotStore } from '../snapshots/snapshot-store.ts';
import type { Configuration, JobConfiguration, ShareConfiguration } from './configuration.ts';

/** One share of a job, and the account that it is in. */
export interface JobShare {
  readonly account: StorageAccount;
  readonly share: string;
  readonly snapshots: SnapshotStore;
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
  /** Told of every request that is sent. */
  readonly observer?: RequestObserver | undefined;
  /** Cuts off every request that is under way. */
  readonly signal?: AbortSignal | undefined;
}

/** Opens the two shares of a job. Sends nothing yet. */
export function openJob(configuration: Configuration, name: string, options: OpenOptions = {}): JobShares {
  const job = configuration.jobs[name];
  if (job === undefined) throw new UnknownJobError(name, Object.keys(configuration.jobs));
  return {
    job,
    source: openShare(configuration, job.source, options),
    target: openShare(configuration, job.target, options),
  };
}

function openShare(
  configuration: Configuration,
  { account: key, share }: ShareConfiguration,
  { observer, signal }: OpenOptions,
): JobShare {
  const settings = configuration.accounts[key];
  if (settings === undefined) throw new Error(`the configuration has no account "${key}"`);
  const { concurrency, retries, retryDelayMs, timeoutSeconds } = configuration.requests;
  const account = new StorageAccount({
    endpoint: settings.endpoint,
    credential: accountCredential(settings.credential, accountNameOf(settings.endpoint)),
    retries,
    retryDelayMs,
    concurrency,
    timeoutMs: timeoutSeconds * 1000,
    observer,
    signal,
  });
  return { account, share, snapshots: new DataPlaneSnapshotStore(account, share) };
}
