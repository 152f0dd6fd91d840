import type { KeyObject } from 'node:crypto';
import type { CredentialChoice } from '../azure/credentials.ts';
import type { PaceSchedule } from '../azure/pace-caps.ts';
import type { ResourceManagerPlace } from '../azure/resource-manager.ts';

/**
 * A configuration as the rest of the product sees it: checked, with defaults filled in and `env:` references
 * resolved. `lib/jobs/load.ts` makes it; nothing else reads the file.
 */
export interface Configuration {
  /** By the name that jobs use for the account. */
  readonly accounts: Readonly<Record<string, AccountConfiguration>>;
  /** By the job's name, in the order of the file. */
  readonly jobs: Readonly<Record<string, JobConfiguration>>;
  readonly requests: RequestConfiguration;
}

export interface AccountConfiguration {
  readonly name: string;
  /** Absolute http or https URL without query, fragment or trailing slash. */
  readonly endpoint: string;
  readonly credential: CredentialConfiguration;
  /** Where shares and snapshots are made, listed and deleted, and the lock is held; the data plane unless set. */
  readonly resourceManager?: ResourceManagerPlace;
}

/** Holds secrets: never log or print a value of this type. */
export type CredentialConfiguration = CredentialChoice;

export interface JobConfiguration {
  readonly name: string;
  readonly source: ShareConfiguration;
  readonly target: ShareConfiguration;
  /** NCRONTAB, five or six fields. Without one the job runs only when it is started by hand. */
  readonly schedule?: string;
  /** IANA name; `UTC` unless set. */
  readonly timeZone: string;
  readonly retention: RetentionPolicy;
  readonly budget: BudgetConfiguration;
  /** What of the source is backed up; everything unless set. */
  readonly filters?: FilterConfiguration;
  readonly compare: CompareConfiguration;
  readonly guards: GuardConfiguration;
  /** Which failures do not keep a run from making a recovery point; none unless set. */
  readonly tolerate?: TolerateConfiguration;
  /** Signs the manifests; a private Ed25519 key. Holds a secret: never print it. */
  readonly manifest?: ManifestConfiguration;
  /** Oldest age that the newest recovery point may reach, as an ISO 8601 duration. */
  readonly rpo?: string;
}

export interface ShareConfiguration {
  /** Key of `Configuration.accounts`. */
  readonly account: string;
  readonly share: string;
}

/**
 * Which recovery points to keep: those that at least one rule keeps. At least one is set. Numbers are from 1 to
 * 199; pinned recovery points are kept besides.
 */
export interface RetentionPolicy {
  /** The newest so many. */
  readonly last?: number | undefined;
  /** The newest of each of the newest so many hours that have any; so the next four for longer periods. */
  readonly hourly?: number | undefined;
  readonly daily?: number | undefined;
  readonly weekly?: number | undefined;
  readonly monthly?: number | undefined;
  readonly yearly?: number | undefined;
  /** Those that are at most this much older than the newest one, as an ISO 8601 duration. */
  readonly within?: string | undefined;
  /** The newest ones that are missing to this number, where the rules above keep fewer. */
  readonly minimum?: number | undefined;
}

export interface BudgetConfiguration {
  /** The most snapshots, of everybody, that a run of the job lets each of its shares have; 2 to 200. */
  readonly snapshots: number;
}

/** What of the source is backed up. Lists are empty where nothing was said. */
export interface FilterConfiguration {
  /** Globs as `lib/files/path-glob.ts` reads them; none include everything. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Names of SMB attributes: files with at least one of `include`, if any, and with none of `exclude`. */
  readonly attributes: { readonly include: readonly string[]; readonly exclude: readonly string[] };
  /** Bytes of a file, both ends included. */
  readonly size: { readonly min: number | undefined; readonly max: number | undefined };
  /** ISO 8601 durations before the run's begin, or times, as `lib/jobs/age.ts` reads them. */
  readonly age: { readonly olderThan: string | undefined; readonly newerThan: string | undefined };
  /** Whether the target loses what is excluded. */
  readonly deleteExcluded: boolean;
}

/**
 * What a run compares: what listings tell; metadata and content headers besides; or also the bytes of at
 * least `percent` of the files, 1 to 100, in each run.
 */
export type CompareConfiguration =
  | { readonly mode: 'times' | 'strict' }
  | { readonly mode: 'content'; readonly percent: number };

export interface GuardConfiguration {
  /** A run stops before its first deletion when it would delete more entries than this. */
  readonly maxDeletes?: GuardLimit;
  /** A run stops when it would give other content to more files of the target than this. */
  readonly maxChanges?: GuardLimit;
  /** A run leaves its prune to a person when it would delete more recovery points than this. */
  readonly maxPruned?: GuardLimit;
}

/**
 * `percent` is of the entries, files and directories, of the previous recovery point; for `maxPruned`, of the
 * recovery points that there are.
 */
export type GuardLimit =
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'percent'; readonly percent: number };

export interface TolerateConfiguration {
  /** How many entries may fail, 1 to 1,000. */
  readonly entries: number;
  /** Error codes with which they may fail, letter case aside; none for any. */
  readonly codes: readonly string[];
}

export interface ManifestConfiguration {
  readonly signingKey: KeyObject;
}

export interface RequestConfiguration {
  /** Requests under way at once to each account, at most; 1 to 256. */
  readonly concurrency: number;
  /** Attempts after the first one, 0 to 20. */
  readonly retries: number;
  /** Wait before the first retry in milliseconds; it grows with each further one. */
  readonly retryDelayMs: number;
  /** Longest that one attempt may take, in seconds. */
  readonly timeoutSeconds: number;
  /** Caps of each account apart. */
  readonly pace?: PaceSchedule;
}
