/** A baseline is the lowest of the last one to two of these. */
const BASELINE_MS = 30_000;
/** So many attempts of one kind say something; fewer are chance. */
const FEWEST_SAMPLES = 8;
const SMOOTHING = 16;
const RISEN_FACTOR = 3;
/** Below this a difference is the machine's, not the service's. */
const RISEN_AT_LEAST_MS = 20;

interface Kind {
  samples: number;
  smoothedMs: number;
  lowestMs: number;
  lowestBeforeMs: number;
  since: number;
}

/**
 * Tells rising latency. Each kind of attempt is compared with its own lowest smoothed latency of late, as a
 * copy of 4 MiB is slower by nature than a listing. What stays slow becomes the baseline within a minute.
 */
export class LatencyWatch {
  readonly #kinds = new Map<string, Kind>();

  /** Takes in one attempt and tells whether its kind has become much slower than it can be. */
  hasRisen(name: string, milliseconds: number, now: number): boolean {
    const kind = this.#kindOf(name, now);
    kind.samples += 1;
    kind.smoothedMs += (milliseconds - kind.smoothedMs) / Math.min(kind.samples, SMOOTHING);
    if (kind.samples < FEWEST_SAMPLES) return false;
    if (now - kind.since > BASELINE_MS) {
      kind.lowestBeforeMs = kind.lowestMs;
      kind.lowestMs = kind.smoothedMs;
      kind.since = now;
    }
    kind.lowestMs = Math.min(kind.lowestMs, kind.smoothedMs);
    const baseline = Math.min(kind.lowestMs, kind.lowestBeforeMs);
    return kind.smoothedMs > baseline * RISEN_FACTOR + RISEN_AT_LEAST_MS;
  }

  /** Smooths anew, after a change that the attempts so far know nothing of. Baselines stay. */
  startAnew(): void {
    for (const kind of this.#kinds.values()) kind.samples = 0;
  }

  #kindOf(name: string, now: number): Kind {
    const known = this.#kinds.get(name);
    if (known !== undefined) return known;
    const never = Number.POSITIVE_INFINITY;
    const kind = { samples: 0, smoothedMs: 0, lowestMs: never, lowestBeforeMs: never, since: now };
    this.#kinds.set(name, kind);
    return kind;
  }
}

const SMALL = 64 * 1024;

/** What an attempt is compared with: the same operation on as much data, up to a factor of two. */
export function kindOfAttempt(operation: string, bytes: number): string {
  return bytes <= SMALL ? operation : `${operation} ${Math.ceil(Math.log2(bytes))}`;
}
