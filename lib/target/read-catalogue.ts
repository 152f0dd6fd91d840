import type { JobShare, JobShares } from '../jobs/open-job.ts';
import { type Catalogue, catalogue, type JobIdentity } from '../snapshots/recovery-points.ts';

/** Reads a job's recovery points from the snapshots of its two shares. */
export async function readCatalogue(shares: JobShares): Promise<Catalogue> {
  const { source, target } = shares;
  const [sources, targets] = await Promise.all([source.snapshots.list(), target.snapshots.list()]);
  return catalogue(identityOf(shares), sources, targets);
}

export function identityOf({ job, source, target }: JobShares): JobIdentity {
  return { job: job.name, source: nameOf(source), target: nameOf(target) };
}

function nameOf({ account, share }: JobShare): string {
  return `${account.name}/${share}`;
}
