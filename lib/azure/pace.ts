import { AdaptiveConcurrency } from './adaptive-concurrency.ts';
import { kindOfAttempt } from './latency-watch.ts';
import { capsAt, type PaceCaps, type PaceSchedule } from './pace-caps.ts';
import { TokenBucket } from './token-bucket.ts';

export interface PaceOptions {
  /** Requests under way at once, at most. */
  readonly concurrency: number;
  /** Milliseconds to hold the account back when it refuses twice running; doubled for each further time. */
  readonly retryDelayMs: number;
  readonly caps?: PaceSchedule | undefined;
}

/** What an attempt asks for before it is sent. */
export interface PlaceRequest {
  /** Content that the service is asked to move. */
  readonly bytes: number;
  /** True for a request that was sent before; it goes ahead of those that were not. */
  readonly again: boolean;
  readonly signal: AbortSignal | undefined;
}

/** An attempt that was let go. */
export interface Place {
  readonly number: number;
  /** False for one that did not wait and takes no place. */
  readonly counted: boolean;
}

/** What became of an attempt. */
export interface AttemptAnswer {
  readonly operation: string;
  readonly outcome: 'answered' | 'throttled' | 'lost';
  readonly milliseconds: number;
  /** Content that moved, here or within the service. */
  readonly bytes: number;
  /** What the service said of when to come again. */
  readonly retryAfterMs?: number | undefined;
}

export interface PaceReport {
  /** Requests that may be under way at once right now. */
  readonly concurrency: number;
  /** Attempts that were refused because the service was busy. */
  readonly throttled: number;
  /** Milliseconds for which nothing was sent because the service had refused. */
  readonly heldBackMs: number;
}

const LONGEST_HOLD_MS = 60_000;
/** A cap may be lifted by the hour while something waits for it. */
const LONGEST_SLEEP_MS = 1_000;
const MINUTE_MS = 60_000;
const MEBIBYTE = 1024 * 1024;

interface Waiter {
  readonly bytes: number;
  admit(): void;
}

/**
 * The pace of requests to one storage account, shared by all that ask it: how many at once, how many and how
 * much in a second, and when none at all. Adapts to the service's answers, within the caps of the owner.
 */
