interface Sample {
  /** Milliseconds by a steady clock. */
  readonly at: number;
  readonly done: number;
}

/** Before this long, a rate says more of chance than of the run. */
const SHORTEST_MS = 1000;

/** How fast a run or a verification gets on, over a window that slides. Reads no clock itself. */
export class ProgressRate {
  readonly #windowMs: number;
  #samples: Sample[] = [];

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /**
   * Takes down how much was done by a time, which never lies before that of an earlier call.
   * @param at milliseconds by a steady clock
   * @param done entries or bytes, the same kind of them until a restart
   */
  add(at: number, done: number): void {
    this.#samples.push({ at, done });
    while ((this.#samples[1]?.at ?? at) <= at - this.#windowMs) this.#samples.shift();
  }

  /** Forgets everything, as something else is counted from here on. */
  restart(): void {
    this.#samples = [];
  }

  /** Entries or bytes per second over the window; null until that can be told. */
  get perSecond(): number | null {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.at - first.at < SHORTEST_MS) return null;
    return ((last.done - first.done) * 1000) / (last.at - first.at);
  }
}

/** Seconds that so many entries or bytes will take; null when there is nothing to tell it from. */
export function etaSeconds(remaining: number | null, perSecond: number | null): number | null {
  if (remaining === null || remaining <= 0 || perSecond === null || perSecond <= 0) return null;
  return Math.ceil(remaining / perSecond);
}
