import { DateTime } from 'luxon';
import type { Configuration, JobConfiguration, ShareConfiguration } from '../jobs/configuration.ts';
import { shareIdentity } from '../jobs/endpoint.ts';
import { type JobShares, openJob } from '../jobs/open-job.ts';
import { nextOccurrence } from '../jobs/schedule.ts';
import { type AzureBackupPolicy, azureBackup } from '../snapshots/azure-backup.ts';
import {
  type BudgetForecast,
  forecastBudget,
  type SnapshotMaker,
  type StayingSnapshots,
} from '../snapshots/budget.ts';
import { AZURE_BACKUP, holderOf, isOfAzureBackup } from '../snapshots/holdings.ts';
import { type Catalogue, catalogue } from '../snapshots/recovery-points.ts';
import type { RetainablePoint } from '../snapshots/retain.ts';
import type { Snapshot } from '../snapshots/snapshot-store.ts';
import { SNAPSHOT_ROLES, type SnapshotRole, tagsOf } from '../snapshots/tags.ts';
import { levelOf, readRecords } from './levels.ts';
import { identityOf } from './read-catalogue.ts';
import { readSystemFolder } from './system-folder.ts';

export interface ForecastOptions {
  readonly configuration: Configuration;
  readonly job: string;
  /** How Azure Backup protects the source share. Without it, what it has there is assumed to stay. */
  readonly azureBackup?: AzureBackupPolicy | undefined;
  readonly now: Date;
}

export interface BudgetReport extends BudgetForecast {
  readonly job: string;
  readonly from: Date;
  /** The job's own limit for each of its shares. */
  readonly limit: number;
  /** What the forecast does not know. */
  readonly warnings: readonly string[];
  /** `guard` where a run would find no room in the time that was played out. */
  readonly outcome: 'complete' | 'guard';
}

/**
 * Plays out a year of the snapshots of a job's two shares: from those that are there, the schedules and policies of
 * every job of the configuration that has one of the two shares, and Azure Backup's policy. Writes nothing.
 */
export async function forecastJobBudget(options: ForecastOptions): Promise<BudgetReport> {
  const { configuration, job: name, now } = options;
  const shares = openJob(configuration, name);
  const { source, target, job } = shares;
  const [sources, targets] = await Promise.all([source.snapshots.list(), target.snapshots.list()]);
  const identity = identityOf(shares);
  const known = catalogue(identity, sources, targets);
  const records = await readRecords(readSystemFolder(target), known.points).catch(() => []);
  const sides: readonly Side[] = [
    { role: 'source', name: identity.source, share: job.source, snapshots: sources },
    { role: 'target', name: identity.target, share: job.target, snapshots: targets },
  ];
  const others = sides.flatMap((side) => otherMakers(configuration, job, side));
  const protection = protectionOf(identity.source, sources, options.azureBackup);
  const makers = [ownMaker(shares, known, records), ...[...others, ...protection].map(({ maker }) => maker)];
  const until = DateTime.fromJSDate(now).plus({ years: 1 }).toJSDate();
  const forecast = forecastBudget({
    shares: sides.map((side) => side.name),
    makers,
    staying: sides.flatMap((side) => stayingOn(side, known, [...others, ...protection])),
    from: now,
    until,
  });
  return {
    ...forecast,
    job: name,
    from: now,
    limit: job.budget.snapshots,
    warnings: warningsFor(makers, sources, options, forecast.until < until),
    outcome: forecast.shares.some(({ refused }) => refused !== undefined) ? 'guard' : 'complete',
  };
}

/** One of the job's shares. */
interface Side {
  readonly role: SnapshotRole;
  /** `account/share`. */
  readonly name: string;
  readonly share: ShareConfiguration;
  readonly snapshots: readonly Snapshot[];
}

function ownMaker(shares: JobShares, { points }: Catalogue, records: readonly string[]): SnapshotMaker {
  const { source, target } = identityOf(shares);
  return {
    ...plannedBy(shares.job),
    shares: [source, target],
    points: points.map(({ id, sourceSnapshot, targetSnapshot, pinned }) => ({
      id,
      time: targetSnapshot,
      sourceTime: sourceSnapshot,
      level: levelOf(id, records),
      pinned,
    })),
  };
}

