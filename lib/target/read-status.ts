import type { Configuration } from '../jobs/configuration.ts';
import { type JobShares, openJob } from '../jobs/open-job.ts';
import { messageOf } from '../report/message-of.ts';
import {
  type JobFacts,
  type JobStatus,
  type LastVerification,
  type LockHolder,
  type SnapshotBudget,
  statusOf,
  unreadableStatus,
} from '../report/status.ts';
import type { SnapshotRole } from '../snapshots/tags.ts';
import { readLastRun } from './last-run.ts';
import { readLastProof } from './levels.ts';
import { listPoints, type PointList } from './list-points.ts';
import { readLockRecord, readOwnRun } from './run-state.ts';
import { readSystemFolder, type SystemFolder } from './system-folder.ts';
import { describeHolder } from './take-lock.ts';

/** The most snapshots that a share may have, whoever made them (storage-files-scale-targets). */
const SNAPSHOT_LIMIT = 200;

/**
 * How a job stands. Sends nothing but reads, and takes no lock. What could not be read is a status of its own;
 * nothing is thrown for it.
 * @throws {UnknownJobError} when the configuration has no such job.
 */
export async function readStatus(configuration: Configuration, job: string, now: Date): Promise<JobStatus> {
  const shares = openJob(configuration, job);
  try {
    return statusOf(await readFacts(configuration, shares), now);
  } catch (error) {
    return unreadableStatus(job, messageOf(error));
  }
}

async function readFacts(configuration: Configuration, shares: JobShares): Promise<JobFacts> {
  const { job, target } = shares;
  const folder = readSystemFolder(target);
  const list = await listPoints(configuration, job.name);
  const [properties, run, lastVerification, lastRun] = await Promise.all([
    target.snapshots.properties(),
    readOwnRun(folder, shares),
    readLastVerification(folder, list.points),
    readLastRun(folder, job.name),
  ]);
  return {
    job,
    points: list.points,
    running: properties?.leased === true ? await readHolder(folder) : undefined,
    runInProgress: run && { run: run.run, startedAt: run.startedAt },
    budget: {
      source: budgetOf(list, 'source', job.budget.snapshots),
      target: budgetOf(list, 'target', job.budget.snapshots),
    },
    lastVerification,
    lastRun,
    warnings: list.warnings,
  };
}

async function readHolder(folder: SystemFolder): Promise<LockHolder> {
  const record = await readLockRecord(folder);
  return { holder: describeHolder(record), since: record?.since ?? null };
}

async function readLastVerification(
  folder: SystemFolder,
  points: PointList['points'],
): Promise<LastVerification | undefined> {
  const proof = await readLastProof(folder, points);
  return proof && { point: proof.run, level: proof.level, at: proof.verifiedAt };
}

function budgetOf(
  { points, unpaired, foreign }: PointList,
  share: SnapshotRole,
  budget: number,
): SnapshotBudget {
  const ours = points.length + unpaired.filter(({ role }) => role === share).length;
  const others = foreign.filter(({ side }) => side === share).length;
  return { ours, foreign: others, budget, limit: SNAPSHOT_LIMIT };
}
