import { DIRECTORY } from './attributes.ts';
import type { ContentVersion } from './content.ts';
import { DirectoryNode } from './entry-node.ts';
import {
  shareSizeLimitReached,
  shareSnapshotCountExceeded,
  shareSnapshotInProgress,
  shareSnapshotNotFound,
} from './errors.ts';
import {
  actOnLease,
  describeLease,
  type Lease,
  type LeaseAction,
  type LeaseInfo,
  type LeaseOutcome,
  requireLease,
} from './lease.ts';
import type { Metadata, PermissionFormat } from './options.ts';
import type { PendingCopy } from './pending-copies.ts';
import { PermissionTable } from './permission-table.ts';
import type { PlantedHandle } from './planted-handle.ts';
import {
  type AccessTier,
  requireIdentifierCount,
  requireMetadata,
  requireQuota,
  type ShareSettings,
  type SignedIdentifier,
} from './share-settings.ts';
import type { ShareView } from './share-view.ts';
import type { EditToken } from './sorted-tree.ts';
import type { StateContext } from './state-context.ts';
import { formatTicks, TICKS_PER_MILLISECOND, TICKS_PER_SECOND, type Ticks } from './ticks.ts';

export type { AccessTier, ShareProtocol, SignedIdentifier } from './share-settings.ts';

const MAX_SNAPSHOTS = 200;
const BYTES_PER_GIB = 2 ** 30;

/** Of a share, or of it as one of its snapshots kept it. */
export type ShareProperties = Omit<ShareSettings, 'acl'> & {
  readonly modified: Ticks;
  readonly lease: LeaseInfo;
};

/** `leaseId` of a request that has `x-ms-lease-id`. */
export type LeaseCondition = { readonly leaseId?: string };

export type SetSharePropertiesOptions = LeaseCondition & {
  readonly quotaGiB?: number;
  readonly accessTier?: AccessTier;
  readonly rootSquash?: string;
};

/** The settings and the tree of a share when the snapshot was taken, and a lease of its own. */
export type Snapshot = {
  readonly id: string;
  readonly time: Ticks;
  readonly settings: ShareSettings;
  readonly modified: Ticks;
  readonly root: DirectoryNode;
  /** What has a later version was written after the snapshot. */
  readonly version: ContentVersion;
  lease: Lease | undefined;
};

/**
 * A share. Methods that name no snapshot mean the share itself. The fields are for the functions of this folder
 * that read and change its tree.
 */
export class Share {
  name: string;
  readonly context: StateContext;
  settings: ShareSettings;
  modified: Ticks;
  currentLease: Lease | undefined;
  /** Oldest first. */
  snapshots: Snapshot[] = [];
  root: DirectoryNode;
  editToken: EditToken;
  /** What the next entry gets. */
  nextSerial = 1;
  usedBytes = 0;
  readonly permissions: PermissionTable;
  /** By serial of the file. */
  readonly fileLeases = new Map<number, Lease>();
  /** By serial of the destination. */
  readonly pendingCopies = new Map<number, PendingCopy>();
  handles: PlantedHandle[] = [];
  #lastSnapshotStart: Ticks | undefined;

  constructor(
    context: StateContext,
    name: string,
    settings: ShareSettings,
    permissions = new PermissionTable(),
  ) {
    this.context = context;
    this.name = name;
    this.settings = settings;
    this.permissions = permissions;
    this.modified = context.clock.stamp();
    this.editToken = context.newEditToken();
    this.root = new DirectoryNode({
      token: this.editToken,
      name: '',
      key: '',
      serial: 0,
      attributes: DIRECTORY,
      permissionKey: permissions.rootKey,
      time: this.modified,
    });
  }

  /** Of the share or of a snapshot. 412 `LeaseIdMismatchWithContainerOperation` and kin. */
  properties(options: LeaseCondition & { readonly snapshot?: string } = {}): ShareProperties {
    const now = this.context.clock.now();
    const source = options.snapshot === undefined ? undefined : this.snapshot(options.snapshot);
    const lease = source === undefined ? this.currentLease : source.lease;
    requireLease(lease, options.leaseId, false, 'file share', now);
    const { acl: _, ...settings } = source?.settings ?? this.settings;
    return { ...settings, modified: source?.modified ?? this.modified, lease: describeLease(lease, now) };
  }

