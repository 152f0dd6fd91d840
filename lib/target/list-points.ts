import { RestShareReader } from '../files/rest-share-reader.ts';
import { RestShareWriter } from '../files/rest-share-writer.ts';
import type { Configuration } from '../jobs/configuration.ts';
import { openJob } from '../jobs/open-job.ts';
import type { VerificationLevel } from '../report/events.ts';
import type { ForeignSnapshot, RecoveryPoint, UnpairedSnapshot } from '../snapshots/recovery-points.ts';
import { levelOf } from './levels.ts';
import { readCatalogue } from './read-catalogue.ts';
import { SystemFolder } from './system-folder.ts';

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
  const [sourceShare, targetShare] = await Promise.all([
    source.snapshots.properties(),
    target.snapshots.properties(),
  ]);
  if (sourceShare === undefined && targetShare === undefined) {
    throw new SharesMissingError(
      `neither share of job "${job}" exists: "${source.share}" in ${source.account.name}, "${target.share}" in ${target.account.name}`,
    );
  }
  const folder = new SystemFolder(
    new RestShareReader(target.account, target.share),
    new RestShareWriter(target.account, target.share),
  );
  const [known, records] = await Promise.all([
    readCatalogue(shares),
    targetShare === undefined ? [] : folder.list('records'),
  ]);
  return {
    points: known.points.map((point) => ({
      ...point,
      run: point.id,
      level: levelOf(point.id, records ?? []),
    })),
    unpaired: known.unpaired,
    foreign: known.foreign,
  };
}
