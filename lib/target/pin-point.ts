import { isNotFound, RequestFailedError } from '../azure/errors.ts';
import type { Configuration } from '../jobs/configuration.ts';
import { type JobShares, openJob } from '../jobs/open-job.ts';
import { messageOf } from '../report/message-of.ts';
import { pinLeaseId } from '../snapshots/pin-lease.ts';
import type { Catalogue, RecoveryPoint } from '../snapshots/recovery-points.ts';
import { INFINITE, isOfAnotherLease } from '../snapshots/share-leases.ts';
import { SNAPSHOT_ROLES, type SnapshotRole } from '../snapshots/tags.ts';
import {
  deletePinRecord,
  leasesOf,
  type PinRecord,
  type PinState,
  readPinRecord,
  writePinRecord,
} from './pins.ts';
import { readCatalogue } from './read-catalogue.ts';
import { readSystemFolder } from './system-folder.ts';
import { UnknownPointError } from './unknown-point-error.ts';

export interface PinOptions {
  readonly configuration: Configuration;
  readonly job: string;
  /** Id of the recovery point. */
  readonly point: string;
}

export interface PinReport {
  readonly job: string;
  readonly point: string;
  /** Undefined where no lease is left on either snapshot. */
  readonly state: PinState | undefined;
  /** The snapshots that somebody else has leased, which stays as it is. */
  readonly foreign: readonly SnapshotRole[];
  readonly record: PinRecord | undefined;
  /** What is not as it was asked for; none where everything is. */
  readonly warnings: readonly string[];
}

/** Both snapshots are leased by somebody else already, so that neither can be pinned. */
export class LeasedByOthersError extends Error {
  constructor(point: string, job: string) {
    super(
      `both snapshots of recovery point ${point} of job "${job}" are leased by another program or person, or being read by a verification. They cannot be deleted while that lasts, and cannot be pinned until it has ended`,
    );
    this.name = 'LeasedByOthersError';
  }
}

/**
 * Pins a recovery point: an infinite lease on its target snapshot, then on its source snapshot, then the record
 * of why. Repeated, it finishes a pin that was cut off and replaces the record of one that is whole.
 *
 * Needs no lock. A prune deletes the target snapshot of a pair first, so that once that one is leased, it is too
 * late for a prune that comes now and too early for one that has been.
 * @throws {UnknownPointError} when there is no such recovery point, or no longer
 * @throws {LeasedByOthersError}
 */
export async function pinPoint(options: PinOptions, record: PinRecord): Promise<PinReport> {
  const { shares, point } = await find(options);
  const taken = await takeLeases(options, shares, point, ['target', 'source']);
  if (taken.length === 0) throw new LeasedByOthersError(point.id, options.job);
  const unwritten = await writeReason(shares, point, record);
  // A prune to which the pin had come to its end may have released it since. From now on it sees the new record.
  const own = await takeLeases(options, shares, point, taken);
  if (own.length === 0) throw new LeasedByOthersError(point.id, options.job);
  const foreign = SNAPSHOT_ROLES.filter((role) => !own.includes(role));
  const leased = foreign.map(
    (role) =>
      `the ${role} snapshot is leased by another program or person, or being read by a verification; pin again once that has ended`,
  );
  const state = foreign.length === 0 ? 'whole' : 'half';
  return { job: options.job, point: point.id, state, foreign, record, warnings: [...leased, ...unwritten] };
}

/** Leases those snapshots, in that order, and returns on which of them the lease is the pin's. */
async function takeLeases(
  options: PinOptions,
  shares: JobShares,
  point: RecoveryPoint,
  roles: readonly SnapshotRole[],
): Promise<readonly SnapshotRole[]> {
  const own: SnapshotRole[] = [];
  for (const role of roles) {
    try {
      await leasesOf(shares, point, role).acquire(pinLeaseId(point.id), INFINITE);
      own.push(role);
    } catch (error) {
      if (isNotFound(error)) return await giveUp(options, shares, point, own);
      if (!isOfAnotherLease(error)) throw error;
    }
  }
  return own;
}

