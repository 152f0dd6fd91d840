import type { Fence } from '../azure/storage-account.ts';
import type { ShareLeases } from './share-leases.ts';

/** A share snapshot as the service lists it. */
export interface Snapshot {
  /** The service's opaque identifier, a time with seven digits. Never parsed, never shortened. */
  readonly id: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Whether a lease holds it, so that the service refuses its deletion. */
  readonly leased: boolean;
}

export interface ShareProperties {
  readonly quotaGiB: number;
  readonly protocol: 'SMB' | 'NFS';
  readonly metadata: Readonly<Record<string, string>>;
  /** Whether somebody holds a lease on the share, as a run does on its target. */
  readonly leased: boolean;
}

/** The snapshots of one share, and the share as a whole. */
export interface SnapshotStore {
  readonly share: string;
  /** The same store, but none that makes or deletes a snapshot once the fence is down. */
  fenced(fence: Fence): SnapshotStore;
  /** Undefined where there is no such share. */
  properties(signal?: AbortSignal): Promise<ShareProperties | undefined>;
  /** Does nothing where the share exists. */
  createShare(quotaGiB: number, signal?: AbortSignal): Promise<void>;
  /** Every snapshot of the share, whoever made it, oldest first. */
  list(signal?: AbortSignal): Promise<readonly Snapshot[]>;
  /**
   * Makes a snapshot and returns its id. Never repeated by itself: after a lost answer the caller looks
   * for its metadata in {@link list}, lest a share fill up with twins.
   */
  create(metadata: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<string>;
  /** Deletes one snapshot. Does nothing where it is gone; throws where it is leased. */
  delete(id: string, signal?: AbortSignal): Promise<void>;
  /** Leases on one snapshot, which the service refuses to delete while there is one. */
  leasesOf(id: string): ShareLeases;
}
