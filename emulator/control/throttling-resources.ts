import { z } from 'zod';
import type { ControlHandler } from './control-api.ts';
import { readJson } from './json-exchange.ts';

const throttlingSchema = z.strictObject({ enabled: z.boolean() });

/** Whether Resource Manager holds requests to its limits; setting it starts counting anew. */
export const THROTTLING_RESOURCES: Readonly<Record<string, ControlHandler>> = {
  'GET throttling': (target) => ({ enabled: target.management.limits.throttling }),
  'POST throttling': async (target, message) => {
    const { limits } = target.management;
    limits.throttling = (await readJson(message, throttlingSchema)).enabled;
    limits.reset();
    return { enabled: limits.throttling };
  },
};
