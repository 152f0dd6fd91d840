import type { KeyObject } from 'node:crypto';
import type { JobShares } from '../jobs/open-job.ts';
import { prunedRuns } from '../target/abandoned-runs.ts';
import { type FrozenManifest, readFrozenManifest, readFrozenSignature } from '../target/frozen-manifest.ts';
import { readProof } from '../target/levels.ts';
import type { ListedPoint, PointList } from '../target/list-points.ts';
import { isSignedBy, keyFingerprint } from '../target/manifest-signature.ts';
import type { SystemFolder } from '../target/system-folder.ts';
import type { ChainedPoint, ChainStanding, SignatureState } from './check-chain.ts';

/** Reads what the check of a job's chain of manifests needs: a few requests for each recovery point. */
export async function readChainStanding(
  { target }: Pick<JobShares, 'target'>,
  folder: SystemFolder,
  { points, unpaired }: Pick<PointList, 'points' | 'unpaired'>,
  publicKeys: readonly KeyObject[],
): Promise<ChainStanding> {
  const readPoint = async (point: ListedPoint): Promise<ChainedPoint> => {
    const { id, sourceSnapshot, level } = point;
    const [manifest, proof] = await Promise.all([
      readFrozenManifest(target, point),
      readProof(folder, id, level),
    ]);
    const signature =
      manifest?.signedBy === undefined
        ? 'none'
        : signatureState(manifest, await readFrozenSignature(target, point), publicKeys);
    return { id, sourceSnapshot, manifest, signature, digest: proof?.digest?.sha256 };
  };
  const [chained, pruned, records] = await Promise.all([
    Promise.all(points.map(readPoint)),
    prunedRuns(folder),
    folder.list('records'),
  ]);
  const recorded = [...new Set((records ?? []).map((name) => name.slice(0, name.indexOf('.'))))];
  const lone = unpaired.filter(({ role }) => role === 'target').map(({ run }) => run);
  return { points: chained, lone, recorded, pruned: new Set(pruned) };
}

function signatureState(
  { bytes, signedBy }: FrozenManifest,
  signature: Uint8Array | undefined,
  publicKeys: readonly KeyObject[],
): SignatureState {
  if (signature === undefined) return 'invalid';
  if (publicKeys.length === 0) return 'unchecked';
  const key = publicKeys.find((candidate) => keyFingerprint(candidate) === signedBy);
  if (key === undefined) return 'other-key';
  return isSignedBy(bytes, signature, key) ? 'valid' : 'invalid';
}
