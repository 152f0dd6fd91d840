import { RequestFailedError } from '../azure/errors.ts';
import type { OperationName } from '../azure/operations.ts';
import type { StorageAccount } from '../azure/storage-account.ts';

/** In place of seconds: a lease that lasts until it is released or broken. */
export const INFINITE = -1;

/** The requests of leases on one share as a whole, or on one of its snapshots; each may be repeated. */
export interface ShareLeases {
  readonly share: string;
  /** How often a lease of a minute is to be renewed. */
  readonly renewEveryMs: number;
  /**
   * Takes a lease under an id of the caller's, for 15 to 60 seconds or {@link INFINITE}. Refused with
   * `LeaseAlreadyPresent` while there is another.
   */
  acquire(id: string, seconds: number): Promise<void>;
  /** Gives the lease `id` another id. */
  change(id: string, to: string): Promise<void>;
  renew(id: string): Promise<void>;
  release(id: string): Promise<void>;
  /** Ends whatever lease there is, at once. */
  break(): Promise<void>;
  /** Whether the lease `id` is in force. */
  holds(id: string): Promise<boolean>;
}

/** Leases through the data plane of Azure Files (rest/api/storageservices/lease-share). */
export class DataPlaneShareLeases implements ShareLeases {
  readonly share: string;
  readonly renewEveryMs = 20_000;
  readonly #account: StorageAccount;
  readonly #snapshot: string | undefined;

  /** Of a snapshot where its id is given, else of the share. */
  constructor(account: StorageAccount, share: string, snapshot?: string) {
    this.#account = account;
    this.share = share;
    this.#snapshot = snapshot;
  }

  acquire(id: string, seconds: number): Promise<void> {
    return this.#send('AcquireShareLease', 'acquire', {
      'x-ms-lease-duration': String(seconds),
      'x-ms-proposed-lease-id': id,
    });
  }

  change(id: string, to: string): Promise<void> {
    return this.#send('ChangeShareLease', 'change', { 'x-ms-lease-id': id, 'x-ms-proposed-lease-id': to });
  }

  renew(id: string): Promise<void> {
    return this.#send('RenewShareLease', 'renew', { 'x-ms-lease-id': id });
  }

  release(id: string): Promise<void> {
    return this.#send('ReleaseShareLease', 'release', { 'x-ms-lease-id': id });
  }

  break(): Promise<void> {
    return this.#send('BreakShareLease', 'break', { 'x-ms-lease-break-period': '0' });
  }

  /** Answered 412 unless the lease is the one that is named (rest/api/storageservices/get-share-properties). */
  async holds(id: string): Promise<boolean> {
    try {
      await this.#account.send({
        operation: 'GetShareProperties',
        method: 'GET',
        share: this.share,
        query: { restype: 'share', sharesnapshot: this.#snapshot },
        headers: { 'x-ms-lease-id': id },
      });
      return true;
    } catch (error) {
      if (isOfAnotherLease(error)) return false;
      throw error;
    }
  }

  async #send(
    operation: OperationName,
    action: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<void> {
    await this.#account.send({
      operation,
      method: 'PUT',
      share: this.share,
      query: { restype: 'share', comp: 'lease', sharesnapshot: this.#snapshot },
      headers: { 'x-ms-lease-action': action, ...headers },
      urgent: true,
    });
  }
}

/**
 * The id of a snapshot that is to be leased or deleted: without it, the same request is about the share itself.
 * @throws {Error} when it is empty
 */
export function namedSnapshot(id: string, share: string): string {
  if (id.trim() !== '') return id;
  throw new Error(`refused to lease or delete a snapshot of share ${share} without its id`);
}

/**
 * Whether the service has refused something because of a lease that is there, or because the one that was
 * named is not; not because something else is under way, which Resource Manager answers 409, too.
 */
export function isOfAnotherLease(error: unknown): error is RequestFailedError {
  return (
    error instanceof RequestFailedError &&
    (error.status === 409 || error.status === 412) &&
    error.code.includes('Lease')
  );
}
