import { RequestFailedError } from '../azure/errors.ts';
import type { Configuration } from '../jobs/configuration.ts';
import { type JobShare, openJob } from '../jobs/open-job.ts';
import type { VerificationLevel } from '../report/events.ts';
import {
  catalogue,
  type ForeignSnapshot,
  type RecoveryPoint,
  type UnpairedSnapshot,
} from '../snapshots/recovery-points.ts';
import type { Snapshot } from '../snapshots/snapshot-store.ts';
import { levelOf } from './levels.ts';
import { identityOf } from './read-catalogue.ts';
import { readSystemFolder } from './system-folder.ts';

export interface ListedPoint extends RecoveryPoint {
  /** The run that made it; equal to `id`. */
  readonly run: string;
  readonly level: VerificationLevel;
}

export interface PointList {
  /** Oldest first. */
  readonly points: readonly ListedPoint[];
  readonly unpaired: readonly UnpairedSnapshot[];
  readonly foreign: readonly ForeignSnapshot[];
  /** What could not be read, so that the list is not all there is to know. */
  readonly warnings: readonly string[];
}

/** Neither the source nor the target share of a job exists, so nothing can be said of its recovery points. */
export class SharesMissingError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SharesMissingError';
  }
}

/**
 * Lists a job's recovery points from the snapshots of its two shares; the levels come from the records
 * beside them and fall back to `copied` where those are lost.
 */
export async function listPoints(configuration: Configuration, job: string): Promise<PointList> {
  const shares = openJob(configuration, job);
  const { source, target } = shares;
  const targetShare = await target.snapshots.properties();
  // A source that is gone or out of reach is what a target is for.
  const [sourceSide, targets] = await Promise.all([readSource(source), target.snapshots.list()]);
  if (!sourceSide.exists && targetShare === undefined) {
    throw new SharesMissingError(
      `neither share of job "${job}" exists: "${source.share}" in ${source.account.name}, "${target.share}" in ${target.account.name}`,
    );
  }
  const folder = readSystemFolder(target);
  const records = targetShare === undefined ? [] : ((await folder.list('records')) ?? []);
  const known = catalogue(identityOf(shares), sourceSide.snapshots, targets);
  return {
    points: known.points.map((point) => ({ ...point, run: point.id, level: levelOf(point.id, records) })),
    unpaired: known.unpaired,
    foreign: known.foreign,
    warnings: sourceSide.warnings,
  };
}

interface SourceSide {
  readonly exists: boolean;
  readonly snapshots: readonly Snapshot[];
  readonly warnings: readonly string[];
}

async function readSource({ account, share, snapshots }: JobShare): Promise<SourceSide> {
  try {
    if ((await snapshots.properties()) !== undefined) {
      return { exists: true, snapshots: await snapshots.list(), warnings: [] };
    }
    const missing = `source share "${share}" does not exist in account ${account.name}`;
    return { exists: false, snapshots: [], warnings: [missing] };
  } catch (error) {
    if (!(error instanceof RequestFailedError)) throw error;
    const unread = `the source could not be read, so that no snapshot of the target has its partner: ${error.message}`;
    return { exists: true, snapshots: [], warnings: [unread] };
  }
}
