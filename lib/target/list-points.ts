import { RequestFailedError } from '../azure/errors.ts';
import type { Configuration } from '../jobs/configuration.ts';
import { type JobShare, openJob } from '../jobs/open-job.ts';
import { counted } from '../report/counted.ts';
import type { VerificationLevel } from '../report/events.ts';
import { refusalToPrune } from '../snapshots/guard-prune.ts';
import { holderOf } from '../snapshots/holdings.ts';
import { decideOrphans, type OrphanDecision } from '../snapshots/orphans.ts';
import {
  type Catalogue,
  catalogue,
  type ForeignSnapshot,
  type RecoveryPoint,
  type UnpairedSnapshot,
} from '../snapshots/recovery-points.ts';
import { type RetainPointsOptions, type RetentionReason, retainPoints } from '../snapshots/retain-points.ts';
import type { Snapshot } from '../snapshots/snapshot-store.ts';
import { abandonedRuns } from './abandoned-runs.ts';
import { levelOf, readRecords } from './levels.ts';
import { isOver, type Pin, readPins } from './pins.ts';
import { identityOf } from './read-catalogue.ts';
import { readRunInProgress } from './run-state.ts';
import { readSystemFolder, type SystemFolder } from './system-folder.ts';

export interface ListedPoint extends RecoveryPoint {
  /** The run that made it; equal to `id`. */
  readonly run: string;
  readonly level: VerificationLevel;
  /** From its source snapshot to its target snapshot, by the clocks of the two accounts. */
  readonly seconds: number;
  /** Whether the next prune keeps it. */
  readonly kept: boolean;
  /** Why it does, or does not. */
  readonly reasons: readonly RetentionReason[];
  /** Who holds it; absent where nobody does. */
  readonly pin?: Pin;
}

export interface PointList {
  /** Oldest first. */
  readonly points: readonly ListedPoint[];
  /** Why a backup would leave the prune of these to a person; undefined where it would not. */
  readonly guard: string | undefined;
  /** With what the next prune does with each; all are kept where the source could not be read. */
  readonly unpaired: readonly OrphanDecision[];
  readonly foreign: readonly HeldSnapshot[];
  /** What could not be read, so that the list is not all there is to know. */
  readonly warnings: readonly string[];
}

/** A snapshot that somebody else made, and who that is. */
export interface HeldSnapshot extends ForeignSnapshot {
  readonly holder: string;
}

/** Neither the source nor the target share of a job exists, so nothing can be said of its recovery points. */
export class SharesMissingError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SharesMissingError';
  }
}

/**
 * Lists a job's recovery points from the snapshots of its two shares; the levels come from the records
 * beside them and fall back to `copied` where those are lost.
 */
export async function listPoints(configuration: Configuration, job: string): Promise<PointList> {
  const shares = openJob(configuration, job);
  const { source, target } = shares;
  const targetShare = await target.snapshots.properties();
  // A source that is gone or out of reach is what a target is for.
  const [sourceSide, targets] = await Promise.all([readSource(source), target.snapshots.list()]);
  if (!sourceSide.exists && targetShare === undefined) {
    throw new SharesMissingError(
      `neither share of job "${job}" exists: "${source.share}" in ${source.account.name}, "${target.share}" in ${target.account.name}`,
    );
  }
  const folder = readSystemFolder(target);
  const known = catalogue(identityOf(shares), sourceSide.snapshots, targets);
  const records = targetShare === undefined ? [] : await readRecords(folder, known.points);
  const pins = await readPins(shares, folder, known.points);
  const standing: Standing = {
    policy: shares.job.retention,
    timeZone: shares.job.timeZone,
    levelOf: (run) => levelOf(run, records),
    now: new Date(),
  };
  const points = listed(known.points, pins, standing);
  const [keep, drop] = [points.filter(({ kept }) => kept), points.filter(({ kept }) => !kept)];
  return {
    points,
    guard: refusalToPrune(shares.job, { keep, drop }),
    unpaired: sourceSide.isRead ? await judged(known, folder, standing) : known.unpaired.map(unjudged),
    foreign: known.foreign.map((snapshot) => ({ ...snapshot, holder: holderOf(snapshot) })),
    warnings: [...sourceSide.warnings, ...(targetShare === undefined ? missingTarget(target, known) : [])],
  };
}

/** By what it is decided whether something is kept. */
type Standing = Pick<RetainPointsOptions, 'policy' | 'timeZone' | 'levelOf' | 'now'>;

function listed(
  points: readonly RecoveryPoint[],
  pins: ReadonlyMap<string, Pin>,
  standing: Standing,
): readonly ListedPoint[] {
  const isReleased = (pin: Pin | undefined) =>
    pin !== undefined && pin.state !== 'foreign' && pin.foreign.length === 0 && isOver(pin, standing.now);
  const { keep, drop } = retainPoints(
    points.map((point) => (isReleased(pins.get(point.id)) ? { ...point, pinned: false } : point)),
    standing,
  );
  const reasons = new Map([...keep, ...drop].map((decision) => [decision.id, decision.reasons]));
  const dropped = new Set<string>(drop.map(({ id }) => id));
  return points.map((point) => {
    const pin = pins.get(point.id);
    return {
      ...point,
      run: point.id,
      level: standing.levelOf(point.id),
      seconds: secondsBetween(point.sourceSnapshot, point.targetSnapshot),
      kept: !dropped.has(point.id),
      reasons: reasons.get(point.id) ?? [],
      ...(pin === undefined ? {} : { pin }),
    };
  });
}

/** None where two clocks disagree by more than it took. */
function secondsBetween(from: string, to: string): number {
  return Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 100) / 10);
}

async function judged(
  known: Catalogue,
  folder: SystemFolder,
  standing: Standing,
): Promise<readonly OrphanDecision[]> {
  if (known.unpaired.length === 0) return [];
  const runInProgress = (await readRunInProgress(folder))?.run;
  const abandoned = await abandonedRuns(folder, known.unpaired);
  return decideOrphans(known, { ...standing, runInProgress, abandoned });
}

function unjudged(snapshot: UnpairedSnapshot): OrphanDecision {
  const reasons = [{ rule: 'unread', text: 'nothing is pruned while the source cannot be read' }] as const;
  return { ...snapshot, kept: true, reasons };
}

/** Before the first run, nobody misses it. */
function missingTarget({ account, share }: JobShare, { unpaired }: Catalogue): readonly string[] {
  const made = unpaired.filter(({ role }) => role === 'source').length;
  if (made === 0) return [];
  return [
    `target share "${share}" does not exist in account ${account.name}, although ${counted(made, 'source snapshot')} ${made === 1 ? 'tells' : 'tell'} of earlier runs. If it was deleted by mistake, restore it first: soft delete keeps a share for some days`,
  ];
}

interface SourceSide {
  readonly exists: boolean;
  /** Whether its snapshots are known. */
  readonly isRead: boolean;
  readonly snapshots: readonly Snapshot[];
  readonly warnings: readonly string[];
}

async function readSource({ account, share, snapshots }: JobShare): Promise<SourceSide> {
  try {
    if ((await snapshots.properties()) !== undefined) {
      return { exists: true, isRead: true, snapshots: await snapshots.list(), warnings: [] };
    }
    const missing = `source share "${share}" does not exist in account ${account.name}`;
    return { exists: false, isRead: false, snapshots: [], warnings: [missing] };
  } catch (error) {
    if (!(error instanceof RequestFailedError)) throw error;
    const unread = `the source could not be read, so that no snapshot of the target has its partner: ${error.message}`;
    return { exists: true, isRead: false, snapshots: [], warnings: [unread] };
  }
}
