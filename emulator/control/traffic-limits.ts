import { LimitedShare, type Use } from './limited-share.ts';
import { MACHINE_TIMER, ModelledTime, type Timer } from './modelled-time.ts';
import type { ShareLimits } from './share-limits.ts';

/** Latency that every request waits before it is carried out, in milliseconds. */
export type Latency = { readonly ms: number; readonly jitterMs?: number | undefined };

/** What a request takes of the limits of its share. */
export type TrafficUse = Use & { readonly account: string; readonly share: string };

/**
 * What holds requests up: latency, and the limits of shares (learn.microsoft.com
 * azure/storage/files/storage-files-scale-targets), past which the service answers 503 `ServerBusy`. All of it goes
 * by modelled time.
 */
export class TrafficLimits {
  readonly #shares = new Map<string, LimitedShare>();
  readonly #time: ModelledTime;
  #latency: Latency = { ms: 0 };

  constructor(timer: Timer = MACHINE_TIMER) {
    this.#time = new ModelledTime(timer);
  }

  /** Sets the limits of a share, from now on and with nothing used of them yet, or lifts them. */
  set(account: string, share: string, limits: ShareLimits | undefined): void {
    const key = keyOf(account, share);
    if (limits === undefined) this.#shares.delete(key);
    else this.#shares.set(key, new LimitedShare(limits, this.#time.now()));
  }

  /** The limits in force, by `account/share`. */
  list(): Readonly<Record<string, ShareLimits>> {
    return Object.fromEntries([...this.#shares].map(([key, { limits }]) => [key, limits]));
  }

  /** Lifts every limit. */
  clear(): void {
    this.#shares.clear();
  }

  /** How many modelled seconds pass in a second: 60 makes an hour of the service a minute. */
  get timeScale(): number {
    return this.#time.scale;
  }

  set timeScale(scale: number) {
    this.#time.scale = scale;
  }

  /** Whether a share has limits. */
  areOn(account: string, share: string): boolean {
    return this.#shares.size > 0 && this.#shares.has(keyOf(account, share));
  }

  /**
   * Takes one request out of the limits of its share. Returns the modelled milliseconds that it has to wait before
   * it is carried out, latency of the share included; undefined, with nothing taken, when it is to be refused.
   */
  take(use: TrafficUse, random: number = Math.random()): number | undefined {
    const share = this.#shareOf(use);
    if (share === undefined) return 0;
    const turn = share.take(use, this.#time.now());
    const { latencyMs = 0, latencyJitterMs = 0 } = share.limits;
    return turn === undefined ? undefined : turn + latencyMs + latencyJitterMs * random;
  }

  /** Takes bytes that were known only as the request was carried out, so that later requests wait for them. */
  charge(use: TrafficUse): void {
    this.#shareOf(use)?.charge(use, this.#time.now());
  }

  /** Waits modelled milliseconds. */
  async pause(ms: number): Promise<void> {
    await this.#time.sleep(ms);
  }

  /** Latency of every request, whatever its share. */
  get latency(): Latency {
    return this.#latency;
  }

  set latency(latency: Latency) {
    this.#latency = latency;
  }

  /** How long the next request waits, in modelled milliseconds; `random` is from 0 up to 1. */
  nextDelay(random: number = Math.random()): number {
    const { ms, jitterMs = 0 } = this.#latency;
    return jitterMs === 0 ? ms : ms + jitterMs * random;
  }

  #shareOf({ account, share }: TrafficUse): LimitedShare | undefined {
    return this.#shares.get(keyOf(account, share));
  }
}

function keyOf(account: string, share: string): string {
  return `${account}/${share}`;
}
