interface Sample {
  /** Milliseconds by a steady clock. */
  readonly at: number;
  readonly entries: number;
}

/** Before this long, a rate says more of chance than of the run. */
const SHORTEST_MS = 1000;

/** How fast a run gets on, over a window that slides. Reads no clock itself. */
export class ProgressRate {
  readonly #windowMs: number;
  #samples: Sample[] = [];

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** Takes down how many entries had been met at a time, which never lies before that of an earlier call. */
  add(at: number, entries: number): void {
    this.#samples.push({ at, entries });
    while ((this.#samples[1]?.at ?? at) <= at - this.#windowMs) this.#samples.shift();
  }

  /** Forgets everything, as something else is counted from here on. */
  restart(): void {
    this.#samples = [];
  }

  /** Entries per second over the window; null until that can be told. */
  get perSecond(): number | null {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.at - first.at < SHORTEST_MS) return null;
    return ((last.entries - first.entries) * 1000) / (last.at - first.at);
  }
}

/** Seconds that so many entries will take; null when there is nothing to tell it from. */
export function etaSeconds(remaining: number | null, perSecond: number | null): number | null {
  if (remaining === null || remaining <= 0 || perSecond === null || perSecond <= 0) return null;
  return Math.ceil(remaining / perSecond);
}