  /** 400 `InvalidHeaderValue` for a quota out of range. */
  setProperties(options: SetSharePropertiesOptions): ShareProperties {
    const { leaseId, ...changes } = options;
    this.#requireLeaseMatch(leaseId);
    if (changes.quotaGiB !== undefined) requireQuota(changes.quotaGiB);
    const changesTier = changes.accessTier !== undefined && changes.accessTier !== this.settings.accessTier;
    return this.#change({
      ...this.settings,
      ...changes,
      ...(changesTier ? { accessTierChangeTime: this.context.clock.now() } : {}),
    });
  }

  setMetadata(metadata: Metadata, options: LeaseCondition = {}): ShareProperties {
    this.#requireLeaseMatch(options.leaseId);
    requireMetadata(metadata);
    return this.#change({ ...this.settings, metadata });
  }

  acl(options: LeaseCondition = {}): readonly SignedIdentifier[] {
    this.#requireLeaseMatch(options.leaseId);
    return this.settings.acl;
  }

  /** 400 `InvalidXmlDocument` for more than five. */
  setAcl(identifiers: readonly SignedIdentifier[], options: LeaseCondition = {}): ShareProperties {
    this.#requireLeaseMatch(options.leaseId);
    requireIdentifierCount(identifiers);
    return this.#change({ ...this.settings, acl: identifiers });
  }

  /** Bytes of the live share's content, holes excluded. */
  usageBytes(options: LeaseCondition = {}): number {
    this.#requireLeaseMatch(options.leaseId);
    return this.usedBytes;
  }

  /**
   * Takes a snapshot in constant time and returns its id. Without metadata it gets the share's, with any it
   * has only those. 409 `ShareSnapshotCountExceeded` for the 201st, `ShareSnapshotInProgress` while the last one is
   * in progress.
   */
  createSnapshot(metadata: Metadata = {}): { readonly id: string; readonly modified: Ticks } {
    const now = this.context.clock.now();
    if (this.#isSnapshotInProgress(now)) throw shareSnapshotInProgress();
    if (this.snapshots.length >= MAX_SNAPSHOTS) throw shareSnapshotCountExceeded();
    requireMetadata(metadata);
    const tagged = Object.keys(metadata).length > 0;
    const time = this.#nextSnapshotTime();
    const modified = tagged ? this.context.clock.stamp() : this.modified;
    this.snapshots.push({
      id: formatTicks(time),
      time,
      settings: tagged ? { ...this.settings, metadata } : this.settings,
      modified,
      root: this.root,
      version: this.context.closeContentVersion(),
      lease: undefined,
    });
    this.editToken = this.context.newEditToken();
    this.#lastSnapshotStart = now;
    return { id: formatTicks(time), modified };
  }

  /** Ids, oldest first. */
  snapshotIds(): readonly string[] {
    return this.snapshots.map((snapshot) => snapshot.id);
  }

  /** 404 `ShareSnapshotNotFound`; 412 while leased and `leaseId` is not the lease's. */
  deleteSnapshot(id: string, options: LeaseCondition = {}): void {
    const snapshot = this.snapshot(id);
    requireLease(snapshot.lease, options.leaseId, true, 'file share', this.context.clock.now());
    this.snapshots.splice(this.snapshots.indexOf(snapshot), 1);
  }

  /** Acts on the lease of the share or of a snapshot. */
  lease(action: LeaseAction, snapshot?: string): LeaseOutcome & { readonly modified: Ticks } {
    const holder = snapshot === undefined ? undefined : this.snapshot(snapshot);
    const before = holder === undefined ? this.currentLease : holder.lease;
    const { lease, outcome } = actOnLease(before, action, this.context.clock.now());
    if (holder === undefined) this.currentLease = lease;
    else holder.lease = lease;
    return { ...outcome, modified: holder?.modified ?? this.modified };
  }

  /** Registers a permission and returns its key; the same one has the same key. 400 `FileInvalidPermission`. */
  createPermission(text: string, format: PermissionFormat): string {
    return this.permissions.create(text, format);
  }

  /** 404 `FilePermissionNotFound`. */
  getPermission(key: string, format: PermissionFormat): string {
    return this.permissions.get(key, format);
  }

  /** The live tree, or the tree of a snapshot: 404 `ShareSnapshotNotFound`. */
  view(snapshot?: string): ShareView {
    if (snapshot === undefined) {
      return { share: this, snapshot, root: this.root, version: this.context.contentVersion };
    }
    const { id, root, version } = this.snapshot(snapshot);
    return { share: this, snapshot: id, root, version };
  }

  /** 404 `ShareSnapshotNotFound`. */
  snapshot(id: string): Snapshot {
    const found = this.snapshots.find((snapshot) => snapshot.id === id);
    if (found === undefined) throw shareSnapshotNotFound();
    return found;
  }

  /** Counts bytes that content takes or, when negative, gives back. 403 `ShareSizeLimitReached`. */
  useBytes(bytes: number): void {
    if (bytes > 0 && this.usedBytes + bytes > this.settings.quotaGiB * BYTES_PER_GIB) {
      throw shareSizeLimitReached();
    }
    this.usedBytes += bytes;
  }

  #change(settings: ShareSettings): ShareProperties {
    this.settings = settings;
    this.modified = this.context.clock.stamp();
    return this.properties();
  }

  #requireLeaseMatch(leaseId: string | undefined): void {
    requireLease(this.currentLease, leaseId, false, 'file share', this.context.clock.now());
  }

  #isSnapshotInProgress(now: Ticks): boolean {
    const start = this.#lastSnapshotStart;
    if (start === undefined) return false;
    const duration = BigInt(Math.ceil(this.context.snapshotDurationMs)) * TICKS_PER_MILLISECOND;
    return now >= start && now < start + duration;
  }

  #nextSnapshotTime(): Ticks {
    const last = this.snapshots.at(-1)?.time ?? 0n;
    if (this.context.snapshotPrecision === 'tick') {
      const stamp = this.context.clock.stamp();
      return stamp > last ? stamp : last + 1n;
    }
    const second = this.context.clock.now() / TICKS_PER_SECOND;
    const next = last / TICKS_PER_SECOND + 1n;
    return (second > next ? second : next) * TICKS_PER_SECOND;
  }
}
