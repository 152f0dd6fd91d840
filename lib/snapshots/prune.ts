import type { Catalogue, RecoveryPoint, UnpairedSnapshot } from './recovery-points.ts';
import { retain } from './retain.ts';
import type { SnapshotStore } from './snapshot-store.ts';

export interface PrunePlan {
  readonly keep: readonly { readonly id: string; readonly reason: string }[];
  readonly drop: readonly (RecoveryPoint & { readonly reason: string })[];
  /** Source snapshots of runs that never became a recovery point and that a later one has superseded. */
  readonly superseded: readonly UnpairedSnapshot[];
}

export interface PruneResult {
  readonly pruned: readonly string[];
  readonly superseded: readonly string[];
}

/** Decides what a prune would delete. Deletes nothing. `runInProgress` is spared, whatever the policy says. */
export function planPrune(
  catalogue: Catalogue,
  policy: { readonly last: number },
  runInProgress: string | undefined,
  now: Date,
): PrunePlan {
  const newest = catalogue.points.at(-1);
  // Age is counted by the service's clock alone, which this machine's may lag behind.
  const points = catalogue.points.map(({ id, targetSnapshot, pinned }) => ({
    id,
    time: targetSnapshot,
    pinned,
    complete: true,
  }));
  const latest = Math.max(now.getTime(), newest === undefined ? 0 : Date.parse(newest.targetSnapshot) + 1);
  const decision = retain(points, policy, new Date(latest));
  const reasons = new Map(decision.drop.map(({ id, reason }) => [id, reason]));
  return {
    keep: decision.keep,
    drop: catalogue.points.flatMap((point) => {
      const reason = reasons.get(point.id);
      const spared = point.pinned || point === newest || point.id === runInProgress;
      return reason === undefined || spared ? [] : [{ ...point, reason }];
    }),
    superseded: catalogue.unpaired.filter(
      ({ role, run, snapshot, leased }) =>
        role === 'source' &&
        !leased &&
        run !== runInProgress &&
        newest !== undefined &&
        snapshot < newest.sourceSnapshot,
    ),
  };
}

/**
 * Carries a prune out. The target snapshot of a pair goes first: what a kill then leaves behind is a lone
 * source snapshot, which the next prune knows as superseded.
 */
export async function prune(
  plan: PrunePlan,
  source: SnapshotStore,
  target: SnapshotStore,
): Promise<PruneResult> {
  const pruned: string[] = [];
  const superseded: string[] = [];
  for (const point of plan.drop) {
    await target.delete(point.targetSnapshot);
    await source.delete(point.sourceSnapshot);
    pruned.push(point.id);
  }
  for (const { run, snapshot } of plan.superseded) {
    await source.delete(snapshot);
    superseded.push(run);
  }
  return { pruned, superseded };
}
