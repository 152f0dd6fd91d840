import { z } from 'zod';
import { given } from '../http/given.ts';
import {
  formatTicks,
  plantBackupSnapshot,
  plantHandle,
  syntheticBytes,
  syntheticStream,
} from '../state/index.ts';
import { namesOf, pathSchema, shareOf, shareSchema } from './addressed-share.ts';
import type { ControlHandler, ControlTarget } from './control-api.ts';
import { readJson } from './json-exchange.ts';

const handleSchema = pathSchema.extend({
  access: z.enum(['none', 'read', 'read-write', 'read-write-delete']).optional(),
  lock: z.strictObject({ start: z.int().min(0), end: z.int().min(1) }).optional(),
  deletePending: z.boolean().optional(),
  clientIp: z.string().optional(),
});
const backupSnapshotSchema = shareSchema.extend({ metadata: z.record(z.string(), z.string()).optional() });
const slownessSchema = z.strictObject({
  snapshotMs: z.number().min(0).optional(),
  shareDeletionMs: z.number().min(0).optional(),
});
const contentSchema = z.strictObject({
  seed: z.int().min(0),
  path: z.string(),
  offset: z.int().min(0),
  length: z
    .int()
    .min(0)
    .max(4 * 1024 * 1024),
});

/** What clients of other protocols and other services leave behind, and what seeded files hold. */
export const PLANTING_RESOURCES: Readonly<Record<string, ControlHandler>> = {
  'POST handles': async (target, message) => {
    const { path, access, lock, deletePending, clientIp, ...where } = await readJson(message, handleSchema);
    const options = given({ share: access, lock, deletePending, clientIp });
    const handle = plantHandle(shareOf(target, where), namesOf(path), options);
    return { ...handle, openTime: formatTicks(handle.openTime) };
  },
  'POST backup-snapshots': async (target, message) => {
    const { metadata, ...where } = await readJson(message, backupSnapshotSchema);
    return plantBackupSnapshot(shareOf(target, where), metadata);
  },
  'GET slowness': slownessReading,
  'POST slowness': async (target, message) => {
    const { snapshotMs, shareDeletionMs } = await readJson(message, slownessSchema);
    const { state } = target;
    state.snapshotDurationMs = snapshotMs ?? state.snapshotDurationMs;
    state.shareDeletionMs = shareDeletionMs ?? state.shareDeletionMs;
    return slownessReading(target);
  },
  'POST content': async (_target, message) => {
    const { seed, path, offset, length } = await readJson(message, contentSchema);
    const stream = syntheticStream(seed, namesOf(path).join('/'));
    return { base64: syntheticBytes(stream, offset, length).toString('base64') };
  },
};

function slownessReading({ state }: ControlTarget): unknown {
  return { snapshotMs: state.snapshotDurationMs, shareDeletionMs: state.shareDeletionMs };
}
