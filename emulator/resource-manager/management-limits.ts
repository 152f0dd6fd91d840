import { tooManyRequests } from './management-errors.ts';
import type { ThrottleClass } from './management-operations.ts';

type Limit = { readonly kind: ThrottleClass; readonly seconds: number; readonly requests: number };

/**
 * Limits of the storage resource provider per subscription and region;
 * learn.microsoft.com azure/storage/common/scalability-targets-resource-provider.
 */
const LIMITS: readonly Limit[] = [
  { kind: 'write', seconds: 1, requests: 10 },
  { kind: 'write', seconds: 3600, requests: 1200 },
  { kind: 'read', seconds: 300, requests: 800 },
  { kind: 'list', seconds: 300, requests: 100 },
];

/** What Resource Manager allows a subscription in an hour, which its answers count down. */
const HOURLY = { reads: 12_000, writes: 1200, deletes: 15_000 } as const;

type Window = { start: number; used: number };

/**
 * Counts requests of Resource Manager in windows that begin with their first request. Past a limit requests get
 * 429 `TooManyRequests`, when `throttling` is on; what is left of the hour is told either way.
 */
export class ManagementLimits {
  throttling: boolean;
  readonly #nowMs: () => number;
  readonly #windows = new Map<string, Window>();

  /** `nowMs` is the emulator's clock in milliseconds. */
  constructor(nowMs: () => number, throttling = false) {
    this.#nowMs = nowMs;
    this.throttling = throttling;
  }

  /** Takes a request into account; throws 429 when that exceeds a limit. */
  admit(kind: ThrottleClass): void {
    if (!this.throttling) return;
    const limits = LIMITS.filter((limit) => limit.kind === kind);
    for (const limit of limits) {
      const window = this.#window(`${kind}/${limit.seconds}`, limit.seconds);
      if (window.used >= limit.requests) throw throttled(limit, window.start - this.#nowMs());
    }
    for (const limit of limits) this.#window(`${kind}/${limit.seconds}`, limit.seconds).used++;
  }

  /** The header that tells how many requests of this method are left to the subscription, one less each time. */
  countDown(method: string): Record<string, string> {
    const kind = method === 'GET' ? 'reads' : method === 'DELETE' ? 'deletes' : 'writes';
    const window = this.#window(kind, 3600);
    window.used++;
    return {
      [`x-ms-ratelimit-remaining-subscription-${kind}`]: String(Math.max(0, HOURLY[kind] - window.used)),
    };
  }

  /** Starts all windows anew. */
  reset(): void {
    this.#windows.clear();
  }

  #window(key: string, seconds: number): Window {
    const now = this.#nowMs();
    const window = this.#windows.get(key);
    // A clock that was set back ends a window, too.
    if (window !== undefined && now >= window.start && now < window.start + seconds * 1000) return window;
    const fresh = { start: now, used: 0 };
    this.#windows.set(key, fresh);
    return fresh;
  }
}

function throttled(limit: Limit, sinceStartMs: number): Error {
  const left = Math.max(1, Math.ceil((limit.seconds * 1000 + sinceStartMs) / 1000));
  const kind = limit.kind.charAt(0).toUpperCase() + limit.kind.slice(1);
  return tooManyRequests(kind, hoursMinutesSeconds(limit.seconds), left);
}

function hoursMinutesSeconds(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(11, 19);
}
