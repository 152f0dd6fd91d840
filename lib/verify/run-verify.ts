import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Configuration, JobConfiguration } from '../jobs/configuration.ts';
import { openJob } from '../jobs/open-job.ts';
import type { Outcome } from '../report/events.ts';
import { type ListedPoint, listPoints, type PointList } from '../target/list-points.ts';
import { UnknownPointError, UnseenPointError } from '../target/unknown-point-error.ts';
import { withLockedTarget } from '../target/with-locked-target.ts';
import { type ChainProblem, checkChain } from './check-chain.ts';
import { holdingSnapshots } from './hold-snapshots.ts';
import { readChainStanding } from './read-chain-standing.ts';
import type { VerifiedPoint } from './verified-point.ts';
import { type ContentToRead, verifyPointAgain } from './verify-point-again.ts';
import { type ObserveVerify, VerifyMeter } from './verify-progress.ts';

export interface VerifyRunOptions {
  readonly configuration: Configuration;
  readonly job: string;
  /** The recovery point to verify, or the newest one; all of the job's unless given. */
  readonly point?: string | 'newest' | undefined;
  /** Which bytes to read, too. */
  readonly content: ContentToRead;
  /** Whether only the chain of manifests is checked. */
  readonly chainOnly?: boolean | undefined;
  /** Whose signatures are accepted, besides that of the job's own signing key. */
  readonly publicKeys?: readonly KeyObject[] | undefined;
  readonly stop: AbortSignal;
  /** Milliseconds to wait for a lock whose holder may have died. */
  readonly lockWaitMs: number;
  /** Milliseconds after which the state of a reading is written down; a kill costs at most so much of it. */
  readonly keepEveryMs?: number | undefined;
  /** Told how far each recovery point has come, twice a second. */
  readonly observe?: ObserveVerify | undefined;
}

export interface ChainReport {
  /** Recovery points whose manifests were checked. */
  readonly checked: number;
  /** Of these, how many bear a signature that a known key confirms. */
  readonly signed: number;
  readonly problems: readonly ChainProblem[];
}

export interface VerifyReport {
  readonly job: string;
  readonly results: readonly VerifiedPoint[];
  readonly chain: ChainReport;
  /** What could not be read, so that there may be recovery points that were not seen. */
  readonly warnings: readonly string[];
  readonly outcome: Outcome;
}

/**
 * Proves recovery points on their two snapshots, records what each is proven to be, and checks the chain of all
 * manifests. Ordered with runs by the lock of the target, and holds the snapshots that it reads.
 * @throws {LockedError} when a run holds the target's lock.
 * @throws {UnknownPointError}
 * @throws {UnseenPointError} when one of the shares could not be read
 */
export async function runVerify(options: VerifyRunOptions): Promise<VerifyReport> {
  const { configuration, job, stop, lockWaitMs } = options;
  const shares = openJob(configuration, job);
  // Before the lock is asked for, so that a wrong id is not waited with.
  choose(await listPoints(configuration, job), options);
  return withLockedTarget(shares.target, { waitMs: lockWaitMs, stop }, async ({ folder, announce }) => {
    const list = await listPoints(configuration, job);
    const { points, warnings } = list;
    const chosen = choose(list, options);
    if (points.length > 0) await announce('verification');
    const results: VerifiedPoint[] = [];
    for (const [index, point] of chosen.entries()) {
      if (stop.aborted) break;
      const place = { point: point.id, position: index + 1, of: chosen.length };
      const meter = new VerifyMeter(place, (progress) => options.observe?.(progress));
      const verify = () => verifyPointAgain(shares, folder, point, { ...options, meter });
      results.push(await holdingSnapshots(shares, point, verify).finally(() => meter.end()));
    }
    const standing = await readChainStanding(shares, folder, list, publicKeysOf(shares.job, options));
    const chain = {
      checked: standing.points.length,
      signed: standing.points.filter(({ signature }) => signature === 'valid').length,
      problems: checkChain(standing),
    };
    return { job, results, chain, warnings, outcome: outcomeOf({ points, chosen, results, chain }) };
  });
}

function choose(
  { points, warnings }: PointList,
  { job, point, chainOnly }: VerifyRunOptions,
): readonly ListedPoint[] {
  if (chainOnly === true) return [];
  if (point === undefined) return points;
  const newest = points.at(-1);
  if (point === 'newest') return newest === undefined ? [] : [newest];
  const chosen = points.filter(({ id }) => id === point);
  if (chosen.length > 0) return chosen;
  if (warnings.length > 0) throw new UnseenPointError(point, job, warnings);
  throw new UnknownPointError(
    point,
    job,
    points.map(({ id }) => id),
  );
}

function publicKeysOf({ manifest }: JobConfiguration, { publicKeys = [] }: VerifyRunOptions): KeyObject[] {
  return [...publicKeys, ...(manifest === undefined ? [] : [createPublicKey(manifest.signingKey)])];
}

interface Verified {
  readonly points: readonly ListedPoint[];
  readonly chosen: readonly ListedPoint[];
  readonly results: readonly VerifiedPoint[];
  readonly chain: ChainReport;
}

function outcomeOf({ points, chosen, results, chain }: Verified): Outcome {
  if (chain.problems.length > 0 || results.some(({ level }) => level === 'differs')) return 'differs';
  // Nothing proven is nothing to be relied on.
  if (points.length === 0) return 'failed';
  return results.length < chosen.length || results.some(({ finished }) => !finished)
    ? 'incomplete'
    : 'complete';
}
