import { syntheticBytes } from './synthetic.ts';

/** A version of a share's content, from a counter that every snapshot moves on. */
export type ContentVersion = number;

/**
 * Bytes `[start, end)` of a file and where they come from: stored bytes (`bytes[offset]` onwards), a synthetic
 * stream from its byte `offset`, or neither, which is a hole made by clearing or resizing. What no extent covers
 * is a hole since the file was made. Extents are never changed, so files and snapshots share them.
 */
export type Extent = {
  readonly start: number;
  readonly end: number;
  readonly version: ContentVersion;
  readonly bytes: Uint8Array | undefined;
  readonly stream: number | undefined;
  readonly offset: number;
};

/** What a file holds: extents in order, none overlapping. A value: writing makes another list. */
export type Content = readonly Extent[];

/** The stream of zeros that were written, which are data and no hole. */
const ZERO_STREAM = -1;

/** The unit of clearing and of listing ranges, in bytes. */
export const BLOCK = 512;

/** Size of the pieces in which content is read. */
const PIECE = 1024 * 1024;

export function isHole(extent: Extent): boolean {
  return extent.bytes === undefined && extent.stream === undefined;
}

/** Bytes that are stored or synthetic: what counts against a quota. */
export function dataBytes(content: Content): number {
  let total = 0;
  for (const extent of content) if (!isHole(extent)) total += extent.end - extent.start;
  return total;
}

/** Index of the first extent that ends beyond `position`. */
export function extentIndex(content: Content, position: number): number {
  let low = 0;
  let high = content.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const extent = content[middle];
    if (extent !== undefined && extent.end <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The part of an extent within `[start, end)`, which must meet it. */
function cut(extent: Extent, start: number, end: number): Extent {
  const from = Math.max(extent.start, start);
  const to = Math.min(extent.end, end);
  if (from === extent.start && to === extent.end) return extent;
  return {
    ...extent,
    start: from,
    end: to,
    offset: isHole(extent) ? 0 : extent.offset + from - extent.start,
  };
}

/** The extents within `[start, end)`, cut at its ends. */
export function sliceContent(content: Content, start: number, end: number): Extent[] {
  const parts: Extent[] = [];
  for (let index = extentIndex(content, start); index < content.length; index++) {
    const extent = content[index];
    if (extent === undefined || extent.start >= end) break;
    parts.push(cut(extent, start, end));
  }
  return parts;
}

/**
 * Replaces what is in `[start, end)` by `parts`, which lie within it, in place: the list must belong to the
 * caller. Neighbours that continue one another become one.
 */
export function replaceRange(content: Extent[], start: number, end: number, parts: readonly Extent[]): void {
  let first = extentIndex(content, start);
  let last = first;
  while (last < content.length && (content[last]?.start ?? end) < end) last++;
  const replacement: Extent[] = [];
  const head = content[first];
  if (head !== undefined && first < last && head.start < start) replacement.push(cut(head, 0, start));
  for (const part of parts) pushMerged(replacement, part);
  const tail = content[last - 1];
  if (tail !== undefined && first < last && tail.end > end) pushMerged(replacement, cut(tail, end, tail.end));
  const before = content[first - 1];
  if (before !== undefined && replacement.length > 0) {
    const merged = mergeExtents(before, replacement[0]);
    if (merged !== undefined) {
      replacement[0] = merged;
      first--;
    }
  }
  const after = content[last];
  if (after !== undefined) {
    const merged = mergeExtents(replacement.at(-1), after);
    if (merged !== undefined) {
      replacement[replacement.length - 1] = merged;
      last++;
    }
  }
  content.splice(first, last - first, ...replacement);
}

function pushMerged(list: Extent[], extent: Extent): void {
  const merged = mergeExtents(list.at(-1), extent);
  if (merged === undefined) list.push(extent);
  else list[list.length - 1] = merged;
}

function mergeExtents(left: Extent | undefined, right: Extent | undefined): Extent | undefined {
  if (left === undefined || right === undefined) return undefined;
  if (left.end !== right.start || left.version !== right.version) return undefined;
  if (left.bytes !== right.bytes || left.stream !== right.stream) return undefined;
  const continues = left.offset + left.end - left.start === right.offset;
  if (!continues && !isHole(left) && left.stream !== ZERO_STREAM) return undefined;
  return { ...left, end: right.end };
}

/** An extent list moved by `distance` and given a new version. */
export function moved(parts: readonly Extent[], distance: number, version: ContentVersion): Extent[] {
  return parts.map((part) => ({ ...part, start: part.start + distance, end: part.end + distance, version }));
}

/** The parts as if they were sent: holes in `[start, end)` are zeros that are written. */
export function asWritten(
  parts: readonly Extent[],
  start: number,
  end: number,
  version: ContentVersion,
): Extent[] {
  const filled: Extent[] = [];
  let position = start;
  for (const part of parts) {
    if (part.start > position) filled.push(writtenZeros(position, part.start, version));
    filled.push(isHole(part) ? writtenZeros(part.start, part.end, version) : part);
    position = part.end;
  }
  if (position < end) filled.push(writtenZeros(position, end, version));
  return filled;
}

export function writtenZeros(start: number, end: number, version: ContentVersion): Extent {
  return synthetic(start, end, ZERO_STREAM, 0, version);
}

export function hole(start: number, end: number, version: ContentVersion): Extent {
  return { start, end, version, bytes: undefined, stream: undefined, offset: 0 };
}

export function storedBytes(start: number, bytes: Uint8Array, version: ContentVersion): Extent {
  return { start, end: start + bytes.length, version, bytes, stream: undefined, offset: 0 };
}

export function synthetic(
  start: number,
  end: number,
  stream: number,
  offset: number,
  version: ContentVersion,
): Extent {
  return { start, end, version, bytes: undefined, stream, offset };
}

/** The bytes of `[start, end)` in pieces of at most 1 MiB. Extents must not be changed in place meanwhile. */
export function* readPieces(parts: readonly Extent[], start: number, end: number): Generator<Buffer> {
  let position = start;
  for (const part of parts) {
    yield* readZeros(position, part.start);
    for (let at = part.start; at < part.end; at += PIECE) {
      yield readExtent(part, at, Math.min(at + PIECE, part.end));
    }
    position = part.end;
  }
  yield* readZeros(position, end);
}

function* readZeros(start: number, end: number): Generator<Buffer> {
  for (let at = start; at < end; at += PIECE) yield Buffer.alloc(Math.min(PIECE, end - at));
}

function readExtent(extent: Extent, start: number, end: number): Buffer {
  const offset = extent.offset + start - extent.start;
  if (extent.bytes !== undefined) {
    return Buffer.from(extent.bytes.buffer, extent.bytes.byteOffset + offset, end - start);
  }
  if (extent.stream !== undefined && extent.stream !== ZERO_STREAM)
    return syntheticBytes(extent.stream, offset, end - start);
  return Buffer.alloc(end - start);
}
