import { baseName, parentPath } from '../../lib/files/paths.ts';
import type { PlannedChange, PlannedChanges } from '../../lib/mirror/plan.ts';
import { type ChangeCounts, NO_CHANGES } from '../../lib/mirror/planned-folders.ts';
import { describeChange, describeCounts } from './describe-changes.ts';
import { counted, printable } from './text.ts';

/** Changes of one kind in one directory that are named one by one; more of them are only counted. */
const NAMED = 5;

/** A directory, with everything that is to change below it. */
interface Folder {
  readonly path: string;
  readonly folders: Map<string, Folder>;
  /** Changes right here. */
  here: ChangeCounts;
  bytesHere: number;
  readonly named: PlannedChange[];
  /** Whether `here` holds what is further down, too. */
  deep: boolean;
  /** All changes, and their bytes. */
  counts: Record<keyof ChangeCounts, number>;
  bytes: number;
}

/** A line of the tree, and what it would be replaced by if there is room. */
interface Item {
  readonly name: string;
  readonly text: string;
  readonly changes: number;
  readonly deletes: number;
  readonly folder: Folder | undefined;
}

/**
 * The changes of a plan as a tree of at most so many lines. A directory is one line where everything below it
 * changes alike, and where there is no room for more; those in which something is deleted get room first.
 */
export function planTree(plan: PlannedChanges, lines: number): readonly string[] {
  const root = folderTree(plan);
  const expanded = new Map<Folder, readonly Item[]>();
  const shown = fitting(itemsOf(root), Math.max(1, lines));
  expanded.set(root, shown.items);
  let room = lines - shown.items.length;
  const waiting = expandable(shown.items);
  for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
    const items = itemsOf(folder);
    if (items.length > room) continue;
    room -= items.length;
    expanded.set(folder, items);
    waiting.push(...expandable(items));
  }
  const rest = shown.left === 0 ? [] : [`and ${counted(shown.left, 'further change')}`];
  return [...render(root, expanded, ''), ...rest];
}

function folderTree({ folders, changes }: PlannedChanges): Folder {
  const root = newFolder('');
  const at = (path: string): Folder => {
    if (path === '') return root;
    const parent = at(parentPath(path));
    const name = baseName(path);
    const known = parent.folders.get(name) ?? newFolder(path);
    parent.folders.set(name, known);
    return known;
  };
  const byPath = new Map<string, Folder>();
  for (const { path, counts, bytes, deep } of folders) {
    const folder = at(path);
    byPath.set(path, folder);
    folder.here = counts;
    folder.bytesHere = bytes;
    folder.deep = deep;
  }
  for (const change of changes) {
    if (isOfFolder(change.kind)) continue;
    byPath.get(parentPath(change.path))?.named.push(change);
  }
  sumUp(root);
  return root;
}

function newFolder(path: string): Folder {
  const counts = { ...NO_CHANGES };
  return {
    path,
    folders: new Map(),
    here: NO_CHANGES,
    bytesHere: 0,
    named: [],
    deep: false,
    counts,
    bytes: 0,
  };
}

function sumUp(folder: Folder): void {
  folder.counts = { ...folder.here };
  folder.bytes = folder.bytesHere;
  for (const below of folder.folders.values()) {
    sumUp(below);
    for (const kind of KINDS) folder.counts[kind] += below.counts[kind];
    folder.bytes += below.bytes;
  }
}

const KINDS = Object.keys(NO_CHANGES) as (keyof ChangeCounts)[];

