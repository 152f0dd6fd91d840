import type { RetentionPolicy } from '../jobs/configuration.ts';
import type { VerificationLevel } from '../report/events.ts';
import { decideOrphans, type OrphanDecision } from './orphans.ts';
import type { Catalogue, RecoveryPoint } from './recovery-points.ts';
import { type RetentionDecision, type RetentionReason, retainPoints } from './retain-points.ts';
import { isOfAnotherLease } from './share-leases.ts';
import type { SnapshotStore } from './snapshot-store.ts';

export interface PrunePlan {
  readonly keep: readonly RetentionDecision[];
  readonly drop: readonly (RecoveryPoint & { readonly reasons: readonly RetentionReason[] })[];
  /** Snapshots without their other half that are to go. */
  readonly superseded: readonly OrphanDecision[];
  /** Those that stay for now. */
  readonly spared: readonly OrphanDecision[];
}

export interface PruneOptions {
  readonly policy: RetentionPolicy;
  /** IANA name; whose hours, days, weeks, months and years the policy counts. */
  readonly timeZone: string;
  /** Spared, whatever the policy says. */
  readonly runInProgress: string | undefined;
  readonly levelOf: (run: string) => VerificationLevel;
  /**
   * Runs known to have no recovery point, or to have lost it to a prune that was cut off. Without that knowledge
   * a lone source snapshot counts as half of a recovery point: its partner may have been deleted by mistake.
   */
  readonly abandoned: ReadonlySet<string>;
  /** Recovery points whose only leases are pins of ours that are to be released before anything is deleted. */
  readonly released: ReadonlySet<string>;
  readonly now: Date;
}

/** Decides what a prune would delete. Deletes nothing. */
export function planPrune(found: Catalogue, options: PruneOptions): PrunePlan {
  const known = { ...found, points: found.points.map((point) => withoutPin(point, options.released)) };
  const newest = known.points.at(-1);
  const { keep, drop } = retainPoints(known.points, options);
  const reasonsToDrop = new Map(drop.map(({ id, reasons }) => [id, reasons]));
  const orphans = decideOrphans(known, options);
  return {
    keep,
    drop: known.points.flatMap((point) => {
      const reasons = reasonsToDrop.get(point.id);
      // The two that must never go are looked at once more, whatever was decided.
      return reasons === undefined || point.pinned || point === newest ? [] : [{ ...point, reasons }];
    }),
    superseded: orphans.filter(({ kept, leased }) => !kept && !leased),
    spared: orphans.filter(({ kept }) => kept),
  };
}

function withoutPin(point: RecoveryPoint, released: ReadonlySet<string>): RecoveryPoint {
  return released.has(point.id) ? { ...point, pinned: false, leased: [] } : point;
}

/**
 * Carries a prune out. The target snapshot of a pair goes first: what a kill then leaves behind is a lone
 * source snapshot, which the next prune knows as superseded. What somebody has leased since the plan was made
 * stays. Returns the recovery points that are gone.
 */
export async function prune(
  plan: Pick<PrunePlan, 'drop' | 'superseded'>,
  source: SnapshotStore,
  target: SnapshotStore,
): Promise<readonly string[]> {
  const pruned: string[] = [];
  for (const point of plan.drop) {
    if (!(await deleteUnlessLeased(target, point.targetSnapshot))) continue;
    await source.delete(point.sourceSnapshot);
    pruned.push(point.id);
  }
  for (const { role, snapshot } of plan.superseded) {
    await deleteUnlessLeased(role === 'source' ? source : target, snapshot);
  }
  return pruned;
}

async function deleteUnlessLeased(store: SnapshotStore, snapshot: string): Promise<boolean> {
  try {
    await store.delete(snapshot);
    return true;
  } catch (error) {
    if (isOfAnotherLease(error)) return false;
    throw error;
  }
}
