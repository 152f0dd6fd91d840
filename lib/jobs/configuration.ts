import type { CredentialChoice } from '../azure/credentials.ts';

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
  readonly guards: GuardConfiguration;
  /** Oldest age that the newest recovery point may reach, as an ISO 8601 duration. */
  readonly rpo?: string;
}

export interface ShareConfiguration {
  /** Key of `Configuration.accounts`. */
  readonly account: string;
  readonly share: string;
}

export interface RetentionPolicy {
  /** How many complete recovery points to keep, 1 to 199; pinned ones are kept besides. */
  readonly last: number;
}

export interface GuardConfiguration {
  /** A run stops before its first deletion when it would delete more entries than this. */
  readonly maxDeletes?: DeletionLimit;
}

/** `percent` is of the entries, files and directories, of the previous recovery point. */
export type DeletionLimit =
  | { readonly kind: 'entries'; readonly entries: number }
  | { readonly kind: 'percent'; readonly percent: number };

export interface RequestConfiguration {
  /** Requests under way at once, 1 to 256. */
  readonly concurrency: number;
  /** Attempts after the first one, 0 to 20. */
  readonly retries: number;
  /** Wait before the first retry in milliseconds; it grows with each further one. */
  readonly retryDelayMs: number;
  /** Longest that one attempt may take, in seconds. */
  readonly timeoutSeconds: number;
}
