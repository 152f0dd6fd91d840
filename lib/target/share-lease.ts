import { randomUUID } from 'node:crypto';
import { isRefusal, RequestFailedError } from '../azure/errors.ts';
import { type Fence, FencedError } from '../azure/storage-account.ts';
import type { ShareLeases } from '../snapshots/share-leases.ts';

const LEASE_SECONDS = 60;
/** A lease lasts 60 s; a writer that has not renewed it for this long must assume that another holds it. */
const FRESH_FOR_MS = 40_000;

/** The lock of a target share was lost, so this run may write no more. */
export class LeaseLostError extends FencedError {
  constructor(share: string, detail: string) {
    super(
      `the lease on target share "${share}" was lost: ${detail}. Nothing further was written; run it again`,
    );
    this.name = 'LeaseLostError';
  }
}

/** Milliseconds that only ever grow, and milliseconds of the wall. */
export interface LeaseClock {
  readonly steady: () => number;
  readonly wall: () => number;
}

const CLOCK: LeaseClock = { steady: () => performance.now(), wall: () => Date.now() };

/**
 * The lock of a target share: a lease on the share itself, renewed while it is held. It stops neither data nor
 * snapshots; requests that write are fenced by {@link assertFresh}, as the service does not check a share's
 * lease for them.
 */
export class ShareLease implements Fence {
  readonly id: string;
  readonly #leases: ShareLeases;
  readonly #clock: LeaseClock;
  readonly #lost = new AbortController();
  #renewedAt: Reading;
  #timer: NodeJS.Timeout | undefined;

  private constructor(leases: ShareLeases, id: string, clock: LeaseClock, renewedAt: Reading) {
    this.#leases = leases;
    this.id = id;
    this.#clock = clock;
    this.#renewedAt = renewedAt;
    this.#timer = setInterval(() => this.renew().catch(() => undefined), leases.renewEveryMs).unref();
  }

  /** Takes the lease. Undefined where another holds it. */
  static async acquire(leases: ShareLeases, clock: LeaseClock = CLOCK): Promise<ShareLease | undefined> {
    const id = randomUUID();
    const asked = read(clock);
    try {
      // Repeated after a lost answer, the same id gets the same lease.
      await leases.acquire(id, LEASE_SECONDS);
      return new ShareLease(leases, id, clock, asked);
    } catch (error) {
      if (isRefusal(error, 'LeaseAlreadyPresent')) return undefined;
      throw error;
    }
  }

  /**
   * Takes the lease over from a holder that is certainly dead, by its id. The id is changed in the same
   * request, so that of several who try, one succeeds. Undefined where the lease is no longer the dead one's.
   */
  static async inherit(leases: ShareLeases, deadId: string): Promise<ShareLease | undefined> {
    const id = randomUUID();
    const asked = read(CLOCK);
    try {
      await leases.change(deadId, id);
      const lease = new ShareLease(leases, id, CLOCK, asked);
      // What was left of the dead one's minute is not enough to rely on.
      await lease.renew();
      return lease;
    } catch (error) {
      if (error instanceof RequestFailedError && isFinal(error)) return undefined;
      throw error;
    }
  }

  /** Renews the lease now; rejects when it is another's by now. */
  async renew(): Promise<void> {
    const asked = read(this.#clock);
    try {
      await this.#leases.renew(this.id);
      this.#renewedAt = asked;
    } catch (error) {
      if (error instanceof RequestFailedError && isFinal(error)) this.#lose(error.message);
      throw error;
    }
  }

  /**
   * Called before every request that writes. Counts by two clocks, as the steady one stands still while a
   * machine sleeps.
   * @throws {LeaseLostError} when the lease is, or may be, another's.
   */
  assertFresh(): void {
    const now = read(this.#clock);
    const age = Math.max(now.steady - this.#renewedAt.steady, now.wall - this.#renewedAt.wall);
    if (age > FRESH_FOR_MS) this.#lose(`it was last renewed ${Math.round(age / 1000)} s ago`);
    this.#lost.signal.throwIfAborted();
  }

  /** Aborted once the lease is known to be another's, or may be. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  async release(): Promise<void> {
    this.abandon();
    await this.#leases.release(this.id);
  }

  /** Stops renewing, and writing, without giving the lease back. */
  abandon(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#lose('it was given back');
  }

  #lose(detail: string): void {
    if (!this.#lost.signal.aborted) this.#lost.abort(new LeaseLostError(this.#leases.share, detail));
  }

  /** Breaks whatever lease there is at once. Only a person may ask for this. */
  static async break(leases: ShareLeases): Promise<boolean> {
    try {
      await leases.break();
      return true;
    } catch (error) {
      if (isRefusal(error, 'LeaseNotPresentWithLeaseOperation')) return false;
      throw error;
    }
  }
}

interface Reading {
  readonly steady: number;
  readonly wall: number;
}

function read(clock: LeaseClock): Reading {
  return { steady: clock.steady(), wall: clock.wall() };
}

/** Whether the service has said that the lease is not ours, rather than not having answered. */
function isFinal({ status, code }: RequestFailedError): boolean {
  // Resource Manager answers 409, too, while something else is under way with the account.
  return status === 404 || status === 412 || (status === 409 && !code.endsWith('InProgress'));
}
