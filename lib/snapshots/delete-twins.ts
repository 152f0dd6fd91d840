import { RequestFailedError } from '../azure/errors.ts';
import type { Catalogue, RecoveryPoint, UnpairedSnapshot } from './recovery-points.ts';
import type { SnapshotStore } from './snapshot-store.ts';

/**
 * Deletes the twins of a recovery point's snapshots. For a run that is finished after it was cut off: it makes no
 * snapshot any more, and so would not come upon them, and a prune spares them for days. Leased ones stay, and what is
 * of another source snapshot.
 */
export async function deleteTwins(
  { unpaired }: Catalogue,
  point: Pick<RecoveryPoint, 'id' | 'sourceSnapshot'>,
  source: SnapshotStore,
  target: SnapshotStore,
): Promise<void> {
  const isTwin = ({ run, twin, leased, role, partner }: UnpairedSnapshot) =>
    run === point.id && twin && !leased && (role === 'source' || partner === point.sourceSnapshot);
  for (const { role, snapshot } of unpaired.filter(isTwin)) {
    await deleteTwin(role === 'source' ? source : target, snapshot);
  }
}

/** Deletes a snapshot for which another of the same run stands, unless the service refuses. */
export async function deleteTwin(store: SnapshotStore, id: string): Promise<void> {
  try {
    await store.delete(id);
  } catch (error) {
    // A twin that stays takes up room and does no other harm.
    if (!(error instanceof RequestFailedError)) throw error;
  }
}