export class Pace {
  readonly #adaptive: AdaptiveConcurrency;
  readonly #retryDelayMs: number;
  readonly #schedule: PaceSchedule | undefined;
  readonly #requests = new TokenBucket();
  readonly #bytes = new TokenBucket();
  readonly #fresh = new Set<Waiter>();
  readonly #again = new Set<Waiter>();
  #caps: PaceCaps = {};
  #capsUntil = Number.NEGATIVE_INFINITY;
  #underWay = 0;
  #heldUntil = 0;
  #heldBackMs = 0;
  #throttled = 0;
  /** Signals of throttling since the last answer that was none. */
  #refusalsRunning = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor({ concurrency, retryDelayMs, caps }: PaceOptions) {
    this.#adaptive = new AdaptiveConcurrency(concurrency);
    this.#retryDelayMs = retryDelayMs;
    this.#schedule = caps;
  }

  /**
   * Waits until an attempt may be sent; {@link leave} must follow.
   * @throws the reason of `signal` as soon as that aborts
   */
  async enter({ bytes, again, signal }: PlaceRequest): Promise<Place> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const queue = again ? this.#again : this.#fresh;
      const giveUp = () => {
        queue.delete(waiter);
        reject(signal?.reason);
        this.#admit();
      };
      const waiter = {
        bytes,
        admit: () => {
          queue.delete(waiter);
          signal?.removeEventListener('abort', giveUp);
          resolve();
        },
      };
      queue.add(waiter);
      signal?.addEventListener('abort', giveUp, { once: true });
      this.#admit();
    });
    return { number: this.#adaptive.begin(), counted: true };
  }

  /** For an attempt that must not wait. It is learned from like any other. */
  enterAtOnce(): Place {
    return { number: this.#adaptive.begin(), counted: false };
  }

  /** Ends an attempt. Without an answer, where it was not sent, nothing is learned. */
  leave(place: Place, answer?: AttemptAnswer): void {
    if (answer !== undefined) this.#learn(place, answer);
    if (place.counted) this.#underWay -= 1;
    this.#admit();
  }

  report(): PaceReport {
    return {
      concurrency: this.#places(),
      throttled: this.#throttled,
      heldBackMs: Math.round(this.#heldBackMs),
    };
  }

  #learn({ number }: Place, { operation, outcome, milliseconds, bytes, retryAfterMs }: AttemptAnswer): void {
    const now = performance.now();
    const kind = kindOfAttempt(operation, bytes);
    const underWay = this.#underWay;
    const decrease = this.#adaptive.end({ number, outcome, kind, milliseconds, underWay, now });
    if (outcome === 'throttled') {
      this.#throttled += 1;
      if (decrease === 'throttled') this.#refusalsRunning += 1;
      this.#hold(retryAfterMs ?? this.#holdWithoutAdvice(decrease), now);
    } else if (outcome === 'answered') {
      this.#refusalsRunning = 0;
    }
    this.#hold(this.#adaptive.pauseAfter(milliseconds), now);
  }

  /** One refusal lowers the concurrency, which may be enough; another one before any answer stops everything. */
  #holdWithoutAdvice(decrease: string | undefined): number {
    if (decrease === undefined || this.#refusalsRunning < 2) return 0;
    return Math.min(this.#retryDelayMs * 2 ** (this.#refusalsRunning - 2), LONGEST_HOLD_MS);
  }

  #hold(milliseconds: number, now: number): void {
    const until = now + milliseconds;
    if (until <= this.#heldUntil) return;
    this.#heldBackMs += until - Math.max(now, this.#heldUntil);
    this.#heldUntil = until;
  }

  /** Lets go whoever may go now, in order, and wakes up again when the next one may. */
  #admit(): void {
    clearTimeout(this.#timer);
    let sleepMs = Number.POSITIVE_INFINITY;
    for (const waiter of this.#inOrder()) {
      const now = performance.now();
      this.#applyCaps(now);
      if (this.#underWay >= this.#places()) return;
      const waitMs = Math.max(0, this.#heldUntil - now, this.#requests.waitMs(now));
      const waitForBytesMs = waiter.bytes > 0 ? this.#bytes.waitMs(now) : 0;
      if (waitMs === 0 && waitForBytesMs === 0) {
        this.#underWay += 1;
        this.#requests.take(1, now);
        this.#bytes.take(waiter.bytes, now);
        waiter.admit();
        continue;
      }
      sleepMs = Math.min(sleepMs, Math.max(waitMs, waitForBytesMs));
      // Who moves no content does not wait for the bytes of others.
      if (waitMs > 0) break;
    }
    if (sleepMs === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(() => this.#admit(), Math.min(Math.ceil(sleepMs), LONGEST_SLEEP_MS));
  }

  *#inOrder(): Generator<Waiter> {
    yield* this.#again;
    yield* this.#fresh;
  }

  #places(): number {
    return Math.min(this.#adaptive.places, this.#caps.concurrency ?? Number.POSITIVE_INFINITY);
  }

  /** Caps change at full minutes only. */
  #applyCaps(now: number): void {
    if (this.#schedule === undefined) return;
    const instant = Date.now();
    // A clock that was set back is noticed within a minute, too.
    if (instant < this.#capsUntil && instant >= this.#capsUntil - MINUTE_MS) return;
    this.#capsUntil = (Math.floor(instant / MINUTE_MS) + 1) * MINUTE_MS;
    this.#caps = capsAt(this.#schedule, instant);
    const { requestsPerSecond, mebibytesPerSecond } = this.#caps;
    this.#requests.setRate(requestsPerSecond, now);
    this.#bytes.setRate(mebibytesPerSecond === undefined ? undefined : mebibytesPerSecond * MEBIBYTE, now);
  }
}
