import { RequestFailedError } from '../azure/errors.ts';
import type { JobShares } from '../jobs/open-job.ts';
import { pinLeaseId } from '../snapshots/pin-lease.ts';
import type { RecoveryPoint } from '../snapshots/recovery-points.ts';
import { INFINITE } from '../snapshots/share-leases.ts';
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
 * Releases the leases of pins whose end has come by the clock of the target, too, and forgets why they were. One
 * that was given another end in the meantime stays, and so does one that cannot be released; the next prune tries
 * again. Returns the recovery points that are pinned still.
 */
export async function releaseExpired(
  shares: JobShares,
  folder: SystemFolder,
  expired: readonly ExpiredPin[],
): Promise<ReadonlySet<string>> {
  const still = new Set<string>();
  if (expired.length === 0) return still;
  const now = await clockOf(folder);
  for (const pin of expired) {
    if (!isOver(pin, now) || !(await hasEnded(shares, folder, pin))) still.add(pin.id);
  }
  return still;
}

/** Ends a pin. False where it holds still. */
async function hasEnded(shares: JobShares, folder: SystemFolder, pin: ExpiredPin): Promise<boolean> {
  const recorded = await readPinRecord(folder, pin.id);
  // A record that is lost tells no end.
  if (recorded?.until !== pin.until || !(await release(shares, pin))) return false;
  const now = await readPinRecord(folder, pin.id);
  const isPinnedAnew = now !== undefined && now.until !== pin.until;
  // What was released may be the lease of the new pin.
  if (isPinnedAnew) await takeBack(shares, pin);
  else await deletePinRecord(folder, pin.id);
  return !isPinnedAnew;
}

/** The time by the clock of the target: that of this machine may be wrong by years, and a pin is for good. */
async function clockOf(folder: SystemFolder): Promise<Date> {
  const probe = 'clock.json';
  await folder.write(probe, {});
  const now = new Date(await folder.modifiedAt(probe));
  await folder.delete(probe);
  return now;
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

async function takeBack(shares: JobShares, pin: ExpiredPin): Promise<void> {
  for (const role of pin.own) {
    try {
      await leasesOf(shares, pin, role).acquire(pinLeaseId(pin.id), INFINITE);
    } catch (error) {
      // Whoever pins anew takes the lease, too, and says so where it cannot.
      if (!(error instanceof RequestFailedError)) throw error;
    }
  }
}
