import { RestShareReader } from '../files/rest-share-reader.ts';
import { countedEntries } from '../report/counted.ts';
import type { VerificationState } from '../target/run-state.ts';
import { verifyListing } from '../verify/verify-listing.ts';
import type { RunScope } from './run-scope.ts';

export type Proof = { readonly entries: number | undefined; readonly message: string } & (
  | { readonly kind: 'proven'; readonly level: 'listing-verified' | 'differs' }
  /** Asked to stop before its end; goes on from there. */
  | { readonly kind: 'stopped'; readonly verification: VerificationState }
  /** Something could not be compared, so that nothing is proven. */
  | { readonly kind: 'failed' }
);

/** Compares the two snapshots of a run, never the live shares, from where an earlier slice had come. */
export async function verifyPoint(
  scope: RunScope,
  earlier: VerificationState | undefined,
  sourceSnapshot: string,
  targetSnapshot: string,
): Promise<Proof> {
  const { source, target } = scope.shares;
  const found = await verifyListing(
    new RestShareReader(source.account, source.share, sourceSnapshot),
    new RestShareReader(target.account, target.share, targetSnapshot),
    { concurrency: scope.requests.concurrency, stop: scope.stop, resumeAt: earlier?.cursor ?? [] },
  );
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
    const paths = found.examples.slice(0, 3).map(({ kind, path }) => `"${path}" (${kind})`);
    const examples = paths.length === 0 ? '' : `: ${paths.join(', ')}`;
    const message = `${countedEntries(differences)} of the target snapshot ${differences === 1 ? 'differs' : 'differ'} from the source snapshot${examples}. The recovery point is marked; run the backup again`;
    return { kind: 'proven', level: 'differs', entries, message };
  }
  const counted = entries === undefined ? 'every entry is' : `${countedEntries(entries)}, each`;
  return {
    kind: 'proven',
    level: 'listing-verified',
    entries,
    message: `${counted} equal on both snapshots`,
  };
}
