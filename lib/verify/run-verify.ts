import { RestShareReader } from '../files/rest-share-reader.ts';
import type { Configuration } from '../jobs/configuration.ts';
import { type JobShares, openJob } from '../jobs/open-job.ts';
import type { PlannedChange } from '../mirror/plan.ts';
import { counted, countedEntries } from '../report/counted.ts';
import type { Outcome, VerificationLevel } from '../report/events.ts';
import { replaceLevel } from '../target/levels.ts';
import { type ListedPoint, listPoints } from '../target/list-points.ts';
import { withLockedTarget } from '../target/with-locked-target.ts';
import { verifyContent } from './verify-content.ts';
import { verifyListing } from './verify-listing.ts';

export interface VerifyRunOptions {
  readonly configuration: Configuration;
  readonly job: string;
  /** The recovery point to verify; all of the job's unless given. */
  readonly point?: string | undefined;
  /** Whether to read every byte, too. */
  readonly content: boolean;
  readonly stop: AbortSignal;
  /** Milliseconds to wait for a lock whose holder may have died. */
  readonly lockWaitMs: number;
  readonly observe?: (progress: { readonly point: string; readonly path: string }) => void;
}

export interface VerifiedPoint {
  readonly point: string;
  /** What is proven of it now; its former level where this comparison did not come to its end. */
  readonly level: VerificationLevel;
  readonly finished: boolean;
  readonly entries: number;
  readonly differences: number;
  readonly examples: readonly PlannedChange[];
  readonly filesRead: number;
  readonly bytesRead: number;
  readonly message: string;
}

export interface VerifyReport {
  readonly job: string;
  readonly results: readonly VerifiedPoint[];
  readonly outcome: Outcome;
}

/** There is no recovery point of this id. */
export class UnknownPointError extends Error {
  constructor(point: string, job: string, known: readonly string[]) {
    super(`job "${job}" has no recovery point "${point}"; it has ${known.join(', ') || 'none'}`);
    this.name = 'UnknownPointError';
  }
}

/**
 * Proves recovery points on their two snapshots and records the level that each has. Holds the target's
 * lock meanwhile, so that no prune takes a snapshot away.
 * @throws {LockedError} when a run holds the target's lock.
 */
export async function runVerify(options: VerifyRunOptions): Promise<VerifyReport> {
  const { configuration, job, stop, lockWaitMs } = options;
  const shares = openJob(configuration, job);
  const { points } = await listPoints(configuration, job);
  const chosen = options.point === undefined ? points : points.filter(({ id }) => id === options.point);
  if (options.point !== undefined && chosen.length === 0) {
    throw new UnknownPointError(
      options.point,
      job,
      points.map(({ id }) => id),
    );
  }
  return withLockedTarget(shares.target, { waitMs: lockWaitMs, stop }, async ({ folder, announce }) => {
    if (chosen.length > 0) await announce('verification');
    const results: VerifiedPoint[] = [];
    for (const point of chosen) {
      if (stop.aborted) break;
      const result = await verifyOne(shares, point, options);
      results.push(result);
      if (!result.finished || result.level === 'copied' || result.level === point.level) continue;
      await replaceLevel(folder, point.id, result.level, result.entries);
    }
    return { job, results, outcome: outcomeOf(results, chosen.length) };
  });
}

async function verifyOne(
  shares: JobShares,
  point: ListedPoint,
  options: VerifyRunOptions,
): Promise<VerifiedPoint> {
  const { source, target } = shares;
  const { concurrency } = options.configuration.requests;
  const sourceReader = new RestShareReader(source.account, source.share, point.sourceSnapshot);
  const targetReader = new RestShareReader(target.account, target.share, point.targetSnapshot);
  const listing = await verifyListing(sourceReader, targetReader, { concurrency, stop: options.stop });
  const { entries, differences, examples } = listing;
  const base = {
    point: point.id,
    finished: true,
    entries,
    differences,
    examples,
    filesRead: 0,
    bytesRead: 0,
  };
  const unfinished = { ...base, finished: false, level: point.level };
  const [failure] = listing.failures;
  if (failure !== undefined) return { ...unfinished, message: `could not be compared: ${failure.message}` };
  if (listing.stoppedAt !== undefined)
    return { ...unfinished, message: 'stopped before the comparison had ended' };
  if (differences > 0) {
    return {
      ...base,
      level: 'differs',
      message: `${countedEntries(differences)} ${differences === 1 ? 'differs' : 'differ'} between the two snapshots`,
    };
  }
  if (!options.content) {
    const equal = `${countedEntries(entries)}, each equal on both snapshots`;
    if (point.level === 'content-verified') return { ...base, level: point.level, message: equal };
    if (point.level !== 'differs') return { ...base, level: 'listing-verified', message: equal };
    // Snapshots never change: what differed, and is equal by its listings, differs by its bytes.
    return {
      ...base,
      level: 'differs',
      message: `${equal} by its listing, but their bytes were found to differ; read them again with --content`,
    };
  }
  const content = await verifyContent(sourceReader, targetReader, {
    concurrency,
    stop: options.stop,
    onFile: (path) => options.observe?.({ point: point.id, path }),
  });
  const { filesRead, bytesRead } = content;
  if (content.stopped) {
    return { ...unfinished, filesRead, bytesRead, message: 'stopped before every file was read' };
  }
  if (content.differences > 0) {
    const paths = content.different
      .map((path) => `"${path}"`)
      .slice(0, 3)
      .join(', ');
    return {
      ...base,
      differences: content.differences,
      filesRead,
      bytesRead,
      level: 'differs',
      message: `the bytes of ${counted(content.differences, 'file')} differ: ${paths}`,
    };
  }
  return {
    ...base,
    filesRead,
    bytesRead,
    level: 'content-verified',
    message: `${countedEntries(entries)} equal, ${counted(filesRead, 'file')} read on both sides, every byte the same`,
  };
}

function outcomeOf(results: readonly VerifiedPoint[], chosen: number): Outcome {
  // Nothing proven is nothing to be relied on.
  if (chosen === 0) return 'failed';
  if (results.some(({ level }) => level === 'differs')) return 'differs';
  return results.length < chosen || results.some(({ finished }) => !finished) ? 'incomplete' : 'complete';
}
