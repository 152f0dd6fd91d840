import { isDeepStrictEqual } from 'node:util';
import { RestShareReader } from '../files/rest-share-reader.ts';
import { countedEntries } from '../report/counted.ts';
import { describeDifference } from '../report/describe-difference.ts';
import { messageOf } from '../report/message-of.ts';
import { DigestFiles } from '../target/digest-files.ts';
import type { VerificationState } from '../target/run-state.ts';
import { describeTolerated, pointTerms, type RunTerms } from '../target/run-terms.ts';
import type { ShareDigest } from '../target/share-digest.ts';
import type { SystemFolder } from '../target/system-folder.ts';
import { verifyWithDigests } from '../verify/verify-with-digests.ts';
import type { SnapshotPair } from './finish-run.ts';
import type { RunScope } from './run-scope.ts';

export type Proof = { readonly entries: number | undefined; readonly message: string } & (
  | { readonly kind: 'proven'; readonly level: 'differs' }
  | {
      readonly kind: 'proven';
      readonly level: 'listing-verified';
      /** Undefined where it could not be made or kept. */
      readonly digest: ShareDigest | undefined;
    }
  /** Asked to stop before its end; goes on from there. */
  | { readonly kind: 'stopped'; readonly verification: VerificationState }
  /** Something could not be compared, so that nothing is proven. */
  | { readonly kind: 'failed' }
);

const UNKNOWN_TERMS =
  'the snapshots could not be compared: the manifest of the recovery point is missing or cannot be understood, so that nobody can tell what its run had left out';

export interface PointToVerify extends SnapshotPair {
  /** Undefined where nobody can tell them, so that nothing is proven. */
  readonly terms: RunTerms | undefined;
  /** How far an earlier process had come. */
  readonly earlier: VerificationState | undefined;
  /** Writes down how far this one has come. */
  readonly keep: (state: VerificationState) => Promise<void>;
}

/** Compares the two snapshots of a run, never the live shares, slice by slice. */
export async function verifyPoint(
  scope: RunScope,
  folder: SystemFolder,
  point: PointToVerify,
): Promise<Proof> {
  const { terms, keep } = point;
  if (terms === undefined) return { kind: 'failed', entries: undefined, message: UNKNOWN_TERMS };
  let { earlier } = point;
  let { sliceMs } = scope;
  for (;;) {
    const proof = await verifySlice(scope, folder, { ...point, terms, earlier }, sliceMs);
    if (proof.kind !== 'stopped' || scope.stop.aborted) return proof;
    const { verification } = proof;
    await keep(verification);
    // A directory that takes longer than a slice is begun again in the next one.
    const isStuck = isDeepStrictEqual(verification.cursor, earlier?.cursor ?? []);
    sliceMs = isStuck ? sliceMs * 2 : scope.sliceMs;
    earlier = verification;
  }
}

async function verifySlice(
  scope: RunScope,
  folder: SystemFolder,
  {
    sourceSnapshot,
    targetSnapshot,
    terms,
    earlier,
  }: Omit<PointToVerify, 'terms' | 'keep'> & { readonly terms: RunTerms },
  sliceMs: number,
): Promise<Proof> {
  const { source, target } = scope.shares;
  const found = await verifyWithDigests(
    new RestShareReader(source.account, source.share, sourceSnapshot),
    new RestShareReader(target.account, target.share, targetSnapshot),
    {
      concurrency: scope.requests.concurrency,
      stop: AbortSignal.any([scope.stop, AbortSignal.timeout(sliceMs)]),
      resumeAt: earlier?.cursor ?? [],
      terms: pointTerms(terms, sourceSnapshot),
    },
    // Another one for each slice, which reads what those before have written.
    new DigestFiles(folder, scope.run, targetSnapshot),
  );
  const { digest } = found;
  if (found.digestFailure !== undefined) {
    scope.note(`the digests could not be kept: ${messageOf(found.digestFailure)}`);
  }
  // A comparison in several pieces has met some directories twice and counts none exactly.
  const entries = earlier === undefined && found.stoppedAt === undefined ? found.entries : undefined;
  const differences = (earlier?.differences ?? 0) + found.differences;
  const [failure] = found.failures;
  if (failure !== undefined) {
    return { kind: 'failed', entries, message: `the snapshots could not be compared: ${failure.message}` };
  }
  if (found.stoppedAt !== undefined) {
    const verification = { targetSnapshot, cursor: found.stoppedAt, differences };
    const message = 'stopped before the verification had ended; the next run carries on from here';
    return { kind: 'stopped', entries, message, verification };
  }
  if (differences > 0) {
    const paths = found.examples
      .slice(0, 3)
      .map((example) => `"${example.path}" (${describeDifference(example)})`);
    const examples = paths.length === 0 ? '' : `: ${paths.join(', ')}`;
    const message = `${countedEntries(differences)} of the target snapshot ${differences === 1 ? 'differs' : 'differ'} from the source snapshot${examples}. The recovery point is marked; run the backup again`;
    return { kind: 'proven', level: 'differs', entries, message };
  }
  const counted = entries === undefined ? 'every entry is' : `${countedEntries(entries)}, each`;
  return {
    kind: 'proven',
    level: 'listing-verified',
    digest,
    entries,
    message: `${counted} equal on both snapshots${describeTolerated(terms.tolerated)}`,
  };
}
