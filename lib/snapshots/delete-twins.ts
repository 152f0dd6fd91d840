import { RequestFailedError } from '../azure/errors.ts';
import type { Catalogue, RecoveryPoint, UnpairedSnapshot } from './recovery-points.ts';
import type { SnapshotStore } from './snapshot-store.ts';

/**
 * Deletes the twins of a recovery point's snapshots, as its run makes no further ones, so that nobody else looks
 * for them before the prune that finds them days later. Leased ones stay, and what is of another source snapshot.
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
    try {
      await (role === 'source' ? source : target).delete(snapshot);
    } catch (error) {
      // A twin that stays takes up room and does no other harm.
      if (!(error instanceof RequestFailedError)) throw error;
    }
  }
}
