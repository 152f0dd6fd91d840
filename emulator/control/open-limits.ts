import type { Timer } from './modelled-time.ts';
import { type LimitsRequest, PRESET_NAMES, resolveLimits } from './share-limits.ts';
import { TrafficLimits } from './traffic-limits.ts';

/** Limits of a share to start with; the share need not exist yet. */
export type ShareLimitsOption = LimitsRequest & { readonly account: string; readonly share: string };

/** What holds requests up from the start. */
export type TrafficOptions = {
  readonly limits?: readonly ShareLimitsOption[];
  /** How many modelled seconds of latency and limits pass in a second; 1 unless given. */
  readonly timeScale?: number;
  /** What latency and limits go by; the machine's clock unless given. */
  readonly timer?: Timer;
};

/** Throws `RangeError` for a preset that there is not. */
export function openLimits({ limits = [], timeScale = 1, timer }: TrafficOptions): TrafficLimits {
  const traffic = new TrafficLimits(timer);
  traffic.timeScale = timeScale;
  for (const { account, share, ...request } of limits) {
    const resolved = resolveLimits(request);
    if (resolved === undefined) {
      throw new RangeError(`There is no preset ${request.preset}; there are ${PRESET_NAMES}.`);
    }
    traffic.set(account, share, resolved);
  }
  return traffic;
}
