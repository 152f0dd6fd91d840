import { randomUUID } from 'node:crypto';
import { isRefusal } from '../azure/errors.ts';
import type { StorageAccount } from '../azure/storage-account.ts';

const LEASE_SECONDS = 60;
const RENEW_EVERY_MS = 20_000;
/** A lease lasts 60 s; a writer that has not renewed it for this long must assume that another holds it. */
const FRESH_FOR_MS = 40_000;

/** The lock of a target share was lost, so this run may write no more. */
export class LeaseLostError extends Error {
  constructor(share: string, detail: string) {
    super(
      `the lease on target share "${share}" was lost: ${detail}. Nothing further was written; run the backup again`,
    );
    this.name = 'LeaseLostError';
  }
}

/**
 * The lock of a target share: a lease on the share itself, renewed while it is held
 * (rest/api/storageservices/lease-share). It stops neither data nor snapshots; requests that write are
 * fenced by {@link assertFresh}, as the service does not check a share's lease for them.
 */
export class ShareLease {
  readonly id: string;
  readonly #account: StorageAccount;
  readonly #share: string;
  /** Milliseconds of a clock that never jumps; replaced in tests. */
  readonly #now: () => number;
  readonly #lost = new AbortController();
  #renewedAt: number;
  #timer: NodeJS.Timeout | undefined;

  private constructor(
    account: StorageAccount,
    share: string,
    id: string,
    now: () => number,
    renewedAt: number,
  ) {
    this.#account = account;
    this.#share = share;
    this.id = id;
    this.#now = now;
    this.#renewedAt = renewedAt;
    this.#timer = setInterval(() => this.renew().catch(() => undefined), RENEW_EVERY_MS).unref();
  }

  /**
   * Takes the lease. Undefined where another holds it. With `id`, a lease that bears this very id is
   * taken over: the service grants it to whoever names it.
   */
  static async acquire(
    account: StorageAccount,
    share: string,
    id: string = randomUUID(),
    now: () => number = () => performance.now(),
  ): Promise<ShareLease | undefined> {
    const asked = now();
    try {
      await send(account, share, 'AcquireShareLease', {
        'x-ms-lease-action': 'acquire',
        'x-ms-lease-duration': String(LEASE_SECONDS),
        'x-ms-proposed-lease-id': id,
      });
      return new ShareLease(account, share, id, now, asked);
    } catch (error) {
      if (isRefusal(error, 'LeaseAlreadyPresent')) return undefined;
      throw error;
    }
  }

  /** Renews the lease now; rejects when it is another's by now. */
  async renew(): Promise<void> {
    const asked = this.#now();
    try {
      await send(this.#account, this.#share, 'RenewShareLease', {
        'x-ms-lease-action': 'renew',
        'x-ms-lease-id': this.id,
      });
      this.#renewedAt = asked;
    } catch (error) {
      if (
        isRefusal(
          error,
          'LeaseIdMismatchWithLeaseOperation',
          'LeaseNotPresentWithLeaseOperation',
          'ShareNotFound',
        )
      ) {
        this.#lost.abort(new LeaseLostError(this.#share, error.message));
      }
      throw error;
    }
  }

  /** @throws {LeaseLostError} when the lease is, or may be, another's. Called before every request that writes. */
  assertFresh(): void {
    const age = this.#now() - this.#renewedAt;
    if (age > FRESH_FOR_MS && !this.#lost.signal.aborted) {
      this.#lost.abort(
        new LeaseLostError(this.#share, `it was last renewed ${Math.round(age / 1000)} s ago`),
      );
    }
    this.#lost.signal.throwIfAborted();
  }

  /** Aborted once the lease is known to be another's, or may be. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  async release(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await send(this.#account, this.#share, 'ReleaseShareLease', {
      'x-ms-lease-action': 'release',
      'x-ms-lease-id': this.id,
    });
  }

  /** Stops renewing without giving the lease back. */
  abandon(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Breaks whatever lease there is at once. Only a person may ask for this. */
  static async break(account: StorageAccount, share: string): Promise<boolean> {
    try {
      await send(account, share, 'BreakShareLease', {
        'x-ms-lease-action': 'break',
        'x-ms-lease-break-period': '0',
      });
      return true;
    } catch (error) {
      if (isRefusal(error, 'LeaseNotPresentWithLeaseOperation')) return false;
      throw error;
    }
  }
}

type LeaseOperation = 'AcquireShareLease' | 'RenewShareLease' | 'ReleaseShareLease' | 'BreakShareLease';

async function send(
  account: StorageAccount,
  share: string,
  operation: LeaseOperation,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  await account.send({
    operation,
    method: 'PUT',
    share,
    query: { restype: 'share', comp: 'lease' },
    headers,
    urgent: true,
  });
}
