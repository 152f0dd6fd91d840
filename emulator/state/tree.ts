import type { DirectoryNode, EntryNode } from './entry-node.ts';
import { parentNotFound, resourceNotFound } from './errors.ts';
import { collationKey, requirePath } from './names.ts';
import type { Path } from './options.ts';
import type { Share } from './share.ts';

/** Where a path leads: the directories from the root to the one it is in, and what is there, if anything. */
export type Place = {
  readonly path: Path;
  readonly parents: readonly DirectoryNode[];
  /** Last of `parents`. */
  readonly parent: DirectoryNode;
  readonly name: string;
  readonly key: string;
  readonly entry: EntryNode | undefined;
};

/** Follows a path that is not empty. 404 `ParentNotFound` when a directory above is missing; 400 for bad names. */
export function findPlace(root: DirectoryNode, path: Path): Place {
  requirePath(path);
  const parents = [root];
  let parent = root;
  for (const name of path.slice(0, -1)) {
    const child = parent.children.get(collationKey(name));
    if (child?.kind !== 'directory') throw parentNotFound();
    parents.push(child);
    parent = child;
  }
  const name = path.at(-1) ?? '';
  const key = collationKey(name);
  return { path, parents, parent, name, key, entry: parent.children.get(key) };
}

/** The live parent directory of a place, for the caller to change. */
export function editParent(share: Share, place: Place): DirectoryNode {
  let directory = editRoot(share);
  for (const parent of place.parents.slice(1)) {
    const child = editChild(share, directory, parent.key);
    if (child.kind !== 'directory') throw parentNotFound();
    directory = child;
  }
  return directory;
}

/** The live entry at a place, for the caller to change; `entry` is what `findPlace` found there. */
export function editEntry<N extends EntryNode>(share: Share, place: Place, entry: N): N {
  if (entry.token === share.editToken) return entry;
  // A copy of a node is of its kind.
  return editChild(share, editParent(share, place), entry.key) as N;
}

/** The live root directory, for the caller to change. */
export function editRoot(share: Share): DirectoryNode {
  if (share.root.token !== share.editToken) share.root = share.root.copyForEdit(share.editToken);
  return share.root;
}

/** By key, for the node that was found there may have been copied meanwhile. */
function editChild(share: Share, parent: DirectoryNode, key: string): EntryNode {
  const child = parent.children.get(key);
  if (child === undefined) throw resourceNotFound();
  if (child.token === share.editToken) return child;
  const copy = child.copyForEdit(share.editToken);
  parent.children.set(copy, share.editToken);
  return copy;
}

/** Marks a directory whose children were added or taken away, where the state is set so. */
export function touchParent(share: Share, parent: DirectoryNode, time: bigint): void {
  if (!share.context.childrenTouchParent) return;
  parent.lastWriteTime = time;
  parent.changeTime = time;
}
