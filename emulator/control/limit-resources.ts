import { z } from 'zod';
import { shareSchema } from './addressed-share.ts';
import type { ControlHandler, ControlTarget } from './control-api.ts';
import { ControlError, readJson } from './json-exchange.ts';
import { limitsRequestSchema, PRESET_NAMES, resolveLimits } from './share-limits.ts';

const latencySchema = z.strictObject({ ms: z.number().min(0), jitterMs: z.number().min(0).optional() });
const limitsSchema = limitsRequestSchema.extend(shareSchema.shape);
const timeScaleSchema = z.strictObject({ timeScale: z.number().positive() });

/** Latency, the limits of shares, and the time both go by. */
export const LIMIT_RESOURCES: Readonly<Record<string, ControlHandler>> = {
  'GET latency': (target) => target.limits.latency,
  'POST latency': async (target, message) => {
    target.limits.latency = await readJson(message, latencySchema);
    return target.limits.latency;
  },
  'DELETE latency': (target) => {
    target.limits.latency = { ms: 0 };
    return target.limits.latency;
  },
  'GET limits': limitsReading,
  'POST limits': async (target, message) => {
    const { account, share, ...request } = await readJson(message, limitsSchema);
    const limits = resolveLimits(request);
    if (limits === undefined) {
      throw new ControlError(400, `There is no preset ${request.preset}; there are ${PRESET_NAMES}.`);
    }
    target.limits.set(account, share, limits);
    return limitsReading(target);
  },
  'DELETE limits': (target) => {
    target.limits.clear();
    return limitsReading(target);
  },
  'POST time-scale': async (target, message) => {
    target.limits.timeScale = (await readJson(message, timeScaleSchema)).timeScale;
    return limitsReading(target);
  },
};

function limitsReading({ limits }: ControlTarget): unknown {
  return { limits: limits.list(), timeScale: limits.timeScale };
}
