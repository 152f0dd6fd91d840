import { type AccountSecurity, DEFAULT_ACCOUNT_SECURITY } from './account-security.ts';
import {
  deleteShareWhenSnapshotLeased,
  shareAlreadyExists,
  shareBeingDeleted,
  shareHasSnapshots,
  shareNotFound,
} from './errors.ts';
import { leaseState, requireLease } from './lease.ts';
import { requireShareName } from './names.ts';
import type { Metadata } from './options.ts';
import { DEFAULT_SERVICE_PROPERTIES, type FileServiceProperties } from './service-properties.ts';
import { Share, type ShareProperties } from './share.ts';
import { type AccessTier, requireMetadata, requireQuota, type ShareProtocol } from './share-settings.ts';
import type { StateContext } from './state-context.ts';
import { TICKS_PER_MILLISECOND, TICKS_PER_SECOND, type Ticks } from './ticks.ts';

export type CreateShareOptions = {
  /** 1 to 102,400; 5,120 unless given. */
  readonly quotaGiB?: number;
  readonly metadata?: Metadata;
  readonly accessTier?: AccessTier;
  readonly protocol?: ShareProtocol;
};

export type DeleteShareOptions = {
  readonly leaseId?: string;
  /** `include` refuses leased snapshots, `include-leased` takes them, too; none refuses any snapshot. */
  readonly snapshots?: 'include' | 'include-leased';
};

export type ListSharesOptions = {
  readonly prefix?: string;
  /** Name of the share to start with. */
  readonly marker?: string;
  /** 5,000 unless given; counts shares, snapshots and deleted shares. A share is never parted from its snapshots. */
  readonly maxResults?: number;
  readonly metadata?: boolean;
  readonly snapshots?: boolean;
  readonly deleted?: boolean;
};

export type DeletedShareInfo = {
  /** 16 hexadecimal digits that tell apart deleted shares of one name. */
  readonly version: string;
  readonly deletedTime: Ticks;
  readonly remainingRetentionDays: number;
};

export type ShareListItem = {
  readonly name: string;
  readonly snapshot?: string;
  readonly deleted?: DeletedShareInfo;
  readonly properties: ShareProperties;
};

/** `nextMarker` is the `marker` of the next page. */
export type SharePage = { readonly items: readonly ShareListItem[]; readonly nextMarker?: string };

/** A share that can be restored until it is purged. */
export type DeletedShare = {
  readonly share: Share;
  readonly version: string;
  readonly deletedTime: Ticks;
  readonly purgeTime: Ticks;
};

const DEFAULT_QUOTA_GIB = 5120;
const DEFAULT_PAGE = 5000;
const TICKS_PER_DAY = 86_400n * TICKS_PER_SECOND;
/** How long the service takes to delete a share, says its documentation. */
const BEING_DELETED = 30n * TICKS_PER_SECOND;
/** File times, which versions of deleted shares are, count from 1601. */
const TICKS_AT_1601 = 504_911_232_000_000_000n;

/** A storage account: two keys, the properties of its file service, its shares. */
export class Account {
  readonly name: string;
  /** base64. */
  readonly keys: readonly [string, string];
  serviceProperties: FileServiceProperties = DEFAULT_SERVICE_PROPERTIES;
  security: AccountSecurity = DEFAULT_ACCOUNT_SECURITY;
  readonly shares = new Map<string, Share>();
  deletedShares: DeletedShare[] = [];
  /** When a share of each name was last deleted. */
  readonly #deletions = new Map<string, Ticks>();
  readonly #context: StateContext;

  constructor(context: StateContext, name: string, keys: readonly [string, string]) {
    this.#context = context;
    this.name = name;
    this.keys = keys;
  }

  /** 409 `ShareAlreadyExists`, `ShareBeingDeleted`; 400 for a bad name, quota or metadata. */
  createShare(name: string, options: CreateShareOptions = {}): Share {
    requireShareName(name);
    const quotaGiB = options.quotaGiB ?? DEFAULT_QUOTA_GIB;
    const metadata = options.metadata ?? {};
    requireQuota(quotaGiB);
    requireMetadata(metadata);
    if (this.shares.has(name)) throw shareAlreadyExists();
    if (this.#isBeingDeleted(name)) throw shareBeingDeleted();
    const share = new Share(this.#context, name, {
      quotaGiB,
      metadata,
      accessTier: options.accessTier ?? 'TransactionOptimized',
      accessTierChangeTime: this.#context.clock.now(),
      protocol: options.protocol ?? 'SMB',
      acl: [],
    });
    this.shares.set(name, share);
    return share;
  }

  /** 404 `ShareNotFound`. */
  getShare(name: string): Share {
    const share = this.shares.get(name);
    if (share === undefined) throw shareNotFound();
    return share;
  }

  findShare(name: string): Share | undefined {
    return this.shares.get(name);
  }

