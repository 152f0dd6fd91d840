import { RestShareReader } from '../files/rest-share-reader.ts';
import { Progress } from '../mirror/progress.ts';
import { type ListingVerification, verifyListing } from '../verify/verify-listing.ts';
import type { RunScope } from './run-scope.ts';

export interface ProvenLevel {
  /** Undefined when the comparison itself did not come to its end. */
  readonly level: 'listing-verified' | 'differs' | undefined;
  readonly entries: number;
  readonly message: string;
}

/** Compares the two snapshots of a run, never the live shares. */
export async function verifyPoint(
  scope: RunScope,
  sourceSnapshot: string,
  targetSnapshot: string,
): Promise<ProvenLevel> {
  const { source, target } = scope.shares;
  const verification = await verifyListing(
    new RestShareReader(source.account, source.share, sourceSnapshot),
    new RestShareReader(target.account, target.share, targetSnapshot),
    { concurrency: scope.requests.concurrency, stop: scope.stop, progress: new Progress() },
  );
  return judge(verification);
}

function judge({ entries, differences, examples, failures, stopped }: ListingVerification): ProvenLevel {
  const [failure] = failures;
  if (failure !== undefined) {
    return { level: undefined, entries, message: `the snapshots could not be compared: ${failure.message}` };
  }
  if (stopped) {
    return {
      level: undefined,
      entries,
      message: 'stopped before the verification had ended; run the backup again to finish it',
    };
  }
  if (differences > 0) {
    const paths = examples
      .slice(0, 3)
      .map(({ kind, path }) => `"${path}" (${kind})`)
      .join(', ');
    return {
      level: 'differs',
      entries,
      message: `${differences} entries of the target snapshot differ from the source snapshot${paths === '' ? '' : `: ${paths}`}. The recovery point is marked; run the backup again`,
    };
  }
  return { level: 'listing-verified', entries, message: `${entries} entries, each equal on both snapshots` };
}
