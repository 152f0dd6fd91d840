import type { DirectoryNode, EntryNode, FileNode } from '../../../emulator/state/entry-node.ts';
import type { Share } from '../../../emulator/state/index.ts';
import { sameContent } from './same-content.ts';

/** What may differ between an entry of the source and of the target. Change times are not looked at. */
export type Difference =
  | 'missing'
  | 'surplus'
  | 'of another kind'
  | 'content'
  | 'file times'
  | 'directory times'
  | 'attributes'
  | 'permission'
  | 'metadata';

export type TreeComparison = {
  /** Entries that differ in anything. */
  readonly entries: number;
  readonly by: Readonly<Partial<Record<Difference, number>>>;
};

/** Where Sharepair keeps its own state in a target. */
const SYSTEM_FOLDER = '.sharepair';

/** Compares the live trees of two shares, the roots included and what Sharepair keeps for itself left out. */
export function compareTrees(source: Share, target: Share): TreeComparison {
  const by: Partial<Record<Difference, number>> = {};
  let entries = 0;
  const note = (differences: readonly Difference[], count = 1) => {
    if (differences.length > 0) entries += count;
    for (const difference of differences) by[difference] = (by[difference] ?? 0) + count;
  };
  const samePermission = permissionComparison(source, target);

  function compareDirectories(left: DirectoryNode, right: DirectoryNode, isRoot: boolean): void {
    note(differencesOf(left, right, samePermission));
    for (const child of left.children.from()) {
      const twin = right.children.get(child.key);
      if (twin === undefined) note(['missing'], sizeOf(child));
      else if (child.kind === 'directory' && twin.kind === 'directory')
        compareDirectories(child, twin, false);
      else note(differencesOf(child, twin, samePermission));
    }
    for (const child of right.children.from()) {
      if (isRoot && child.name === SYSTEM_FOLDER) continue;
      if (left.children.get(child.key) === undefined) note(['surplus'], sizeOf(child));
    }
  }

  compareDirectories(source.root, target.root, true);
  return { entries, by };
}

type SamePermission = (left: EntryNode, right: EntryNode) => boolean;

function differencesOf(left: EntryNode, right: EntryNode, samePermission: SamePermission): Difference[] {
  if (left.kind !== right.kind) return ['of another kind'];
  const found: Difference[] = [];
  if (left.kind === 'file' && right.kind === 'file' && !sameBytes(left, right)) found.push('content');
  if (left.lastWriteTime !== right.lastWriteTime || left.creationTime !== right.creationTime) {
    found.push(left.kind === 'file' ? 'file times' : 'directory times');
  }
  if (left.attributes !== right.attributes) found.push('attributes');
  if (!samePermission(left, right)) found.push('permission');
  if (JSON.stringify(left.metadata) !== JSON.stringify(right.metadata)) found.push('metadata');
  return found;
}

function sameBytes(left: FileNode, right: FileNode): boolean {
  return left.size === right.size && sameContent(left.content, right.content, left.size);
}

/** Compares by SDDL, as a key means something within its share only; each pair of keys is looked up once. */
function permissionComparison(source: Share, target: Share): SamePermission {
  const known = new Map<string, boolean>();
  return (left, right) => {
    const pair = `${left.permissionKey} ${right.permissionKey}`;
    let same = known.get(pair);
    if (same === undefined) {
      same =
        source.getPermission(left.permissionKey, 'Sddl') ===
        target.getPermission(right.permissionKey, 'Sddl');
      known.set(pair, same);
    }
    return same;
  };
}

/** An entry with everything below it. */
function sizeOf(entry: EntryNode): number {
  if (entry.kind === 'file') return 1;
  let size = 1;
  for (const child of entry.children.from()) size += sizeOf(child);
  return size;
}
