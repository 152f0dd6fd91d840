import { messageOf } from '../report/message-of.ts';
import type { Catalogue } from '../snapshots/recovery-points.ts';
import type { SnapshotRole } from '../snapshots/tags.ts';
import { carryOutPrune, decidePrune } from '../target/carry-out-prune.ts';
import type { LockedTarget } from '../target/with-locked-target.ts';
import type { RunScope } from './run-scope.ts';

/** The most snapshots that a share may have, whoever made them (storage-files-scale-targets). */
const SNAPSHOT_LIMIT = 200;

/**
 * Prunes before a run makes its snapshots, where there are source snapshots of runs without a recovery
 * point, which add up while runs fail, or where a share is full, as the prune at the end would come too late.
 */
export async function makeRoom(scope: RunScope, locked: LockedTarget, known: Catalogue): Promise<void> {
  const isFull = countOf(known, 'source') >= SNAPSHOT_LIMIT || countOf(known, 'target') >= SNAPSHOT_LIMIT;
  const hasLone = known.unpaired.some(({ role, run }) => role === 'source' && run !== scope.run);
  if (!isFull && !hasLone) return;
  try {
    const plan = await decidePrune(scope.shares, known, locked.folder, scope.run);
    const gone = await carryOutPrune(isFull ? plan : { ...plan, drop: [] }, scope.shares, locked);
    for (const run of gone) scope.note(`recovery point ${run} was pruned to make room`);
  } catch (error) {
    scope.note(`snapshots that are no longer needed could not be deleted: ${messageOf(error)}`);
  }
}

function countOf({ points, unpaired, foreign }: Catalogue, side: SnapshotRole): number {
  const alone = unpaired.filter(({ role }) => role === side).length;
  return points.length + alone + foreign.filter((snapshot) => snapshot.side === side).length;
}