/** The lines right below a directory, in the order of their names. */
function itemsOf(folder: Folder): readonly Item[] {
  const items = [...folder.folders.values()].map(folderItem);
  for (const kind of KINDS) {
    const number = folder.here[kind];
    if (number === 0 || (isOfFolder(kind) && !folder.deep)) continue;
    const named = folder.named.filter((change) => change.kind === kind);
    if (number <= NAMED && named.length === number) items.push(...named.map(changeItem));
    else items.push(groupItem(kind, number, folder.deep ? 'here and below' : 'right here'));
  }
  return items.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function folderItem(folder: Folder): Item {
  const only = onlyChange(folder);
  // Directories in which nothing else changes are told in one line with what is below them.
  const inner = soleFolder(folder);
  const name = baseName(folder.path);
  const item = only === undefined ? inner && folderItem(inner) : changeItem(only);
  if (item !== undefined) return { ...item, name, text: `${printable(name)}/${item.text}` };
  const changes = totalOf(folder.counts);
  const text = `${printable(name)}/  ${describeCounts(folder.counts, folder.bytes)}`;
  const folds = folder.deep || classesOf(folder.counts).size === 1;
  return { name, text, changes, deletes: deletesOf(folder.counts), folder: folds ? undefined : folder };
}

/** The change of a directory in which there is but one, if its name is known. */
function onlyChange(folder: Folder): PlannedChange | undefined {
  return totalOf(folder.counts) === 1 && folder.folders.size === 0 ? folder.named[0] : undefined;
}

function soleFolder(folder: Folder): Folder | undefined {
  const [inner] = folder.folders.values();
  return folder.folders.size === 1 && totalOf(folder.here) === 0 ? inner : undefined;
}

function changeItem(change: PlannedChange): Item {
  const { path, kind } = change;
  const name = path === '' ? '(the root directory)' : printable(baseName(path));
  return {
    name: baseName(path),
    text: `${name}  ${describeChange(change)}`,
    changes: 1,
    deletes: isDeletion(kind) ? 1 : 0,
    folder: undefined,
  };
}

function groupItem(kind: keyof ChangeCounts, number: number, place: string): Item {
  return {
    name: '',
    text: `${describeCounts({ ...NO_CHANGES, [kind]: number }, 0)} ${place}`,
    changes: number,
    deletes: isDeletion(kind) ? number : 0,
    folder: undefined,
  };
}

/** As many lines as there is room for, those with deletions before the others, then those with more changes. */
function fitting(
  items: readonly Item[],
  room: number,
): { readonly items: readonly Item[]; readonly left: number } {
  if (items.length <= room) return { items, left: 0 };
  const ranked = items.toSorted((a, b) => b.deletes - a.deletes || b.changes - a.changes);
  const chosen = new Set(ranked.slice(0, room));
  const left = ranked.slice(room).reduce((sum, { changes }) => sum + changes, 0);
  return { items: items.filter((item) => chosen.has(item)), left };
}

function expandable(items: readonly Item[]): Folder[] {
  return items
    .toSorted((a, b) => b.deletes - a.deletes)
    .flatMap(({ folder }) => (folder === undefined ? [] : [folder]));
}

function render(
  folder: Folder,
  expanded: ReadonlyMap<Folder, readonly Item[]>,
  indent: string,
): readonly string[] {
  return (expanded.get(folder) ?? []).flatMap((item) => [
    `${indent}${item.text}`,
    ...(item.folder === undefined ? [] : render(item.folder, expanded, `${indent}  `)),
  ]);
}

/** Directories that are made with what is in them, and those that go with it, change alike. */
function classesOf(counts: ChangeCounts): ReadonlySet<string> {
  return new Set(
    KINDS.filter((kind) => counts[kind] > 0).map((kind) => {
      if (kind === 'create-directory') return 'copy-file';
      return kind === 'delete-directory' ? 'delete-file' : kind;
    }),
  );
}

function isOfFolder(kind: keyof ChangeCounts): boolean {
  return kind === 'create-directory' || kind === 'delete-directory';
}

function isDeletion(kind: keyof ChangeCounts): boolean {
  return kind === 'delete-file' || kind === 'delete-directory';
}

function deletesOf(counts: ChangeCounts): number {
  return counts['delete-file'] + counts['delete-directory'];
}

function totalOf(counts: ChangeCounts): number {
  return KINDS.reduce((sum, kind) => sum + counts[kind], 0);
}
