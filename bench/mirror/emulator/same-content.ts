import { type Content, type Extent, readPieces, sliceContent } from '../../../emulator/state/content.ts';

/**
 * Whether two contents have the same bytes up to `size`. What both took from the same place of a synthetic stream is
 * not read, so that files of any size can be compared.
 */
export function sameContent(left: Content, right: Content, size: number): boolean {
  let position = 0;
  let leftIndex = 0;
  let rightIndex = 0;
  while (position < size) {
    const [one, oneEnd] = extentAt(left, leftIndex, position, size);
    const [other, otherEnd] = extentAt(right, rightIndex, position, size);
    const end = Math.min(oneEnd, otherEnd);
    if (!sameStream(one, other, position) && !sameBytes(left, right, position, end)) return false;
    position = end;
    if (one !== undefined && one.end <= position) leftIndex += 1;
    if (other !== undefined && other.end <= position) rightIndex += 1;
  }
  return true;
}

/** The extent that covers a position, if any, and where it, or the hole that is there instead, ends. */
function extentAt(
  content: Content,
  index: number,
  position: number,
  size: number,
): [extent: Extent | undefined, end: number] {
  const extent = content[index];
  if (extent === undefined) return [undefined, size];
  if (extent.start > position) return [undefined, Math.min(extent.start, size)];
  return [extent, Math.min(extent.end, size)];
}

function sameStream(one: Extent | undefined, other: Extent | undefined, position: number): boolean {
  if (one === undefined || other === undefined) return one === other;
  if (one.stream === undefined || one.stream !== other.stream) return false;
  return one.offset + position - one.start === other.offset + position - other.start;
}

function sameBytes(left: Content, right: Content, start: number, end: number): boolean {
  const pieces = readPieces(sliceContent(right, start, end), start, end);
  for (const piece of readPieces(sliceContent(left, start, end), start, end)) {
    const other = pieces.next();
    if (other.done === true || !piece.equals(other.value)) return false;
  }
  return true;
}
