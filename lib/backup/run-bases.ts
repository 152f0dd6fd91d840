import type { JobShares } from '../jobs/open-job.ts';
import type { ContentSample } from '../mirror/content-sample.ts';
import type { PointTerms } from '../mirror/point-terms.ts';
import type { Catalogue, RecoveryPoint } from '../snapshots/recovery-points.ts';
import { newestVerified } from '../target/levels.ts';
import { pointTerms, readTerms } from '../target/run-terms.ts';

/** What a run compares against. */
export interface RunBases {
  /** The newest recovery point that is proven: both shares were equal in it. */
  readonly previous: BasePoint | undefined;
  /** The newest recovery point of all. */
  readonly newest: BasePoint | undefined;
  /** The files whose bytes the run of the newest one compared. */
  readonly lastSample: ContentSample | undefined;
}

export interface BasePoint {
  readonly point: RecoveryPoint;
  /** Undefined where nothing tells, so that it proves nothing. */
  readonly terms: PointTerms | undefined;
}

export const NO_BASES: RunBases = { previous: undefined, newest: undefined, lastSample: undefined };

/** @param records the names of the records of the target share */
export async function readBases(
  { target }: JobShares,
  known: Catalogue,
  records: readonly string[],
): Promise<RunBases> {
  const newest = known.points.at(-1);
  const proven = newestVerified(known, records);
  if (newest === undefined) return NO_BASES;
  const newestTerms = await readTerms(target, newest);
  const base = (point: RecoveryPoint, terms: typeof newestTerms): BasePoint => ({
    point,
    terms: terms === undefined ? undefined : pointTerms(terms, point.sourceSnapshot),
  });
  const newestBase = base(newest, newestTerms);
  const previous =
    proven === undefined || proven === newest
      ? proven && newestBase
      : base(proven, await readTerms(target, proven));
  return { previous, newest: newestBase, lastSample: newestTerms?.sample };
}
