import { RequestFailedError } from '../azure/errors.ts';
import type { JobShares } from '../jobs/open-job.ts';
import { pinLeaseId } from '../snapshots/pin-lease.ts';
import type { RecoveryPoint } from '../snapshots/recovery-points.ts';
import { deletePinRecord, isOver, leasesOf, leasesOn, PINS_FOLDER, type Pin, readPinRecord } from './pins.ts';
import type { SystemFolder } from './system-folder.ts';

/** A pin whose end has come. */
export interface ExpiredPin extends Pick<Pin, 'own' | 'foreign'> {
  readonly id: string;
  readonly reason: string;
  /** ISO 8601 in UTC. */
  readonly until: string;
  readonly sourceSnapshot: string;
  readonly targetSnapshot: string;
}

/** The pins whose end has come. Asks about leases only where a record says so. */
export async function expiredPins(
  shares: JobShares,
  folder: SystemFolder,
  points: readonly RecoveryPoint[],
  now: Date,
): Promise<readonly ExpiredPin[]> {
  const leased = points.filter((point) => point.leased.length > 0);
  if (leased.length === 0) return [];
  const files = (await folder.list(PINS_FOLDER)) ?? [];
  const recorded = leased.filter(({ id }) => files.includes(`${id}.json`));
  const found = await Promise.all(recorded.map((point) => expiredPin(shares, folder, point, now)));
  return found.flatMap((pin) => pin ?? []);
}

async function expiredPin(
  shares: JobShares,
  folder: SystemFolder,
  point: RecoveryPoint,
  now: Date,
): Promise<ExpiredPin | undefined> {
  const record = await readPinRecord(folder, point.id);
  if (record?.until === undefined || !isOver(record, now)) return undefined;
  const leases = await leasesOn(shares, point);
  if (leases.own.length === 0) return undefined;
  const { id, sourceSnapshot, targetSnapshot } = point;
  return { id, sourceSnapshot, targetSnapshot, reason: record.reason, until: record.until, ...leases };
}

/**
 * Releases the leases of pins whose end has come, and forgets why they were. One that was given another end in
 * the meantime stays, and so does one that cannot be released; the next prune tries again. Returns the recovery
 * points that are pinned still.
 */
export async function releaseExpired(
  shares: JobShares,
  folder: SystemFolder,
  expired: readonly ExpiredPin[],
): Promise<ReadonlySet<string>> {
  const still = new Set<string>();
  for (const pin of expired) {
    const isUnchanged = (await readPinRecord(folder, pin.id))?.until === pin.until;
    if (!isUnchanged || !(await release(shares, pin))) still.add(pin.id);
    else await deletePinRecord(folder, pin.id);
  }
  return still;
}

async function release(shares: JobShares, pin: ExpiredPin): Promise<boolean> {
  try {
    for (const role of pin.own) await leasesOf(shares, pin, role).release(pinLeaseId(pin.id));
    return pin.foreign.length === 0;
  } catch (error) {
    if (error instanceof RequestFailedError) return false;
    throw error;
  }
}
