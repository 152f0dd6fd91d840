import type { KeyObject } from 'node:crypto';
import type { JobShares } from '../jobs/open-job.ts';
import { timeOfRun } from '../snapshots/recovery-points.ts';
import { prunedRuns } from '../target/abandoned-runs.ts';
import { type FrozenManifest, readFrozenManifest, readFrozenSignature } from '../target/frozen-manifest.ts';
import { levelOf, readProof, runOfRecord } from '../target/levels.ts';
import type { ListedPoint, PointList } from '../target/list-points.ts';
import { isSignedBy, keyFingerprint } from '../target/manifest-signature.ts';
import { identityOf } from '../target/read-catalogue.ts';
import type { SystemFolder } from '../target/system-folder.ts';
import type { ChainedPoint, ChainStanding, SignatureState } from './check-chain.ts';

/** Reads what the check of a job's chain of manifests needs: a few requests for each recovery point. */
export async function readChainStanding(
  shares: JobShares,
  folder: SystemFolder,
  { points, unpaired }: Pick<PointList, 'points' | 'unpaired'>,
  publicKeys: readonly KeyObject[],
): Promise<ChainStanding> {
  const { target } = shares;
  const records = (await folder.list('records')) ?? [];
  const readPoint = async (point: ListedPoint): Promise<ChainedPoint> => {
    const { id, sourceSnapshot, targetSnapshot } = point;
    const [manifest, proof] = await Promise.all([
      readFrozenManifest(target, point),
      // By all records, those of other snapshots among them, which show that one was replaced.
      readProof(folder, id, levelOf(id, records)),
    ]);
    const signature =
      manifest?.signedBy === undefined
        ? 'none'
        : signatureState(manifest, await readFrozenSignature(target, point), publicKeys);
    return {
      id,
      sourceSnapshot,
      targetSnapshot,
      manifest,
      signature,
      digest: proof?.digest?.sha256,
      recordedSnapshot: proof?.targetSnapshot,
    };
  };
  const [chained, pruned] = await Promise.all([Promise.all(points.map(readPoint)), prunedRuns(folder)]);
  const runs = new Set(records.map(runOfRecord));
  const recorded = [...runs].filter((run) => timeOfRun(run) !== undefined);
  const lone = unpaired.filter(({ role }) => role === 'target').map(({ run }) => run);
  return {
    identity: identityOf(shares),
    hasKey: publicKeys.length > 0,
    points: chained,
    lone,
    recorded,
    pruned: new Set(pruned),
  };
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
