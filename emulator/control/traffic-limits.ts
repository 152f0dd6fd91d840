/** Limits of one share; what is absent is unlimited. */
export type ShareLimits = {
  readonly requestsPerSecond?: number | undefined;
  readonly mibPerSecond?: number | undefined;
};

/** Latency that every request waits before it is carried out, in milliseconds. */
export type Latency = { readonly ms: number; readonly jitterMs?: number | undefined };

type Bucket = { limits: ShareLimits; requests: number; bytes: number; filled: number };

/**
 * Token buckets per share that hold one second's worth of requests and bytes. A request that finds its
 * bucket empty is refused with 503 `ServerBusy`, as the service does past a share's limits
 * (learn.microsoft.com azure/storage/files/storage-files-scale-targets).
 */
export class TrafficLimits {
  readonly #buckets = new Map<string, Bucket>();
  #latency: Latency = { ms: 0 };
  readonly #nowMs: () => number;

  /** `nowMs` is a monotonic clock in milliseconds. */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** Sets the limits of a share, or lifts them. */
  set(account: string, share: string, limits: ShareLimits | undefined): void {
    const key = `${account}/${share}`;
    if (limits === undefined) {
      this.#buckets.delete(key);
      return;
    }
    this.#buckets.set(key, {
      limits,
      requests: limits.requestsPerSecond ?? 0,
      bytes: (limits.mibPerSecond ?? 0) * MIB,
      filled: this.#nowMs(),
    });
  }

  /** The limits in force, by `account/share`. */
  list(): Readonly<Record<string, ShareLimits>> {
    return Object.fromEntries([...this.#buckets].map(([key, bucket]) => [key, bucket.limits]));
  }

  /** Lifts every limit. */
  clear(): void {
    this.#buckets.clear();
  }

  /** Takes a request of so many bytes out of its share's buckets; false when it exceeds the limits. */
  admit(account: string, share: string, bytes: number): boolean {
    if (this.#buckets.size === 0) return true;
    const bucket = this.#buckets.get(`${account}/${share}`);
    if (bucket === undefined) return true;
    const { requestsPerSecond, mibPerSecond } = bucket.limits;
    this.#refill(bucket);
    if (requestsPerSecond !== undefined && bucket.requests < 1) return false;
    // A bucket may go into debt by one request, or nothing larger than a second's worth would ever pass.
    if (mibPerSecond !== undefined && bytes > 0 && bucket.bytes <= 0) return false;
    bucket.requests -= 1;
    bucket.bytes -= bytes;
    return true;
  }

  /** Latency of every request. */
  get latency(): Latency {
    return this.#latency;
  }

  set latency(latency: Latency) {
    this.#latency = latency;
  }

  /** How long the next request waits, in milliseconds; `random` is in [0, 1). */
  nextDelay(random: number = Math.random()): number {
    const { ms, jitterMs = 0 } = this.#latency;
    return jitterMs === 0 ? ms : ms + jitterMs * random;
  }

  #refill(bucket: Bucket): void {
    const now = this.#nowMs();
    const seconds = (now - bucket.filled) / 1000;
    bucket.filled = now;
    const { requestsPerSecond, mibPerSecond } = bucket.limits;
    if (requestsPerSecond !== undefined) {
      bucket.requests = Math.min(
        Math.max(1, requestsPerSecond),
        bucket.requests + seconds * requestsPerSecond,
      );
    }
    if (mibPerSecond !== undefined) {
      bucket.bytes = Math.min(mibPerSecond * MIB, bucket.bytes + seconds * mibPerSecond * MIB);
    }
  }
}

const MIB = 1024 * 1024;
