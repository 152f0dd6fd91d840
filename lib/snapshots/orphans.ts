import type { RetentionPolicy } from '../jobs/configuration.ts';
import type { VerificationLevel } from '../report/events.ts';
import type { Catalogue, UnpairedSnapshot } from './recovery-points.ts';
import { retain } from './retain.ts';
import { comparableTime, type RetainablePoint } from './retention/ordered-points.ts';
import type { KeepingRule, RetentionReason } from './retention/reason.ts';
import type { SnapshotRole } from './tags.ts';

/**
 * How long a snapshot without its other half is left alone from when it was made, in days. Long enough for a
 * person to see it in `points` and to look into how it came about.
 */
export const GRACE_DAYS = 7;

const DAY_MS = 86_400_000;

/**
 * What keeps a snapshot without its other half: what keeps a recovery point, the time of grace, or that the source
 * could not be read, so that nobody knows of its other half.
 */
export type SparingRule = KeepingRule | 'grace' | 'unread';

/** Why one goes: another of its run stands for it, its run made no recovery point, or no rule keeps it. */
export type SupersedingRule = 'twin' | 'abandoned' | 'none';

export interface OrphanDecision extends UnpairedSnapshot {
  readonly kept: boolean;
  readonly reasons: readonly RetentionReason<SparingRule | SupersedingRule>[];
}

export interface OrphanOptions {
  readonly policy: RetentionPolicy;
  /** IANA name; whose hours, days, weeks, months and years the policy counts. */
  readonly timeZone: string;
  readonly runInProgress?: string | undefined;
  readonly levelOf: (run: string) => VerificationLevel;
  /** Runs known to have no recovery point, or to have lost it to a prune that was cut off. */
  readonly abandoned: ReadonlySet<string>;
  readonly now: Date;
}

/**
 * Decides about every snapshot of a job that lacks its other half.
 *
 * Kept are leased ones and those of the run in progress. Source snapshots of runs that are known to have no
 * recovery point go at once. All others stay for {@link GRACE_DAYS}; then twins go, and the rest as soon as a
 * complete recovery point is newer and the policy would not keep the recovery point that they once were, or
 * might have been. So a share that was lost with all its snapshots costs no state of it that is kept in the
 * other share before its time.
 * @throws {RangeError} when nothing may be decided, as `retain`
 */
export function decideOrphans(known: Catalogue, options: OrphanOptions): readonly OrphanDecision[] {
  const { runInProgress, abandoned, now } = options;
  const cutoff = comparableTime(new Date(now.getTime() - GRACE_DAYS * DAY_MS).toISOString());
  const byPolicy = {
    source: keptByPolicy(known, options, 'source'),
    target: keptByPolicy(known, options, 'target'),
  };
  return known.unpaired.map((orphan) => {
    const keep = (...reasons: RetentionReason<SparingRule>[]) => ({ ...orphan, kept: true, reasons });
    const drop = (reason: RetentionReason<SupersedingRule>) => ({
      ...orphan,
      kept: false,
      reasons: [reason],
    });
    const { role, run, snapshot, leased, twin } = orphan;
    if (leased) return keep({ rule: 'pinned', text: 'leased' });
    if (run === runInProgress) return keep({ rule: 'in-progress', text: 'made by the run in progress' });
    if (role === 'source' && !twin && abandoned.has(run)) {
      return drop({ rule: 'abandoned', text: 'its run made no recovery point, or lost it to a prune' });
    }
    if (comparableTime(snapshot) > cutoff)
      return keep({ rule: 'grace', text: `left alone for ${GRACE_DAYS} days` });
    if (twin) return drop({ rule: 'twin', text: 'another snapshot of the same run stands for it' });
    if (!hasNewer(known, options, role, snapshot)) {
      return keep({ rule: 'none-newer', text: 'no complete recovery point is newer' });
    }
    const reasons = byPolicy[role].get(snapshot);
    return reasons === undefined ? drop({ rule: 'none', text: 'no rule keeps it' }) : keep(...reasons);
  });
}

function hasNewer(
  { points }: Catalogue,
  { levelOf }: OrphanOptions,
  role: SnapshotRole,
  snapshot: string,
): boolean {
  return points.some((point) => {
    const own = role === 'source' ? point.sourceSnapshot : point.targetSnapshot;
    return levelOf(point.id) !== 'differs' && own > snapshot;
  });
}

/** What the policy would keep of one share's lone snapshots, were each a recovery point among the others. */
function keptByPolicy(
  { points, unpaired }: Catalogue,
  { policy, timeZone, levelOf, runInProgress, abandoned, now }: OrphanOptions,
  side: SnapshotRole,
): ReadonlyMap<string, readonly RetentionReason<KeepingRule>[]> {
  const isAbandoned = (run: string) => side === 'source' && abandoned.has(run);
  const lone = unpaired.filter(
    ({ role, run, twin }) => role === side && !twin && run !== runInProgress && !isAbandoned(run),
  );
  if (lone.length === 0) return new Map();
  const whole = points.map(
    ({ id, sourceSnapshot, targetSnapshot, pinned }): RetainablePoint => ({
      id,
      time: targetSnapshot,
      sourceTime: sourceSnapshot,
      level: levelOf(id),
      pinned,
    }),
  );
  const halves = lone.map(
    ({ run, snapshot, partner, leased }): RetainablePoint => ({
      id: snapshot,
      time: snapshot,
      sourceTime: isTime(partner) ? partner : snapshot,
      level: side === 'source' ? 'copied' : levelOf(run),
      pinned: leased,
    }),
  );
  const { keep } = retain([...whole, ...halves], policy, { timeZone, now });
  return new Map(
    keep.map(({ id, reasons }) => [
      id,
      // A half is the base of no run.
      reasons.map((reason) => (reason.rule === 'base' ? { ...reason, text: 'newest proven' } : reason)),
    ]),
  );
}

function isTime(text: string | undefined): text is string {
  return (
    text !== undefined &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/.test(text) &&
    !Number.isNaN(Date.parse(text))
  );
}
