import type { JobShare } from '../jobs/open-job.ts';
import type { Catalogue } from '../snapshots/recovery-points.ts';
import { prunedRuns } from './abandoned-runs.ts';
import { readFrozenManifest } from './frozen-manifest.ts';
import { levelOf, readProof } from './levels.ts';
import { continueChain, type ManifestChain } from './manifest-chain.ts';
import type { SystemFolder } from './system-folder.ts';

/**
 * The chain of manifests as the next one is to continue it.
 * @param records the names of the records of the target share
 */
export async function readChain(
  target: JobShare,
  folder: SystemFolder,
  { points }: Catalogue,
  records: readonly string[],
): Promise<ManifestChain> {
  const pruned = new Set(await prunedRuns(folder));
  // The room for this run may have been made since they were listed.
  const standing = points.filter(({ id }) => !pruned.has(id));
  const newest = standing.at(-1);
  const [previous, proof] = await Promise.all([
    newest && readFrozenManifest(target, newest),
    newest && readProof(folder, newest.id, levelOf(newest.id, records)),
  ]);
  return continueChain({
    points: standing,
    pruned,
    levelOf: (run) => levelOf(run, records),
    previous,
    previousDigest: proof?.digest?.sha256 ?? null,
  });
}