/** A prune was faster. */
async function giveUp(
  { job }: PinOptions,
  shares: JobShares,
  point: RecoveryPoint,
  own: readonly SnapshotRole[],
): Promise<never> {
  for (const role of own) await leasesOf(shares, point, role).release(pinLeaseId(point.id));
  throw new UnknownPointError(point.id, job, []);
}

/** Returns what is to be told where the record could not be written, without which the pin holds as well. */
async function writeReason(
  shares: JobShares,
  point: RecoveryPoint,
  record: PinRecord,
): Promise<readonly string[]> {
  try {
    await writePinRecord(readSystemFolder(shares.target), point.id, record);
    return [];
  } catch (error) {
    if (!(error instanceof RequestFailedError)) throw error;
    return [`the pin holds, but why and until when could not be written down: ${messageOf(error)}`];
  }
}

/**
 * Ends a pin: releases both leases, then deletes the record. Needs no record, as the id of the leases follows from
 * the run, and no whole recovery point: of one that has lost its other half it releases the half that is left.
 * Does nothing where there is no pin, so that it can be repeated.
 * @throws {UnknownPointError} when no snapshot of it is there
 */
export async function unpinPoint({ configuration, job, point }: PinOptions): Promise<PinReport> {
  const shares = openJob(configuration, job);
  const known = await readCatalogue(shares);
  const isThere = [...known.points.map(({ id }) => id), ...known.unpaired.map(({ run }) => run)];
  if (!isThere.includes(point)) throw unknownPoint(point, job, known);
  const folder = readSystemFolder(shares.target);
  const record = await readPinRecord(folder, point);
  const refused: LeasedSnapshot[] = [];
  for (const leased of leasedOf(known, point)) {
    try {
      await shares[leased.role].snapshots.leasesOf(leased.snapshot).release(pinLeaseId(point));
    } catch (error) {
      if (isOfAnotherLease(error)) refused.push(leased);
      else if (!isNotFound(error)) throw error;
    }
  }
  const foreign = refused.length === 0 ? [] : await stillLeased(shares, point, refused);
  if (record !== undefined) await deletePinRecord(folder, point);
  return {
    job,
    point,
    state: foreign.length === 0 ? undefined : 'foreign',
    foreign,
    record,
    warnings: foreign.map(
      (role) =>
        `the ${role} snapshot is leased by another program or person, which Sharepair leaves as it is`,
    ),
  };
}

interface LeasedSnapshot {
  readonly role: SnapshotRole;
  readonly snapshot: string;
}

/** The snapshots of a run that a lease holds, those without their other half among them. */
function leasedOf({ points, unpaired }: Catalogue, run: string): readonly LeasedSnapshot[] {
  const whole = points.filter(({ id }) => id === run);
  return [
    ...whole.flatMap(({ leased, sourceSnapshot, targetSnapshot }) =>
      leased.map((role) => ({ role, snapshot: role === 'source' ? sourceSnapshot : targetSnapshot })),
    ),
    ...unpaired.filter((half) => half.run === run && half.leased),
  ];
}

/** A release whose answer was lost is refused when it is repeated, though nobody else has a lease. */
async function stillLeased(
  shares: JobShares,
  run: string,
  refused: readonly LeasedSnapshot[],
): Promise<readonly SnapshotRole[]> {
  const now = leasedOf(await readCatalogue(shares), run);
  const isRefused = (leased: LeasedSnapshot) =>
    refused.some(({ role, snapshot }) => role === leased.role && snapshot === leased.snapshot);
  return SNAPSHOT_ROLES.filter((role) => now.some((leased) => leased.role === role && isRefused(leased)));
}

interface FoundPoint {
  readonly shares: JobShares;
  readonly point: RecoveryPoint;
}

async function find({ configuration, job, point: id }: PinOptions): Promise<FoundPoint> {
  const shares = openJob(configuration, job);
  const known = await readCatalogue(shares);
  const point = known.points.find((each) => each.id === id);
  if (point === undefined) throw unknownPoint(id, job, known);
  return { shares, point };
}

function unknownPoint(id: string, job: string, { points }: Catalogue): UnknownPointError {
  return new UnknownPointError(
    id,
    job,
    points.map((known) => known.id),
  );
}
