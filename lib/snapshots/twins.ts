import type { Snapshot } from './snapshot-store.ts';
import { type SnapshotTags, tagsOf } from './tags.ts';

/** Snapshots of one share that one run made of the same: a request whose answer was lost was sent again. */
export interface Twins {
  readonly keep: Snapshot;
  /** What may be deleted, oldest first. A leased twin is neither kept nor here: somebody else holds it. */
  readonly drop: readonly Snapshot[];
}

/**
 * The twins among the snapshots of one share, whatever their order. The older one is kept, unless a target
 * snapshot names another as its partner: then that one is half of a recovery point.
 * @param partners ids of source snapshots that target snapshots name
 */
export function findTwins(
  snapshots: readonly Snapshot[],
  partners: ReadonlySet<string> = new Set(),
): readonly Twins[] {
  const families = new Map<string, Snapshot[]>();
  for (const snapshot of [...snapshots].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const identity = identityOf(tagsOf(snapshot));
    if (identity === undefined) continue;
    const family = families.get(identity);
    if (family === undefined) families.set(identity, [snapshot]);
    else family.push(snapshot);
  }
  return [...families.values()].flatMap((family) => {
    const keep = family.find(({ id }) => partners.has(id)) ?? family[0];
    if (keep === undefined) return [];
    const drop = family.filter(
      (snapshot) => snapshot !== keep && !snapshot.leased && !partners.has(snapshot.id),
    );
    return drop.length === 0 ? [] : [{ keep, drop }];
  });
}

/** Whether both were made by one run, on one side, of the same pair. Who counted what in them is no part of that. */
export function isOfSameRun(one: SnapshotTags | undefined, other: SnapshotTags): boolean {
  return identityOf(one) === identityOf(other);
}

function identityOf(tags: SnapshotTags | undefined): string | undefined {
  return tags && [tags.job, tags.run, tags.role, tags.counterpart, tags.partner].join('\n');
}
