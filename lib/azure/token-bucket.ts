/** How much may come at once, as a part of a second's worth. */
const BURST_SECONDS = 0.1;

/**
 * Holds a rate. Tokens come in steadily; whoever takes more than there are leaves a debt, which the next one
 * waits for, so that an amount larger than any burst passes, too. In any t seconds at most
 * `perSecond * (t + 0.1)` and one amount are taken. Times are milliseconds of one clock.
 */
export class TokenBucket {
  #perSecond: number | undefined;
  #level = 0;
  #filledAt = 0;

  /** Milliseconds until something may be taken; 0 without a rate. */
  waitMs(now: number): number {
    if (this.#perSecond === undefined) return 0;
    this.#fill(now, this.#perSecond);
    return Math.max(0, (-this.#level / this.#perSecond) * 1000);
  }

  take(amount: number, now: number): void {
    if (this.#perSecond === undefined) return;
    this.#fill(now, this.#perSecond);
    this.#level -= amount;
  }

  /** Sets the rate from now on, or lifts it. What was taken before remains a debt while there is a rate. */
  setRate(perSecond: number | undefined, now: number): void {
    if (perSecond === this.#perSecond) return;
    if (this.#perSecond !== undefined) this.#fill(now, this.#perSecond);
    if (perSecond === undefined) this.#level = 0;
    this.#perSecond = perSecond;
    this.#filledAt = now;
  }

  #fill(now: number, perSecond: number): void {
    const gained = (Math.max(0, now - this.#filledAt) / 1000) * perSecond;
    this.#level = Math.min(perSecond * BURST_SECONDS, this.#level + gained);
    this.#filledAt = now;
  }
}
