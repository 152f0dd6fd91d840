import { parentPath, type SharePath } from '../files/paths.ts';
import type { ChangeKind } from './change.ts';

export type ChangeCounts = Readonly<Record<ChangeKind, number>>;

/** What is to change in one directory. */
export interface PlannedFolder {
  readonly path: SharePath;
  /**
   * That it is created or deleted itself, and the changes of the entries right in it but for such of
   * directories; with `deep`, all changes below, too.
   */
  readonly counts: ChangeCounts;
  /** Bytes to be copied for them. */
  readonly bytes: number;
  readonly deep: boolean;
}

export const NO_CHANGES: ChangeCounts = {
  'create-directory': 0,
  'copy-file': 0,
  'patch-file': 0,
  'set-properties': 0,
  rename: 0,
  'delete-file': 0,
  'delete-directory': 0,
};

interface Tally {
  readonly counts: Record<ChangeKind, number>;
  bytes: number;
  deep: boolean;
}

/**
 * Counts changes by directory. Of more than `limit` directories, the deepest are counted with those above
 * them, so that it never grows with the share.
 */
export class PlannedFolders {
  readonly #limit: number;
  readonly #folders = new Map<SharePath, Tally>();
  /** Directories further down than this are counted with those above. */
  #depth = Number.POSITIVE_INFINITY;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @param size bytes to be copied for the change */
  add(kind: ChangeKind, path: SharePath, size: number): void {
    const isOwn = kind === 'create-directory' || kind === 'delete-directory';
    const directory = isOwn ? path : parentPath(path);
    const folder = this.#folder(cutAt(directory, this.#depth));
    folder.counts[kind] += 1;
    folder.bytes += size;
    if (depthOf(directory) > this.#depth) folder.deep = true;
    while (this.#folders.size > this.#limit) this.#foldDeepest();
  }

  /** In the order of their paths. */
  list(): readonly PlannedFolder[] {
    return [...this.#folders]
      .map(([path, { counts, bytes, deep }]) => ({ path, counts: { ...counts }, bytes, deep }))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  #folder(path: SharePath): Tally {
    let folder = this.#folders.get(path);
    if (folder === undefined) {
      folder = { counts: { ...NO_CHANGES }, bytes: 0, deep: false };
      this.#folders.set(path, folder);
    }
    return folder;
  }

  #foldDeepest(): void {
    let deepest = 0;
    for (const path of this.#folders.keys()) deepest = Math.max(deepest, depthOf(path));
    if (deepest === 0) return;
    this.#depth = deepest - 1;
    for (const [path, folder] of [...this.#folders]) {
      if (depthOf(path) < deepest) continue;
      this.#folders.delete(path);
      const above = this.#folder(parentPath(path));
      for (const [kind, count] of Object.entries(folder.counts)) above.counts[kind as ChangeKind] += count;
      above.bytes += folder.bytes;
      above.deep = true;
    }
  }
}

function depthOf(path: SharePath): number {
  return path === '' ? 0 : path.split('/').length;
}

function cutAt(path: SharePath, depth: number): SharePath {
  return depthOf(path) <= depth ? path : path.split('/').slice(0, depth).join('/');
}
