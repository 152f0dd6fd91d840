import type { JobShares } from '../jobs/open-job.ts';
import { type Catalogue, catalogue } from '../snapshots/recovery-points.ts';

/** Reads a job's recovery points from the snapshots of its two shares. */
export async function readCatalogue({ job, source, target }: JobShares): Promise<Catalogue> {
  const [sources, targets] = await Promise.all([source.snapshots.list(), target.snapshots.list()]);
  return catalogue(job.name, sources, targets);
}
