import type { VerificationLevel } from '../report/events.ts';
import { isProven } from '../report/is-proven.ts';
import type { Catalogue, RecoveryPoint, UnpairedSnapshot } from './recovery-points.ts';
import { retain } from './retain.ts';
import type { SnapshotStore } from './snapshot-store.ts';

export interface PrunePlan {
  readonly keep: readonly { readonly id: string; readonly reason: string }[];
  readonly drop: readonly (RecoveryPoint & { readonly reason: string })[];
  /** Source snapshots of runs that are known to have ended without a recovery point. */
  readonly superseded: readonly UnpairedSnapshot[];
}

export interface PruneOptions {
  readonly policy: { readonly last: number };
  /** Spared, whatever the policy says. */
  readonly runInProgress: string | undefined;
  readonly levelOf: (run: string) => VerificationLevel;
  /**
   * Runs known to have no recovery point, or to have lost it to a prune that was cut off. Without that
   * knowledge a lone source snapshot is left alone: its partner may have been deleted by somebody's mistake.
   */
  readonly abandoned: ReadonlySet<string>;
  readonly now: Date;
}

/**
 * Decides what a prune would delete. Deletes nothing.
 *
 * A recovery point that was found to differ takes no place of a good one; the newest one that is proven is
 * spared in any case, beside the newest of all.
 */
export function planPrune(catalogue: Catalogue, options: PruneOptions): PrunePlan {
  const { policy, runInProgress, levelOf, abandoned, now } = options;
  const newest = catalogue.points.at(-1);
  const newestProven = catalogue.points.findLast(({ id }) => isProven(levelOf(id)));
  // Age is counted by the service's clock alone, which this machine's may lag behind.
  const points = catalogue.points.map(({ id, targetSnapshot, pinned }) => ({
    id,
    time: targetSnapshot,
    pinned,
    complete: levelOf(id) !== 'differs',
  }));
  const latest = Math.max(now.getTime(), newest === undefined ? 0 : Date.parse(newest.targetSnapshot) + 1);
  const decision = retain(points, policy, new Date(latest));
  const keep = [...decision.keep];
  const drop: PrunePlan['drop'][number][] = [];
  for (const { id, reason } of decision.drop) {
    const point = catalogue.points.find((candidate) => candidate.id === id);
    if (point === undefined) continue;
    if (point === newestProven) keep.push({ id, reason: 'It is the newest recovery point that is proven.' });
    else if (id === runInProgress) keep.push({ id, reason: 'The run in progress has made it.' });
    else if (!point.pinned && point !== newest) drop.push({ ...point, reason });
  }
  return {
    keep,
    drop,
    superseded: catalogue.unpaired.filter(
      ({ role, run, leased }) => role === 'source' && !leased && run !== runInProgress && abandoned.has(run),
    ),
  };
}

/**
 * Carries a prune out. The target snapshot of a pair goes first: what a kill then leaves behind is a lone
 * source snapshot, which the next prune knows as superseded. Returns the recovery points that are gone.
 */
export async function prune(
  plan: PrunePlan,
  source: SnapshotStore,
  target: SnapshotStore,
): Promise<readonly string[]> {
  const pruned: string[] = [];
  for (const point of plan.drop) {
    await target.delete(point.targetSnapshot);
    await source.delete(point.sourceSnapshot);
    pruned.push(point.id);
  }
  for (const { snapshot } of plan.superseded) await source.delete(snapshot);
  return pruned;
}
