import {
  asWritten,
  BLOCK,
  type Content,
  dataBytes,
  type Extent,
  hole,
  moved,
  replaceRange,
  sliceContent,
  storedBytes,
  writtenZeros,
} from './content.ts';
import type { LocatedFile } from './entry.ts';
import type { FileNode } from './entry-node.ts';
import { invalidRange } from './errors.ts';
import type { FileSource } from './file-content.ts';
import { liveFile, requireContentChangeable } from './file-guards.ts';
import { fileNodeOf, locatedFile } from './lookup.ts';
import type { Path } from './options.ts';
import type { Share } from './share.ts';
import { editEntry, type Place } from './tree.ts';

export type RangeWriteOptions = {
  readonly leaseId?: string;
  readonly lastWriteTime?: 'now' | 'preserve';
  /** Leaves the change time, too, as versions do that do not know `lastWriteTime`. */
  readonly keepsChangeTime?: boolean;
};

/** Bytes below this share of the buffer they came in are copied out of it, so as not to keep it alive. */
const WORTH_COPYING = 0.5;

/**
 * Stores bytes; the array is kept, so do not change it afterwards. 416 `InvalidRange` beyond the size, 409
 * `ReadOnlyAttribute`, `FileLockConflict`, `SharingViolation`; rest/api/storageservices/put-range.
 */
export function putRange(
  share: Share,
  path: Path,
  offset: number,
  bytes: Uint8Array,
  options: RangeWriteOptions = {},
): LocatedFile {
  const { place, file } = writableFile(share, path, offset, offset + bytes.length, options);
  const part = storedBytes(offset, compact(bytes), share.context.contentVersion);
  return write(share, place, file, offset, offset + bytes.length, [part], options);
}

/** Zeroes `[start, end)`. Whole blocks of 512 bytes are freed, the rest is overwritten. */
export function clearRange(
  share: Share,
  path: Path,
  start: number,
  end: number,
  options: RangeWriteOptions = {},
): LocatedFile {
  const { place, file } = writableFile(share, path, start, end, options);
  const parts = clearedParts(start, end, share.context.contentVersion);
  return write(share, place, file, start, end, parts, options);
}

/**
 * Copies `length` bytes of a source without reading them. 416 `InvalidRange` beyond the size of the file or of
 * the source; rest/api/storageservices/put-range-from-url.
 */
export function putRangeFrom(
  share: Share,
  path: Path,
  offset: number,
  length: number,
  source: FileSource,
  sourceOffset: number,
  options: RangeWriteOptions = {},
): LocatedFile {
  const { place, file } = writableFile(share, path, offset, offset + length, options);
  const from = fileNodeOf(source.entry);
  const sourceEnd = sourceOffset + length;
  if (sourceEnd > from.size) throw invalidRange(from.size);
  const version = share.context.contentVersion;
  const parts = writtenParts(from.content, sourceOffset, sourceEnd, offset, version);
  return write(share, place, file, offset, offset + length, parts, options);
}

function clearedParts(start: number, end: number, version: number): readonly Extent[] {
  const first = Math.min(Math.ceil(start / BLOCK) * BLOCK, end);
  const last = Math.max(Math.floor(end / BLOCK) * BLOCK, first);
  const parts: Extent[] = [];
  if (start < first) parts.push(writtenZeros(start, first, version));
  if (first < last) parts.push(hole(first, last, version));
  if (last < end) parts.push(writtenZeros(last, end, version));
  return parts;
}

/** What the source has in its range, as if it had been sent: its holes are zeros that were written. */
function writtenParts(
  content: Content,
  start: number,
  end: number,
  offset: number,
  version: number,
): readonly Extent[] {
  const parts = asWritten(sliceContent(content, start, end), start, end, version);
  return moved(parts, offset - start, version);
}

function writableFile(
  share: Share,
  path: Path,
  start: number,
  end: number,
  options: RangeWriteOptions,
): { readonly place: Place; readonly file: FileNode } {
  const { place, file } = liveFile(share, path);
  requireContentChangeable(share, file, options.leaseId);
  if (start < 0 || end <= start || end > file.size) throw invalidRange(file.size);
  return { place, file };
}

function write(
  share: Share,
  place: Place,
  file: FileNode,
  start: number,
  end: number,
  parts: readonly Extent[],
  options: RangeWriteOptions,
): LocatedFile {
  share.useBytes(dataBytes(parts) - dataBytes(sliceContent(file.content, start, end)));
  const edited = editEntry(share, place, file);
  replaceRange(edited.editContent(), start, end, parts);
  const now = share.context.clock.stamp();
  edited.modified = now;
  if (options.keepsChangeTime !== true) edited.changeTime = now;
  if (options.lastWriteTime !== 'preserve') edited.lastWriteTime = now;
  return locatedFile(share, place, edited);
}

function compact(bytes: Uint8Array): Uint8Array {
  return bytes.length < bytes.buffer.byteLength * WORTH_COPYING ? bytes.slice() : bytes;
}
