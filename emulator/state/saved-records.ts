import type { AccountSecurity } from './account-security.ts';
import type { Extent } from './content.ts';
import type { CopyState } from './entry.ts';
import type { Lease } from './lease.ts';
import type { ContentHeaders, Metadata } from './options.ts';
import type { FileServiceProperties } from './service-properties.ts';
import type { ShareSettings } from './share-settings.ts';
import type { Ticks } from './ticks.ts';

/**
 * The lines of a saved state, one JSON value each. Contents, entries and leaves of trees are numbered in the
 * order in which they are written and named by number afterwards, so that what snapshots share is written once.
 */
export type SavedRecord =
  | { readonly format: typeof FORMAT; readonly contentVersion: number; readonly lastStamp: string }
  /** Length of the next piece of the file of stored bytes. */
  | { readonly bytes: number }
  | { readonly content: readonly SavedExtent[] }
  | { readonly file: SavedFile }
  /** Numbers of entries. */
  | { readonly leaf: readonly number[] }
  | { readonly directory: SavedDirectory }
  | {
      readonly account: string;
      readonly keys: readonly [string, string];
      readonly properties: FileServiceProperties;
      /** Absent in states saved before there was any. */
      readonly security?: AccountSecurity;
    }
  | { readonly share: SavedShare };

export const FORMAT = 1;

/** Start, end, version, number of the stored bytes or null, stream or null, offset. */
export type SavedExtent = readonly [number, number, number, number | null, number | null, number];

/** Creation, last-write, change, last-access time, Last-Modified. */
export type SavedTimes = readonly [string, string, string, string, string];

export type SavedDirectory = {
  readonly name: string;
  readonly serial: number;
  readonly attributes: number;
  readonly times: SavedTimes;
  readonly permission: string;
  readonly metadata?: Metadata;
  /** Numbers of leaves. */
  readonly children: readonly number[];
};

export type SavedFile = Omit<SavedDirectory, 'children'> & {
  readonly size: number;
  /** Number of the content; absent when there is none. */
  readonly content?: number;
  /** Absent for the default. */
  readonly headers?: ContentHeaders;
  readonly copy?: SavedCopy;
  readonly copiedAt?: number;
};

export type SavedCopy = Omit<CopyState, 'completionTime'> & { readonly completionTime?: string };

export type SavedLease = {
  readonly id: string;
  readonly duration: number;
  readonly expiry?: string;
  readonly brokenAt?: string;
};

export type SavedSettings = Omit<ShareSettings, 'accessTierChangeTime'> & {
  readonly accessTierChangeTime: string;
};

export type SavedSnapshot = {
  readonly id: string;
  readonly time: string;
  readonly settings: SavedSettings;
  readonly modified: string;
  readonly version: number;
  readonly lease?: SavedLease;
  /** Number of the root directory. */
  readonly root: number;
};

export type SavedPendingCopy = {
  readonly serial: number;
  readonly path: readonly string[];
  readonly content: number;
  readonly size: number;
  readonly start: string;
  readonly duration?: number;
};

export type SavedShare = {
  readonly account: string;
  readonly name: string;
  readonly deleted?: { readonly version: string; readonly deletedTime: string; readonly purgeTime: string };
  readonly settings: SavedSettings;
  readonly modified: string;
  readonly lease?: SavedLease;
  readonly nextSerial: number;
  readonly usedBytes: number;
  /** SDDL, in the order of registration. */
  readonly permissions: readonly string[];
  readonly fileLeases: readonly (readonly [number, SavedLease])[];
  readonly pendingCopies: readonly SavedPendingCopy[];
  readonly snapshots: readonly SavedSnapshot[];
  readonly root: number;
};

export function savedExtent(extent: Extent, bytesNumber: number | null): SavedExtent {
  return [extent.start, extent.end, extent.version, bytesNumber, extent.stream ?? null, extent.offset];
}

export function savedCopy(copy: CopyState): SavedCopy {
  const { completionTime, ...rest } = copy;
  return completionTime === undefined ? rest : { ...rest, completionTime: String(completionTime) };
}

export function loadedCopy(copy: SavedCopy): CopyState {
  const { completionTime, ...rest } = copy;
  return completionTime === undefined ? rest : { ...rest, completionTime: BigInt(completionTime) };
}

export function savedLease(lease: Lease): SavedLease {
  return {
    id: lease.id,
    duration: lease.duration,
    ...(lease.expiry === undefined ? {} : { expiry: String(lease.expiry) }),
    ...(lease.brokenAt === undefined ? {} : { brokenAt: String(lease.brokenAt) }),
  };
}

export function loadedLease(lease: SavedLease): Lease {
  return {
    id: lease.id,
    duration: lease.duration,
    ...(lease.expiry === undefined ? {} : { expiry: BigInt(lease.expiry) }),
    ...(lease.brokenAt === undefined ? {} : { brokenAt: BigInt(lease.brokenAt) }),
  };
}

export function savedSettings(settings: ShareSettings): SavedSettings {
  return { ...settings, accessTierChangeTime: String(settings.accessTierChangeTime) };
}

export function loadedSettings(settings: SavedSettings): ShareSettings {
  return { ...settings, accessTierChangeTime: BigInt(settings.accessTierChangeTime) };
}

export function savedTimes(entry: {
  readonly creationTime: Ticks;
  readonly lastWriteTime: Ticks;
  readonly changeTime: Ticks;
  readonly lastAccessTime: Ticks;
  readonly modified: Ticks;
}): SavedTimes {
  return [
    String(entry.creationTime),
    String(entry.lastWriteTime),
    String(entry.changeTime),
    String(entry.lastAccessTime),
    String(entry.modified),
  ];
}
