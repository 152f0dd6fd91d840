import { z } from 'zod';
import { RequestFailedError } from '../azure/errors.ts';
import type { JobShares } from '../jobs/open-job.ts';
import { pinLeaseId } from '../snapshots/pin-lease.ts';
import type { RecoveryPoint } from '../snapshots/recovery-points.ts';
import type { ShareLeases } from '../snapshots/share-leases.ts';
import type { SnapshotRole } from '../snapshots/tags.ts';
import type { SystemFolder } from './system-folder.ts';

/** The folder of the records; the pins themselves are leases and do not hang on it. */
export const PINS_FOLDER = 'pins';

/** Why a recovery point is pinned, kept beside the data. */
export interface PinRecord {
  readonly reason: string;
  /** ISO 8601 in UTC; without it the pin has no end. */
  readonly until?: string | undefined;
  /** Who pinned it. */
  readonly by: string;
  /** When, ISO 8601 in UTC. */
  readonly at: string;
}

/**
 * `whole`: on both snapshots a lease of ours. `half`: on one of them; the command that was cut off finishes or
 * undoes it. `foreign`: none of ours, but somebody else's, which Sharepair never touches.
 */
export type PinState = 'whole' | 'half' | 'foreign';

/** The leases on the snapshots of a recovery point, and what is known about them. */
export interface Pin extends Partial<PinRecord> {
  readonly state: PinState;
  /** On which snapshots the lease is the pin's own. */
  readonly own: readonly SnapshotRole[];
  /** On which it is somebody else's, or nobody could tell whose. */
  readonly foreign: readonly SnapshotRole[];
}

const recordSchema = z.object({
  reason: z.string(),
  until: z.string().optional(),
  by: z.string().catch('unknown'),
  at: z.string().catch(''),
});

/** The pins of those recovery points that are leased, by id. Asks the service once for each leased snapshot. */
export async function readPins(
  shares: JobShares,
  folder: SystemFolder,
  points: readonly RecoveryPoint[],
): Promise<ReadonlyMap<string, Pin>> {
  const leased = points.filter((point) => point.leased.length > 0);
  if (leased.length === 0) return new Map();
  const files = (await folder.list(PINS_FOLDER)) ?? [];
  const pins = await Promise.all(
    leased.map(async (point): Promise<[string, Pin]> => {
      const { own, foreign } = await leasesOn(shares, point);
      const record = files.includes(fileOf(point.id)) ? await readPinRecord(folder, point.id) : undefined;
      // A record beside nothing but foreign leases is what an ended pin has left behind.
      return [point.id, { state: stateOf(own), own, foreign, ...(own.length === 0 ? {} : record) }];
    }),
  );
  return new Map(pins);
}

/** Which of the leases on a recovery point's snapshots are its pin. */
export async function leasesOn(
  shares: JobShares,
  point: RecoveryPoint,
): Promise<Pick<Pin, 'own' | 'foreign'>> {
  const { leased } = point;
  const isOwn = await Promise.all(
    leased.map((role) =>
      leasesOf(shares, point, role)
        .holds(pinLeaseId(point.id))
        .catch((error: unknown) => {
          // Without the right to ask, or with the snapshot gone, it is not claimed to be ours.
          if (error instanceof RequestFailedError) return false;
          throw error;
        }),
    ),
  );
  return {
    own: leased.filter((_, index) => isOwn[index] === true),
    foreign: leased.filter((_, index) => isOwn[index] !== true),
  };
}

/** The leases on one snapshot of a recovery point. */
export function leasesOf(
  { source, target }: JobShares,
  { sourceSnapshot, targetSnapshot }: Pick<RecoveryPoint, 'sourceSnapshot' | 'targetSnapshot'>,
  role: SnapshotRole,
): ShareLeases {
  return role === 'source'
    ? source.snapshots.leasesOf(sourceSnapshot)
    : target.snapshots.leasesOf(targetSnapshot);
}

function stateOf(own: readonly SnapshotRole[]): PinState {
  if (own.length === 0) return 'foreign';
  return own.length === 2 ? 'whole' : 'half';
}

/** Whether the end of a pin has come. Never for one without an end, or with one that cannot be read. */
export function isOver({ until }: Pick<PinRecord, 'until'>, now: Date): boolean {
  return until !== undefined && Date.parse(until) <= now.getTime();
}

/** Undefined where there is none, or it cannot be read. */
export async function readPinRecord(folder: SystemFolder, run: string): Promise<PinRecord | undefined> {
  const parsed = recordSchema.safeParse(await folder.read(pathOf(run)));
  return parsed.success ? parsed.data : undefined;
}

/** Creates what of the folder is missing. May be called without the lock of the target. */
export async function writePinRecord(folder: SystemFolder, run: string, record: PinRecord): Promise<void> {
  await folder.createFolder(PINS_FOLDER);
  await folder.write(pathOf(run), record);
}

export function deletePinRecord(folder: SystemFolder, run: string): Promise<void> {
  return folder.delete(pathOf(run));
}

function pathOf(run: string): string {
  return `${PINS_FOLDER}/${fileOf(run)}`;
}

function fileOf(run: string): string {
  return `${run}.json`;
}