function plannedBy({ name, schedule, timeZone, retention, budget }: JobConfiguration) {
  return {
    holder: `job ${name}`,
    next: schedule === undefined ? undefined : (after: Date) => nextOccurrence(schedule, timeZone, after),
    limit: budget.snapshots,
    policy: retention,
    timeZone,
  };
}

/** A maker of whose snapshots one share alone is known. */
interface MakerOnShare {
  readonly maker: SnapshotMaker;
  readonly share: string;
  readonly snapshots: readonly Snapshot[];
}

/** The other jobs of the configuration that have a share as their source or target. */
function otherMakers(
  configuration: Configuration,
  own: JobConfiguration,
  side: Side,
): readonly MakerOnShare[] {
  const here = identityIn(configuration, side.share);
  return Object.values(configuration.jobs).flatMap((job) => {
    if (job.name === own.name) return [];
    const role = SNAPSHOT_ROLES.find((each) => identityIn(configuration, job[each]) === here);
    if (role === undefined) return [];
    const snapshots = side.snapshots.filter((snapshot) => isOf(job, role, snapshot));
    const maker = { ...plannedBy(job), shares: [side.name], points: snapshots.map(pointOf) };
    return [{ maker, share: side.name, snapshots }];
  });
}

function identityIn({ accounts }: Configuration, { account, share }: ShareConfiguration): string | undefined {
  const endpoint = accounts[account]?.endpoint;
  return endpoint === undefined ? undefined : shareIdentity(endpoint, share);
}

function isOf(job: JobConfiguration, role: SnapshotRole, snapshot: Snapshot): boolean {
  const tags = tagsOf(snapshot);
  const other = role === 'source' ? job.target : job.source;
  return tags?.job === job.name && tags.role === role && tags.counterpart.endsWith(`/${other.share}`);
}

/** A snapshot as the recovery point that it is half of. */
function pointOf({ id, leased }: Snapshot): RetainablePoint {
  return { id, time: id, sourceTime: id, level: 'copied', pinned: leased };
}

/** Azure Backup on a share, where its policy is given. */
function protectionOf(
  share: string,
  snapshots: readonly Snapshot[],
  policy: AzureBackupPolicy | undefined,
): readonly MakerOnShare[] {
  if (policy === undefined) return [];
  // It leases all of its own, and releases them when their time has come; what marks them is not documented.
  const held = snapshots.filter(
    (snapshot) => isOfAzureBackup(snapshot) || (snapshot.leased && tagsOf(snapshot) === undefined),
  );
  const points = held.map((snapshot) => ({ ...pointOf(snapshot), pinned: false }));
  return [{ maker: azureBackup(policy, share, points), share, snapshots: held }];
}

/** What is on a share and nobody's to prune: of others, or of the job and half of nothing. */
function stayingOn(
  { role, name, snapshots }: Side,
  { points, unpaired }: Catalogue,
  makers: readonly MakerOnShare[],
): readonly StayingSnapshots[] {
  const made = makers.filter(({ share }) => share === name).flatMap((maker) => maker.snapshots);
  const counted = new Set([
    ...made.map(({ id }) => id),
    ...points.map((point) => (role === 'source' ? point.sourceSnapshot : point.targetSnapshot)),
  ]);
  const lone = new Map(unpaired.filter((own) => own.role === role).map((own) => [own.snapshot, own.job]));
  const rest = snapshots.filter(({ id }) => !counted.has(id));
  const holders = Map.groupBy(rest, (snapshot) => {
    const job = lone.get(snapshot.id);
    return job === undefined ? holderOf(snapshot) : `job ${job}, without the other half`;
  });
  return [...holders].map(([holder, each]) => ({ share: name, holder, count: each.length }));
}

function warningsFor(
  makers: readonly SnapshotMaker[],
  sources: readonly Snapshot[],
  options: ForecastOptions,
  isCutShort: boolean,
): readonly string[] {
  const unscheduled = makers.filter(({ next }) => next === undefined).map(({ holder }) => holder);
  const ofBackup = sources.filter(isOfAzureBackup).length;
  return [
    ...unscheduled.map((holder) => `${holder} has no schedule, so that what it has is assumed to stay`),
    ...(ofBackup > 0 && options.azureBackup === undefined
      ? [
          `${AZURE_BACKUP} has ${ofBackup} snapshots of the source, which are assumed to stay; give its policy with --azure-backup`,
        ]
      : []),
    ...(isCutShort ? ['so many runs were not played out for the whole year'] : []),
  ];
}
