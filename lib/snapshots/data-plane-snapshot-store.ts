import { XMLParser } from 'fast-xml-parser';
import { isNotFound, isRefusal, RequestFailedError } from '../azure/errors.ts';
import type { OperationName } from '../azure/operations.ts';
import type { Fence, FilesResponse, StorageAccount } from '../azure/storage-account.ts';
import { DataPlaneShareLeases, namedSnapshot, type ShareLeases } from './share-leases.ts';
import type { ShareProperties, Snapshot, SnapshotStore } from './snapshot-store.ts';

const SHARE = { restype: 'share' };

/** Keeps snapshots through the data plane of Azure Files, with an account key, a SAS or a token. */
export class DataPlaneSnapshotStore implements SnapshotStore {
  readonly share: string;
  readonly #account: StorageAccount;
  readonly #fence: Fence | undefined;

  /** With a fence, no snapshot is made or deleted once that is down. */
  constructor(account: StorageAccount, share: string, fence?: Fence) {
    this.#account = account;
    this.share = share;
    this.#fence = fence;
  }

  fenced(fence: Fence): SnapshotStore {
    return new DataPlaneSnapshotStore(this.#account, this.share, fence);
  }

  /** rest/api/storageservices/get-share-properties */
  async properties(signal?: AbortSignal): Promise<ShareProperties | undefined> {
    try {
      const response = await this.#account.send({
        operation: 'GetShareProperties',
        method: 'GET',
        share: this.share,
        query: SHARE,
        signal,
      });
      return {
        quotaGiB: Number(response.header('x-ms-share-quota')),
        protocol: response.header('x-ms-enabled-protocols') === 'NFS' ? 'NFS' : 'SMB',
        metadata: response.metadata(),
        leased: response.header('x-ms-lease-status') === 'locked',
      };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** rest/api/storageservices/create-share */
  async createShare(quotaGiB: number, signal?: AbortSignal): Promise<void> {
    try {
      await this.#account.send({
        operation: 'CreateShare',
        method: 'PUT',
        share: this.share,
        query: SHARE,
        headers: { 'x-ms-share-quota': String(quotaGiB) },
        signal,
      });
    } catch (error) {
      if (!isRefusal(error, 'ShareAlreadyExists')) throw error;
    }
  }

  /** rest/api/storageservices/list-shares */
  async list(signal?: AbortSignal): Promise<readonly Snapshot[]> {
    const snapshots: Snapshot[] = [];
    let marker: string | undefined;
    do {
      const page = await this.#listPage(marker, signal);
      snapshots.push(...page.snapshots);
      marker = page.nextMarker;
    } while (marker !== undefined);
    return snapshots.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** rest/api/storageservices/snapshot-share */
  async create(metadata: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<string> {
    const response = await this.#account.send({
      operation: 'SnapshotShare',
      method: 'PUT',
      share: this.share,
      query: { ...SHARE, comp: 'snapshot' },
      headers: Object.fromEntries(
        Object.entries(metadata).map(([name, value]) => [`x-ms-meta-${name}`, value]),
      ),
      repeatable: false,
      fence: this.#fence,
      signal,
    });
    const id = response.header('x-ms-snapshot');
    // Without an id, whoever reads the snapshot would read the live share.
    if (id === undefined || id === '') {
      throw this.#incompleteAnswer('SnapshotShare', response, 'it names no snapshot');
    }
    return id;
  }

  /** rest/api/storageservices/delete-share */
  async delete(id: string, signal?: AbortSignal): Promise<void> {
    const sharesnapshot = namedSnapshot(id, this.share);
    try {
      await this.#account.send({
        operation: 'DeleteShare',
        method: 'DELETE',
        share: this.share,
        query: { ...SHARE, sharesnapshot },
        fence: this.#fence,
        signal,
      });
    } catch (error) {
      // Which code a missing snapshot has is not documented; whether it is gone, the list of snapshots tells.
      if (!isNotFound(error)) throw error;
      if ((await this.list(signal)).some((snapshot) => snapshot.id === id)) throw error;
    }
  }

  leasesOf(id: string): ShareLeases {
    return new DataPlaneShareLeases(this.#account, this.share, namedSnapshot(id, this.share));
  }

  async #listPage(marker: string | undefined, signal: AbortSignal | undefined): Promise<SharesPage> {
    const response = await this.#account.send({
      operation: 'ListShares',
      method: 'GET',
      query: { comp: 'list', include: 'snapshots,metadata', prefix: this.share, marker },
      signal,
    });
    const page = parseSharesPage(response.text, this.share);
    if (page !== undefined) return page;
    throw this.#incompleteAnswer('ListShares', response, 'the list of shares broke off before its end');
  }

  /** An answer that lacks what it must have; it may have had its effect all the same. */
  #incompleteAnswer(operation: OperationName, response: FilesResponse, detail: string): RequestFailedError {
    return new RequestFailedError({
      operation,
      account: this.#account.name,
      share: this.share,
      status: 0,
      code: 'IncompleteAnswer',
      requestId: response.header('x-ms-request-id'),
      detail,
    });
  }
}

interface SharesPage {
  readonly snapshots: readonly Snapshot[];
  readonly nextMarker: string | undefined;
}

interface ShareElement {
  readonly Name: string;
  readonly Snapshot?: string;
  readonly Deleted?: string;
  readonly Properties?: { readonly LeaseStatus?: string };
  readonly Metadata?: Readonly<Record<string, string>> | '';
}

function parseSharesPage(xml: string, share: string): SharesPage | undefined {
  if (!xml.trimEnd().endsWith('</EnumerationResults>')) return undefined;
  const parser = new XMLParser({ parseTagValue: false, isArray: (name) => name === 'Share' });
  const document: unknown = parser.parse(xml.replace(/^\uFEFF/, ''));
  const results = (
    document as { EnumerationResults?: { Shares?: { Share?: ShareElement[] } | ''; NextMarker?: string } }
  ).EnumerationResults;
  const elements = (results?.Shares === '' ? undefined : results?.Shares?.Share) ?? [];
  const marker = results?.NextMarker;
  return {
    snapshots: elements
      .filter((element) => element.Name === share && element.Deleted !== 'true')
      .flatMap((element) => (element.Snapshot === undefined ? [] : [toSnapshot(element.Snapshot, element)])),
    nextMarker: marker === undefined || marker === '' ? undefined : marker,
  };
}

function toSnapshot(id: string, element: ShareElement): Snapshot {
  const metadata = Object.entries(element.Metadata === '' ? {} : (element.Metadata ?? {}));
  return {
    id,
    // Names of metadata keep no case on their way (rest/api/storageservices/setting-and-retrieving-properties-and-metadata-for-file-service-resources).
    metadata: Object.fromEntries(metadata.map(([name, value]) => [name.toLowerCase(), value])),
    leased: element.Properties?.LeaseStatus === 'locked',
  };
}
