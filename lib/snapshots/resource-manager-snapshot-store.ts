import { isNotFound, isRefusal, type RequestFailedError } from '../azure/errors.ts';
import type { ManagementClient, ManagementRequest } from '../azure/resource-manager.ts';
import type { Fence } from '../azure/storage-account.ts';
import { type ShareResource, shareResource, shareResources } from './resource-manager-share.ts';
import { ResourceManagerShareLeases } from './resource-manager-share-leases.ts';
import { namedSnapshot, type ShareLeases } from './share-leases.ts';
import type { ShareProperties, Snapshot, SnapshotStore } from './snapshot-store.ts';

/** Metadata by snapshot id: the service never lets them change, and reads are scarce. */
type KnownMetadata = Map<string, Snapshot['metadata']>;

/**
 * Keeps snapshots through Azure Resource Manager, with a token and rights on shares rather than on their data.
 * Its lists tell no metadata (rest/api/storagerp/file-shares/list), so that each snapshot is read once besides.
 */
export class ResourceManagerSnapshotStore implements SnapshotStore {
  readonly share: string;
  readonly #account: ManagementClient;
  readonly #fence: Fence | undefined;
  readonly #metadata: KnownMetadata;

  /** With a fence, no snapshot is made or deleted once that is down. */
  constructor(account: ManagementClient, share: string, fence?: Fence, metadata: KnownMetadata = new Map()) {
    this.#account = account;
    this.share = share;
    this.#fence = fence;
    this.#metadata = metadata;
  }

