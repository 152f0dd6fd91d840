import { z } from 'zod';
import { canonicalTime } from '../files/times.ts';
import type { ShareProperties, Snapshot } from './snapshot-store.ts';

/** A share or snapshot as Resource Manager tells it (rest/api/storagerp/file-shares/get). */
export interface ShareResource {
  readonly name: string;
  /** Of a snapshot, its id with all seven digits; undefined for the share itself. */
  readonly snapshot: string | undefined;
  readonly deleted: boolean;
  readonly quotaGiB: number;
  readonly protocol: ShareProperties['protocol'];
  /** Names in lower case. Undefined where the answer tells none: a list leaves out what a share has. */
  readonly metadata: Snapshot['metadata'] | undefined;
  /** Undefined where the answer does not tell. */
  readonly leased: boolean | undefined;
}

/** One share or snapshot; undefined for what is none. */
export function shareResource(body: unknown): ShareResource | undefined {
  const parsed = shareSchema.safeParse(body);
  return parsed.success ? toShareResource(parsed.data) : undefined;
}

/** The members of one page of a list; undefined for what is no list. */
export function shareResources(body: unknown): readonly ShareResource[] | undefined {
  const parsed = z.object({ value: z.array(shareSchema) }).safeParse(body);
  return parsed.success ? parsed.data.value.map(toShareResource) : undefined;
}

const shareSchema = z.object({
  name: z.string(),
  properties: z.object({
    snapshotTime: z.string().nullish(),
    deleted: z.boolean().nullish(),
    shareQuota: z.number().nullish(),
    enabledProtocols: z.string().nullish(),
    metadata: z.record(z.string(), z.string()).nullish(),
    leaseStatus: z.string().nullish(),
    leaseState: z.string().nullish(),
  }),
});

function toShareResource({ name, properties }: z.output<typeof shareSchema>): ShareResource {
  const { snapshotTime, deleted, shareQuota, enabledProtocols, metadata } = properties;
  return {
    name,
    // JSON may leave out zeros at its end, which the data plane's id of the same snapshot has.
    snapshot: snapshotTime ? canonicalTime(snapshotTime) : undefined,
    deleted: deleted === true,
    quotaGiB: shareQuota ?? 0,
    // Told of other shares only, as every share is SMB unless it was made otherwise.
    protocol: enabledProtocols?.toUpperCase() === 'NFS' ? 'NFS' : 'SMB',
    metadata: metadata === null || metadata === undefined ? undefined : lowerCased(metadata),
    leased: leasedOf(properties.leaseStatus, properties.leaseState),
  };
}

function lowerCased(metadata: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name.toLowerCase(), value]));
}

/** The documentation writes these with a capital, the service without. */
function leasedOf(status: string | null | undefined, state: string | null | undefined): boolean | undefined {
  if (status !== null && status !== undefined) return status.toLowerCase() === 'locked';
  if (state !== null && state !== undefined) return ['leased', 'breaking'].includes(state.toLowerCase());
  return undefined;
}
