import { BLOCK, type ContentVersion, isHole, sliceContent } from './content.ts';
import type { LocatedFile } from './entry.ts';
import type { DirectoryNode, FileNode } from './entry-node.ts';
import { fileGenerationMismatch, previousSnapshotNotFound, resourceNotFound } from './errors.ts';
import { fileNodeOf, getFile } from './lookup.ts';
import type { Path } from './options.ts';
import { ServiceError } from './service-error.ts';
import type { Snapshot } from './share.ts';
import type { ShareView } from './share-view.ts';
import { findPlace } from './tree.ts';

/** `end` is exclusive. */
export type ByteRange = { readonly start: number; readonly end: number };

export type RangeList = { readonly file: LocatedFile; readonly ranges: readonly ByteRange[] };

/** `clear` holds zeros now and may have held data. */
export type ChangedRange = ByteRange & { readonly clear: boolean };

export type RangeDiff = {
  readonly file: LocatedFile;
  /** In order. */
  readonly ranges: readonly ChangedRange[];
};

export type ListRangesOptions = { readonly leaseId?: string; readonly range?: ByteRange };

export type ListRangesDiffOptions = ListRangesOptions & {
  readonly previousSnapshot: string;
  /** Finds the file in the previous snapshot by its file id when it was renamed. */
  readonly supportRename?: boolean;
};

/** The ranges that hold data, rounded out to 512 bytes and cut at the size; rest/api/storageservices/list-ranges. */
export function listRanges(view: ShareView, path: Path, options: ListRangesOptions = {}): RangeList {
  const file = getFile(view, path, options);
  const { content, size } = fileNodeOf(file.entry);
  const { start, end, first, last } = boundsIn(size, options.range);
  const ranges: ChangedRange[] = [];
  for (const extent of sliceContent(content, first, last)) {
    if (!isHole(extent)) add(ranges, { ...outwards(extent, size), clear: false });
  }
  return {
    file,
    ranges: ranges.flatMap((part) => clip(part, start, end)).map(({ clear: _, ...range }) => range),
  };
}

/**
 * What was written since a snapshot. 404 `PreviousSnapshotNotFound`; 404 `ResourceNotFound` when the file was not
 * there at all; 409 when it was deleted and created again, overwritten by a copy, or renamed without
 * `supportRename`, with the code `FileGenerationMismatch`, which is documented for the first of these alone;
 * 400 `PreviousSnapshotCannotBeNewer`.
 */
export function listRangesDiff(view: ShareView, path: Path, options: ListRangesDiffOptions): RangeDiff {
  const { share } = view;
  const previous = share.snapshots.find(({ id }) => id === options.previousSnapshot);
  if (previous === undefined) throw previousSnapshotNotFound();
  if (previous.version > view.version) throw previousSnapshotNewer();
  const file = getFile(view, path, options);
  const node = fileNodeOf(file.entry);
  const before = fileAt(previous.root, path);
  if (before === undefined || before.serial !== node.serial) {
    const renamed = serialsOf(previous).has(node.serial);
    if (!renamed && before === undefined) throw resourceNotFound();
    if (!renamed || options.supportRename !== true) throw fileGenerationMismatch();
  }
  if (node.copiedAt > previous.version) throw fileGenerationMismatch();
  return { file, ranges: changedRanges(node, previous.version, options.range) };
}

/** What has a later version than `since`, in whole blocks. A block that is cleared in part counts as written. */
function changedRanges(file: FileNode, since: ContentVersion, range: ByteRange | undefined): ChangedRange[] {
  const { start, end, first, last } = boundsIn(file.size, range);
  const changed: ChangedRange[] = [];
  for (const extent of sliceContent(file.content, first, last)) {
    if (extent.version <= since) continue;
    const outer = outwards(extent, file.size);
    if (!isHole(extent)) {
      add(changed, { ...outer, clear: false });
      continue;
    }
    const inner = {
      start: ceilBlock(extent.start),
      end: extent.end === file.size ? extent.end : floorBlock(extent.end),
    };
    if (inner.start >= inner.end) {
      add(changed, { ...outer, clear: false });
      continue;
    }
    add(changed, { start: outer.start, end: inner.start, clear: false });
    add(changed, { ...inner, clear: true });
    add(changed, { start: inner.end, end: outer.end, clear: false });
  }
  return changed.flatMap((part) => clip(part, start, end));
}

/** The part of a file that is asked about, as it is and in whole blocks. */
function boundsIn(size: number, range: ByteRange | undefined) {
  const start = Math.max(0, range?.start ?? 0);
  const end = Math.min(size, range?.end ?? size);
  return { start, end, first: floorBlock(start), last: Math.min(ceilBlock(end), size) };
}

function outwards(range: ByteRange, size: number): ByteRange {
  return { start: floorBlock(range.start), end: Math.min(ceilBlock(range.end), size) };
}

function add(list: ChangedRange[], range: ChangedRange): void {
  if (range.start >= range.end) return;
  const last = list.at(-1);
  if (last === undefined || last.clear !== range.clear || last.end < range.start) {
    list.push(range);
    return;
  }
  list[list.length - 1] = { ...last, end: Math.max(last.end, range.end) };
}

function clip(range: ChangedRange, start: number, end: number): readonly ChangedRange[] {
  const clipped = { ...range, start: Math.max(range.start, start), end: Math.min(range.end, end) };
  return clipped.start < clipped.end ? [clipped] : [];
}

function floorBlock(position: number): number {
  return Math.floor(position / BLOCK) * BLOCK;
}

function ceilBlock(position: number): number {
  return Math.ceil(position / BLOCK) * BLOCK;
}

function fileAt(root: DirectoryNode, path: Path): FileNode | undefined {
  try {
    const { entry } = findPlace(root, path);
    return entry?.kind === 'file' ? entry : undefined;
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'ParentNotFound') return undefined;
    throw error;
  }
}

/** File serials of the snapshots that were asked about, made once, for it takes a walk through the whole tree. */
const knownSerials = new WeakMap<DirectoryNode, ReadonlySet<number>>();

function serialsOf(snapshot: Snapshot): ReadonlySet<number> {
  let serials = knownSerials.get(snapshot.root);
  if (serials === undefined) {
    const found = new Set<number>();
    collectSerials(snapshot.root, found);
    serials = found;
    knownSerials.set(snapshot.root, serials);
  }
  return serials;
}

function collectSerials(directory: DirectoryNode, into: Set<number>): void {
  for (const entry of directory.children.from()) {
    if (entry.kind === 'file') into.add(entry.serial);
    else collectSerials(entry, into);
  }
}

function previousSnapshotNewer(): ServiceError {
  return new ServiceError(
    400,
    'PreviousSnapshotCannotBeNewer',
    'The previous snapshot is newer than the snapshot that it is compared with.',
  );
}
