import { LatencyWatch } from './latency-watch.ts';

/** An attempt at a request that has ended. */
export interface EndedAttempt {
  /** What {@link AdaptiveConcurrency.begin} returned for it. */
  readonly number: number;
  /** `lost`: no answer came, or one that says nothing about load. */
  readonly outcome: 'answered' | 'throttled' | 'lost';
  /** Latencies are compared within a kind only. */
  readonly kind: string;
  readonly milliseconds: number;
  /** Attempts that were under way, this one included. */
  readonly underWay: number;
  /** Milliseconds of a steady clock. */
  readonly now: number;
}

export type Decrease = 'throttled' | 'slow';

/** Where an account starts that nothing is known of. */
const START = 8;
/** High latency alone, which others may cause, takes no account below this part of its ceiling. */
const SLOW_SHARE = 0.25;
const LOWEST = 1 / 64;
const THROTTLED_FACTOR = 0.5;
const SLOW_FACTOR = 0.8;
/** How fast the bound after a refusal rises, as in RFC 9438, 4.1, with seconds for time. */
const CUBIC = 0.4;
const LONGEST_PAUSE_MS = 1_000;

interface Refused {
  /** The concurrency at which the service refused. */
  readonly peak: number;
  readonly at: number;
}

/**
 * How many requests an account takes at once, learned from its answers.
 *
 * It grows by one for each round of answers that used all of it, is halved when the service refuses for being
 * busy, and falls by a fifth when latency rises. Attempts that were under way at a decrease cause no further
 * one, so that a burst of refusals is one signal. After a refusal, growth is bounded by the cubic curve of
 * RFC 9438: slow near the concurrency that was refused, faster the longer it goes well. Below 1 it means one
 * request at a time with pauses between, which is how a service is paced whose limit is below what one request
 * after the other amounts to.
 */
export class AdaptiveConcurrency {
  readonly #ceiling: number;
  readonly #slowest: number;
  readonly #latency = new LatencyWatch();
  #level: number;
  #begun = 0;
  /** Attempts up to this number were under way at the last decrease. */
  #decreasedAt = 0;
  #refused: Refused | undefined;

  constructor(ceiling: number) {
    this.#ceiling = ceiling;
    this.#level = Math.min(START, ceiling);
    this.#slowest = Math.max(this.#level, ceiling * SLOW_SHARE);
  }

  /** How many attempts may be under way, from 1 to the ceiling. */
  get places(): number {
    return Math.max(1, Math.floor(this.#level));
  }

  /** Numbers an attempt that is about to be sent. */
  begin(): number {
    this.#begun += 1;
    return this.#begun;
  }

  /** Learns from an attempt. Returns why the concurrency fell, if it did. */
  end(attempt: EndedAttempt): Decrease | undefined {
    const { outcome, kind, milliseconds, underWay, now } = attempt;
    const isNews = attempt.number > this.#decreasedAt;
    if (outcome === 'throttled') {
      if (!isNews) return undefined;
      this.#refused = { peak: this.#level, at: now };
      this.#decrease(Math.max(LOWEST, this.#level * THROTTLED_FACTOR));
      return 'throttled';
    }
    if (outcome === 'lost' || !isNews) return undefined;
    if (this.#latency.hasRisen(kind, milliseconds, now)) {
      if (this.#level <= this.#slowest) return undefined;
      this.#decrease(Math.max(this.#slowest, this.#level * SLOW_FACTOR));
      return 'slow';
    }
    if (underWay >= this.places) this.#grow(now);
    return undefined;
  }

  /** Milliseconds to send nothing after an attempt that took so long; 0 unless paced below one at a time. */
  pauseAfter(milliseconds: number): number {
    if (this.#level >= 1) return 0;
    return Math.min(Math.max(1, milliseconds) * (1 / this.#level - 1), LONGEST_PAUSE_MS);
  }

  #decrease(level: number): void {
    this.#level = level;
    this.#decreasedAt = this.#begun;
    this.#latency.startAnew();
  }

  #grow(now: number): void {
    const bound = Math.min(this.#ceiling, boundAfter(this.#refused, now));
    this.#level = Math.max(this.#level, Math.min(this.#level + 1 / this.#level, bound));
  }
}

function boundAfter(refused: Refused | undefined, now: number): number {
  if (refused === undefined) return Number.POSITIVE_INFINITY;
  const { peak, at } = refused;
  const secondsToPeak = Math.cbrt((peak * (1 - THROTTLED_FACTOR)) / CUBIC);
  return peak + CUBIC * ((now - at) / 1000 - secondsToPeak) ** 3;
}