  /**
   * Deletes a share, for good or, with the account's retention on, until it is restored; a name is free again at
   * once. Deleting it again within 30 seconds succeeds, as the service has been seen to answer. 404
   * `ShareNotFound`, 409 `ShareHasSnapshots`, 409 `DeleteShareWhenSnapshotLeased`, 412 lease codes;
   * rest/api/storageservices/delete-share.
   */
  deleteShare(name: string, options: DeleteShareOptions = {}): void {
    const now = this.#context.clock.now();
    if (!this.shares.has(name) && now - (this.#deletions.get(name) ?? 0n) < BEING_DELETED) return;
    const share = this.getShare(name);
    requireLease(share.currentLease, options.leaseId, true, 'file share', now);
    if (share.snapshots.length > 0 && options.snapshots === undefined) throw shareHasSnapshots();
    const isLocked = (state: string) => state === 'leased' || state === 'breaking';
    if (
      options.snapshots === 'include' &&
      share.snapshots.some(({ lease }) => isLocked(leaseState(lease, now)))
    ) {
      throw deleteShareWhenSnapshotLeased();
    }
    this.shares.delete(name);
    this.#deletions.set(name, now);
    this.#retain(share);
  }

  /** Brings back a soft-deleted share under its own or another name. 404 `ShareNotFound`, 409 `ShareAlreadyExists`. */
  restoreShare(name: string, deletedName: string, deletedVersion: string): Share {
    this.#purge();
    const found = this.deletedShares.find(
      ({ share, version }) => share.name === deletedName && version === deletedVersion.toUpperCase(),
    );
    if (found === undefined) throw shareNotFound();
    requireShareName(name);
    if (this.shares.has(name)) throw shareAlreadyExists();
    this.deletedShares = this.deletedShares.filter((deleted) => deleted !== found);
    found.share.name = name;
    found.share.modified = this.#context.clock.stamp();
    found.share.currentLease = undefined;
    this.shares.set(name, found.share);
    return found.share;
  }

  /** Ordered by name; the snapshots of a share, oldest first, come before it, deleted ones after. */
  listShares(options: ListSharesOptions = {}): SharePage {
    this.#purge();
    const maxResults = options.maxResults ?? DEFAULT_PAGE;
    const items: ShareListItem[] = [];
    for (const name of this.#namesToList(options)) {
      if (items.length >= maxResults) return { items, nextMarker: name };
      this.#pushItems(items, name, options);
    }
    return { items };
  }

  #isBeingDeleted(name: string): boolean {
    const deleted = this.#deletions.get(name);
    if (deleted === undefined) return false;
    const duration = BigInt(Math.ceil(this.#context.shareDeletionMs)) * TICKS_PER_MILLISECOND;
    return this.#context.clock.now() < deleted + duration;
  }

  #namesToList(options: ListSharesOptions): string[] {
    const names = new Set(this.shares.keys());
    if (options.deleted === true) for (const { share } of this.deletedShares) names.add(share.name);
    return [...names]
      .filter((name) => name.startsWith(options.prefix ?? '') && name >= (options.marker ?? ''))
      .sort();
  }

  #pushItems(items: ShareListItem[], name: string, options: ListSharesOptions): void {
    const share = this.shares.get(name);
    if (share !== undefined) {
      if (options.snapshots === true) {
        for (const id of share.snapshotIds()) {
          items.push({ name, snapshot: id, properties: share.properties({ snapshot: id }) });
        }
      }
      items.push({ name, properties: share.properties() });
    }
    if (options.deleted !== true) return;
    for (const deleted of this.deletedShares) {
      if (deleted.share.name === name) items.push(this.#deletedItem(deleted));
    }
  }

  #deletedItem({ share, version, deletedTime, purgeTime }: DeletedShare): ShareListItem {
    const remaining = (purgeTime - this.#context.clock.now() + TICKS_PER_DAY - 1n) / TICKS_PER_DAY;
    return {
      name: share.name,
      deleted: { version, deletedTime, remainingRetentionDays: Number(remaining) },
      // The service breaks the lease of a share that it deletes, and lists it so even when there was none.
      properties: { ...share.properties(), lease: { status: 'unlocked', state: 'broken' } },
    };
  }

  #retain(share: Share): void {
    const { enabled, days = 7 } = this.serviceProperties.shareDeleteRetention;
    if (!enabled) return;
    const { clock } = this.#context;
    const deletedTime = clock.now();
    this.deletedShares.push({
      share,
      version: (clock.stamp() - TICKS_AT_1601).toString(16).toUpperCase().padStart(16, '0'),
      deletedTime,
      purgeTime: deletedTime + BigInt(days) * TICKS_PER_DAY,
    });
  }

  #purge(): void {
    const now = this.#context.clock.now();
    this.deletedShares = this.deletedShares.filter(({ purgeTime }) => purgeTime > now);
  }
}