  fenced(fence: Fence): SnapshotStore {
    return new ResourceManagerSnapshotStore(this.#account, this.share, fence, this.#metadata);
  }

  /** rest/api/storagerp/file-shares/get */
  async properties(signal?: AbortSignal): Promise<ShareProperties | undefined> {
    try {
      const { quotaGiB, protocol, metadata = {}, leased = false } = await this.#get(undefined, signal);
      return { quotaGiB, protocol, metadata, leased };
    } catch (error) {
      // Any other 404 is of the account, its group or the subscription.
      if (isRefusal(error, 'ShareNotFound')) return undefined;
      throw error;
    }
  }

  /** rest/api/storagerp/file-shares/create, which would change the quota of a share that exists. */
  async createShare(quotaGiB: number, signal?: AbortSignal): Promise<void> {
    if ((await this.properties(signal)) !== undefined) return;
    await this.#account.send({
      ...this.#request('ArmCreateShare', 'PUT', signal),
      body: { properties: { shareQuota: quotaGiB, enabledProtocols: 'SMB' } },
    });
  }

  async list(signal?: AbortSignal): Promise<readonly Snapshot[]> {
    const listed = await this.#listed(signal);
    const read = await Promise.all(listed.map((snapshot) => this.#complete(snapshot, signal)));
    const missing = read.flatMap((outcome) => ('gone' in outcome ? [outcome] : []));
    if (missing.length > 0) {
      // What was deleted meanwhile is listed no longer; what is listed and cannot be read must not be overlooked.
      const still = new Set((await this.#listed(signal)).map(({ id }) => id));
      const unreadable = missing.find(({ id }) => still.has(id));
      if (unreadable !== undefined) throw unreadable.gone;
    }
    return read
      .flatMap((outcome) => ('gone' in outcome ? [] : [outcome]))
      .sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  /** rest/api/storagerp/file-shares/create with `$expand=snapshots` */
  async create(metadata: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<string> {
    const request: ManagementRequest = {
      ...this.#request('ArmSnapshotShare', 'PUT', signal),
      query: { $expand: 'snapshots' },
      body: { properties: { metadata } },
      repeatable: false,
      fence: this.#fence,
    };
    const { body, requestId } = await this.#account.send(request);
    const id = shareResource(body)?.snapshot;
    if (id === undefined) throw this.#account.incompleteAnswer(request, requestId, 'it names no snapshot');
    return id;
  }

  /** rest/api/storagerp/file-shares/delete */
  async delete(id: string, signal?: AbortSignal): Promise<void> {
    try {
      await this.#account.send({
        ...this.#request('ArmDeleteSnapshot', 'DELETE', signal),
        snapshot: id,
        fence: this.#fence,
      });
    } catch (error) {
      if (!isSnapshotGone(error)) throw error;
      // Which code a missing snapshot has is not documented; whether it is gone, the list of snapshots tells.
      if ((await this.#listed(signal)).some((snapshot) => snapshot.id === id)) throw error;
    }
  }

  leasesOf(id: string): ShareLeases {
    return new ResourceManagerShareLeases(this.#account, this.share, namedSnapshot(id, this.share));
  }

  /** rest/api/storagerp/file-shares/list, of which each page counts against 100 in five minutes. */
  async #listed(signal: AbortSignal | undefined): Promise<readonly ListedSnapshot[]> {
    const request: ManagementRequest = {
      operation: 'ArmListShares',
      method: 'GET',
      share: this.share,
      path: '',
      query: { $expand: 'snapshots', $filter: this.share },
      signal,
    };
    const resources: ShareResource[] = [];
    for await (const { body, requestId } of this.#account.pages(request)) {
      const page = shareResources(body);
      if (page === undefined)
        throw this.#account.incompleteAnswer(request, requestId, 'it is no list of shares');
      resources.push(...page.filter(({ name, deleted }) => name === this.share && !deleted));
    }
    const hasShare = resources.some(({ snapshot }) => snapshot === undefined);
    if (!hasShare && (await this.properties(signal)) !== undefined) {
      throw this.#account.incompleteAnswer(request, undefined, 'the list lacks the share, which exists');
    }
    return resources.flatMap(({ snapshot, metadata, leased }) =>
      snapshot === undefined ? [] : [{ id: snapshot, metadata, leased }],
    );
  }

  /** A snapshot with what the list did not tell of it. */
  async #complete(
    { id, metadata = this.#metadata.get(id), leased }: ListedSnapshot,
    signal: AbortSignal | undefined,
  ): Promise<Snapshot | GoneSnapshot> {
    if (metadata !== undefined && leased !== undefined) return { id, metadata, leased };
    try {
      const read = await this.#get(id, signal);
      this.#metadata.set(id, read.metadata ?? {});
      return { id, metadata: read.metadata ?? {}, leased: read.leased ?? leased ?? false };
    } catch (error) {
      if (isSnapshotGone(error)) return { id, gone: error };
      throw error;
    }
  }

  async #get(snapshot: string | undefined, signal: AbortSignal | undefined): Promise<ShareResource> {
    const request: ManagementRequest = { ...this.#request('ArmGetShare', 'GET', signal), snapshot };
    const { body, requestId } = await this.#account.send(request);
    const resource = shareResource(body);
    if (resource === undefined) throw this.#account.incompleteAnswer(request, requestId, 'it is no share');
    if (snapshot !== undefined && resource.snapshot !== undefined && resource.snapshot !== snapshot) {
      throw this.#account.incompleteAnswer(request, requestId, 'it is of another snapshot');
    }
    return resource;
  }

  #request(
    operation: ManagementRequest['operation'],
    method: ManagementRequest['method'],
    signal: AbortSignal | undefined,
  ): ManagementRequest {
    return { operation, method, share: this.share, path: `/${this.share}`, signal };
  }
}

interface ListedSnapshot {
  readonly id: string;
  readonly metadata: Snapshot['metadata'] | undefined;
  readonly leased: boolean | undefined;
}

/** A snapshot that was listed and then not found. */
interface GoneSnapshot {
  readonly id: string;
  readonly gone: RequestFailedError;
}

/** Whether a 404 is about the snapshot or its share, rather than about the account, its group or the subscription. */
function isSnapshotGone(error: unknown): error is RequestFailedError {
  return isNotFound(error) && error.code.startsWith('Share');
}
