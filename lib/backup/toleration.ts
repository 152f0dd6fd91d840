import type { TolerateConfiguration } from '../jobs/configuration.ts';
import type { Failure } from '../mirror/failures.ts';
import { countedEntries } from '../report/counted.ts';
import type { FailedEntry } from '../report/events.ts';

/** What went wrong in a mirror that was tried to its end. */
export interface FailureSummary {
  readonly count: number;
  /** The first of them, at least a thousand where there are so many. */
  readonly list: readonly Pick<Failure, 'path' | 'code'>[];
  /** Whether a directory could not be listed or made: how many entries below it failed is not known. */
  readonly hasUnknownExtent: boolean;
}

/** A failure as reports and manifests have it. */
export function reportFailure({ path, code, requestId, message }: Failure): FailedEntry {
  return { path, code, requestId: requestId ?? null, message };
}

export interface Toleration {
  /** Whether a recovery point may be made all the same. */
  readonly tolerated: boolean;
  /** Why, as a sentence without its full stop; empty where nothing failed or the job tolerates nothing. */
  readonly reason: string;
}

/**
 * Whether what failed in a run keeps it from making a recovery point.
 *
 * Only failures that can all be named are tolerated: a recovery point says which of its entries are not what
 * the source had. So never a directory of which nobody knows what it holds.
 */
export function judgeFailures(
  failures: FailureSummary,
  tolerate: TolerateConfiguration | undefined,
): Toleration {
  const { count, list, hasUnknownExtent } = failures;
  const refused = (reason: string): Toleration => ({ tolerated: false, reason });
  if (count === 0 && !hasUnknownExtent) return { tolerated: true, reason: '' };
  if (tolerate === undefined) return refused('');
  if (hasUnknownExtent) {
    return refused('a directory could not be listed or made, which the job cannot tolerate');
  }
  if (count > tolerate.entries) {
    return refused(`${countedEntries(count)} failed, and the job tolerates ${tolerate.entries} at the most`);
  }
  if (count > list.length) return refused(`${countedEntries(count)} failed, too many to name each`);
  const known = new Set(tolerate.codes.map((code) => code.toLowerCase()));
  const other = list.find(({ code }) => known.size > 0 && !known.has(code.toLowerCase()));
  if (other !== undefined) {
    return refused(
      `"${other.path}" failed with ${other.code}, and the job tolerates ${tolerate.codes.join(', ')} only`,
    );
  }
  return { tolerated: true, reason: `${countedEntries(count)} failed, which the job tolerates` };
}
