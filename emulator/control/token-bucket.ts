/**
 * Tokens that come in at a steady rate up to a capacity, at first full. It may go into debt, which those who come
 * next wait for. Times are milliseconds of one clock.
 */
export class TokenBucket {
  readonly #perMs: number;
  readonly #capacity: number;
  #level: number;
  #filled: number;

  constructor(perSecond: number, capacity: number, now: number) {
    this.#perMs = perSecond / 1000;
    this.#capacity = capacity;
    this.#level = capacity;
    this.#filled = now;
  }

  /** Milliseconds until there are so many tokens; 0 when there are. */
  waitFor(tokens: number, now: number): number {
    this.#refill(now);
    return Math.max(0, (Math.min(tokens, this.#capacity) - this.#level) / this.#perMs);
  }

  /** Takes tokens, whether there are enough or not. */
  take(tokens: number, now: number): void {
    this.#refill(now);
    this.#level -= tokens;
  }

  /** Whether nothing was taken that has not come in again. */
  isFull(now: number): boolean {
    this.#refill(now);
    return this.#level >= this.#capacity;
  }

  #refill(now: number): void {
    this.#level = Math.min(this.#capacity, this.#level + Math.max(0, now - this.#filled) * this.#perMs);
    this.#filled = now;
  }
}
