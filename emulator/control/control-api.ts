import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { given } from '../http/given.ts';
import type { ResourceManager } from '../resource-manager/management-request.ts';
import {
  completeCopy,
  failCopy,
  formatTicks,
  millisecondsOf,
  parseTicks,
  ServiceError,
  seed,
} from '../state/index.ts';
import { namesOf, pathSchema, shareOf, shareSchema } from './addressed-share.ts';
import { type Faults, faultSchema } from './faults.ts';
import { IDENTITY_RESOURCES, type IdentityControlTarget } from './identity-control.ts';
import { ControlError, readJson, sendJson } from './json-exchange.ts';
import { LIMIT_RESOURCES } from './limit-resources.ts';
import { PLANTING_RESOURCES } from './planting-resources.ts';
import type { RequestCounters } from './request-counters.ts';
import { THROTTLING_RESOURCES } from './throttling-resources.ts';
import type { TrafficLimits } from './traffic-limits.ts';

/** What the control endpoint steers. */
export type ControlTarget = IdentityControlTarget & {
  readonly counters: RequestCounters;
  readonly faults: Faults;
  readonly limits: TrafficLimits;
  /** The accounts as the ready line tells them. */
  readonly accounts: () => unknown;
  /** The certificate of TLS connections in PEM. */
  readonly certificate: () => Promise<string>;
  readonly save: () => Promise<void>;
  /** Whether there is a folder to save to. */
  readonly hasFolder: boolean;
  readonly management: ResourceManager;
};

/** The path below which the emulator answers for itself instead of the service. */
export const CONTROL_PATH = '/_emulator';

/** Answers a request of the control endpoint in JSON. Never rejects. */
export async function serveControl(
  target: ControlTarget,
  message: IncomingMessage,
  output: ServerResponse,
): Promise<void> {
  const path = (message.url ?? '').split('?', 1)[0] ?? '';
  const [resource = '', id, ...rest] = path.slice(CONTROL_PATH.length + 1).split('/');
  try {
    const handler = rest.length > 0 ? undefined : RESOURCES[`${message.method} ${resource}`];
    if (handler === undefined) throw new ControlError(404, `There is no ${message.method} ${path} here.`);
    sendJson(output, 200, await handler(target, message, id));
  } catch (error) {
    const status = error instanceof ControlError || error instanceof ServiceError ? error.status : 500;
    sendJson(output, status, { error: error instanceof Error ? error.message : String(error) });
  }
}

/** Answers one method and resource of the control endpoint; `id` is the part of the path after the resource. */
export type ControlHandler = (
  target: ControlTarget,
  message: IncomingMessage,
  id: string | undefined,
) => unknown;

const seedSchema = shareSchema.extend({
  seed: z.int(),
  files: z.int().min(0),
  filesPerDirectory: z.int().min(1).optional(),
  depth: z.int().min(0).optional(),
  minSize: z.int().min(0).optional(),
  maxSize: z.int().min(0).optional(),
  path: z.string().optional(),
});
const clockSchema = z.union([
  z.strictObject({ advanceMs: z.number() }),
  z.strictObject({ set: z.string() }),
  z.strictObject({ freeze: z.union([z.literal(true), z.string()]) }),
  z.strictObject({ resume: z.literal(true) }),
]);
const copyModeSchema = z.strictObject({
  mode: z.union([z.enum(['sync', 'until-told']), z.strictObject({ pendingMs: z.number().min(0) })]),
});
const endCopySchema = pathSchema.extend({ description: z.string().optional() });
const retentionSchema = z.strictObject({
  account: z.string(),
  enabled: z.boolean(),
  days: z.int().min(1).max(365).optional(),
});

const RESOURCES: Readonly<Record<string, ControlHandler>> = {
  ...IDENTITY_RESOURCES,
  'GET ': (target) => ({ accounts: target.accounts(), time: formatTicks(target.state.clock.now()) }),
  'GET requests': (target) => ({
    total: target.counters.total(),
    operations: target.counters.operations(),
    accounts: target.counters.accounts(),
  }),
  'DELETE requests': (target) => {
    target.counters.reset();
    return {};
  },
  'GET faults': (target) => ({ faults: target.faults.list() }),
  'POST faults': async (target, message) => ({ id: target.faults.add(await readJson(message, faultSchema)) }),
  'DELETE faults': (target, _message, id) => {
    if (!target.faults.remove(id) && id !== undefined)
      throw new ControlError(404, `There is no fault ${id}.`);
    return {};
  },
  ...LIMIT_RESOURCES,
  ...PLANTING_RESOURCES,
  ...THROTTLING_RESOURCES,
  'POST seed': async (target, message) => seed(target.state, given(await readJson(message, seedSchema))),
  'GET clock': clockReading,
  'POST clock': async (target, message) => {
    moveClock(target, await readJson(message, clockSchema));
    return clockReading(target);
  },
  'GET copies': (target) => ({ mode: target.state.copyMode }),
  'POST copies': async (target, message, id) => {
    if (id === undefined) {
      target.state.copyMode = (await readJson(message, copyModeSchema)).mode;
      return { mode: target.state.copyMode };
    }
    const { path, description, ...where } = await readJson(message, endCopySchema);
    const share = shareOf(target, where);
    if (id === 'complete') completeCopy(share, namesOf(path));
    else if (id === 'fail') failCopy(share, namesOf(path), description);
    else throw new ControlError(404, 'A copy can be ended by complete or fail.');
    return {};
  },
  'POST retention': async (target, message) => {
    const { account: name, ...policy } = await readJson(message, retentionSchema);
    const account = target.state.findAccount(name);
    if (account === undefined) throw new ControlError(404, `There is no account ${name}.`);
    account.serviceProperties = { ...account.serviceProperties, shareDeleteRetention: given(policy) };
    return account.serviceProperties.shareDeleteRetention;
  },
  'GET certificate': async (target) => ({ certificate: await target.certificate() }),
  'POST save': async (target) => {
    if (!target.hasFolder) throw new ControlError(409, 'The emulator was started without a data folder.');
    await target.save();
    return {};
  },
};

function clockReading(target: ControlTarget): unknown {
  return { time: formatTicks(target.state.clock.now()), frozen: target.state.clock.frozen };
}

function moveClock(target: ControlTarget, move: z.output<typeof clockSchema>): void {
  const { clock } = target.state;
  if ('advanceMs' in move) clock.advance(move.advanceMs);
  else if ('set' in move) clock.set(timeOf(move.set));
  else if ('resume' in move) clock.resume();
  else if (move.freeze === true) clock.freeze();
  else clock.freeze(timeOf(move.freeze));
}

function timeOf(text: string): number {
  const ticks = parseTicks(text);
  if (ticks === undefined) throw new ControlError(400, `${text} is no UTC time like 2026-11-21T05:30:00Z.`);
  return millisecondsOf(ticks);
}
