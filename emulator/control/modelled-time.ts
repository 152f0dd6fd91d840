import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

/** What latency and limits go by: a monotonic clock in milliseconds, and how to wait by it. */
export type Timer = {
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
};

/** Timers of the machine may be late by this much, so the rest of a wait is spent looking at the clock. */
const TIMER_SLACK_MS = 2;

/** The machine's own clock. Waits are exact to a fraction of a millisecond, which scaled time needs. */
export const MACHINE_TIMER: Timer = {
  now: () => performance.now(),
  sleep: async (ms) => {
    const end = performance.now() + ms;
    if (ms > TIMER_SLACK_MS) await sleep(ms - TIMER_SLACK_MS);
    while (performance.now() < end) await nextTurn();
  },
};

/**
 * Time as the limits see it, which runs `scale` times as fast as the timer: 60 makes an hour of the service a
 * minute. Changing the scale moves no point of time.
 */
export class ModelledTime {
  readonly #timer: Timer;
  #scale = 1;
  /** What both clocks showed when the scale was last set. */
  #since = { timer: 0, modelled: 0 };

  constructor(timer: Timer) {
    this.#timer = timer;
    this.#since = { timer: timer.now(), modelled: 0 };
  }

  /** Modelled milliseconds. */
  now(): number {
    return this.#since.modelled + (this.#timer.now() - this.#since.timer) * this.#scale;
  }

  get scale(): number {
    return this.#scale;
  }

  set scale(scale: number) {
    this.#since = { modelled: this.now(), timer: this.#timer.now() };
    this.#scale = scale;
  }

  /** Waits modelled milliseconds. */
  async sleep(ms: number): Promise<void> {
    if (ms > 0) await this.#timer.sleep(ms / this.#scale);
  }
}
