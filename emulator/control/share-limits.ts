import { z } from 'zod';

const positive = z.number().positive().optional();

/**
 * Limits of one share; what is absent is unlimited. Requests are counted one by one, whatever they move; MiB/s are
 * those in and out together, as SSD shares have them.
 */
export const shareLimitsSchema = z.strictObject({
  requestsPerSecond: positive,
  /** Rate up to which credits let the share exceed `requestsPerSecond`, and how many it starts with and can save. */
  burstRequestsPerSecond: positive,
  burstCredits: positive,
  /** Of requests that neither read nor write content. */
  metadataRequestsPerSecond: positive,
  mibPerSecond: positive,
  /** Of each single file. */
  fileRequestsPerSecond: positive,
  fileReadMibPerSecond: positive,
  fileWriteMibPerSecond: positive,
  /** Every request of the share takes at least so long. */
  latencyMs: z.number().min(0).optional(),
  latencyJitterMs: z.number().min(0).optional(),
  /** What becomes of requests past the limits: 503 `ServerBusy` (unless given), or waiting, and 503 after 30 s. */
  overload: z.enum(['refuse', 'wait']).optional(),
});

/** Limits of one share; what is absent is unlimited. */
export type ShareLimits = Readonly<z.output<typeof shareLimitsSchema>>;

/** Limits with a preset to start from, whose values the others replace. */
export const limitsRequestSchema = shareLimitsSchema.extend({ preset: z.string().optional() });

/** As `ShareLimits`, with the name of a preset to start from. */
export type LimitsRequest = Readonly<z.output<typeof limitsRequestSchema>>;

const GIB_PER_TIB = 1024;
const LARGEST_GIB = 102_400;
const MAX_IOPS = 102_400;

/** The names of presets as messages tell them. */
export const PRESET_NAMES = 'premium-NUMBERgib, premium-NUMBERtib (as premium-30tib), hdd-pay-as-you-go';

/**
 * The limits of a kind of share: `premium-30tib` and its like are SSD shares provisioned (v1) with that size, whose
 * limits follow from it; `hdd-pay-as-you-go` is an HDD share. Latency is no part of a preset, for none is promised.
 * Undefined for other names. learn.microsoft.com azure/storage/files/understanding-billing and
 * storage-files-scale-targets.
 */
export function presetLimits(name: string): ShareLimits | undefined {
  if (name === 'hdd-pay-as-you-go') return HDD_PAY_AS_YOU_GO;
  const match = /^premium-(\d{1,6})(gib|tib)$/.exec(name);
  if (match === null) return undefined;
  const gib = Number(match[1]) * (match[2] === 'tib' ? GIB_PER_TIB : 1);
  return gib >= 1 && gib <= LARGEST_GIB ? provisionedLimits(gib) : undefined;
}

/** The preset of a request with what the request replaces; undefined for a preset that there is not. */
export function resolveLimits({ preset, ...own }: LimitsRequest): ShareLimits | undefined {
  if (preset === undefined) return own;
  const limits = presetLimits(preset);
  return limits === undefined ? undefined : { ...limits, ...own };
}

function provisionedLimits(gib: number): ShareLimits {
  const requestsPerSecond = Math.min(3000 + gib, MAX_IOPS);
  const burstRequestsPerSecond = Math.min(Math.max(10_000, 3 * gib), MAX_IOPS);
  const burstCredits = Math.max(0, burstRequestsPerSecond - requestsPerSecond) * 3600;
  return {
    requestsPerSecond,
    ...(burstCredits === 0 ? {} : { burstRequestsPerSecond, burstCredits }),
    metadataRequestsPerSecond: 12_000,
    mibPerSecond: 100 + hundredthsUp(4 * gib) + hundredthsUp(6 * gib),
    fileRequestsPerSecond: 12_000,
    fileReadMibPerSecond: 3 * GIB_PER_TIB,
    fileWriteMibPerSecond: 2 * GIB_PER_TIB,
  };
}

/** A hundredth, rounded up; 0.04 and 0.06 of a whole number are not exact in binary. */
function hundredthsUp(value: number): number {
  return Math.ceil(value / 100);
}

/** Throughput as the documentation had it while it named one for the share rather than for the account. */
const HDD_PAY_AS_YOU_GO: ShareLimits = {
  requestsPerSecond: 20_000,
  metadataRequestsPerSecond: 12_000,
  mibPerSecond: 300,
  fileRequestsPerSecond: 1000,
  fileReadMibPerSecond: 60,
  fileWriteMibPerSecond: 60,
};
