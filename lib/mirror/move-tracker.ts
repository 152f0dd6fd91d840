import type { Entry } from '../files/entry.ts';
import type { SharePath } from '../files/paths.ts';
import type { Moves } from './moves.ts';

/** What a walk asks and tells about entries that may have been moved. */
export interface MoveTracker {
  /** Whether an entry that the target lacks is left to be settled later. */
  defer(path: SharePath, source: Entry): boolean;
  /** Whether the source has another entry under this name than before, which is left to be settled later. */
  replaced(path: SharePath, source: Entry, target: Entry): Promise<boolean>;
  /** Told of a target entry that the source lacks, or has as another kind. */
  depart(path: SharePath, target: Entry): Promise<void>;
  /** Brings an entry that the target lacks here from where it was; undefined where it was nowhere. */
  claim(path: SharePath, source: Entry): Promise<Entry | undefined>;
  /** Where an entry stood at the previous recovery point. */
  pastPath(path: SharePath): SharePath;
}

/** For a walk that takes everything as it stands. */
export const UNMOVED: MoveTracker = {
  defer: () => false,
  replaced: async () => false,
  depart: async () => undefined,
  claim: async () => undefined,
  pastPath: (path) => path,
};

/** For the walk over the whole share, which takes down what may have been moved. */
export function collectingMoves(moves: Moves): MoveTracker {
  return {
    ...UNMOVED,
    defer: (path, source) => moves.defer(path, source),
    async replaced(path, source, target) {
      if (!(await moves.isReplaced(path, path, source, target))) return false;
      if (!moves.defer(path, source, true)) return false;
      moves.depart(path, target);
      return true;
    },
    depart: async (path, target) => moves.depart(path, target),
  };
}
