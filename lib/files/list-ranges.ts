import { XMLParser } from 'fast-xml-parser';
import { RequestFailedError } from '../azure/errors.ts';
import type { ByteRange, RangeDifference } from './entry.ts';

/** Below this, a part of a file is not divided further. */
const SMALLEST_PART = 1024 * 1024 * 1024;

/**
 * Asks for the ranges of a file, all at once or, where the service cannot list so many in time, in parts: of a
 * file with very many ranges it answers 500 (rest/api/storageservices/list-ranges).
 *
 * @param ask for the ranges within `part`, or of the whole file, as the XML of the answer
 * @param size asked for only when it comes to parts
 */
export async function listRanges(
  ask: (part: ByteRange | undefined) => Promise<string>,
  size: () => Promise<number>,
): Promise<RangeDifference> {
  try {
    return parseRanges(await ask(undefined));
  } catch (error) {
    if (!isOverwhelmed(error)) throw error;
    const bytes = await size();
    if (bytes <= SMALLEST_PART) throw error;
    return listHalves(ask, { start: 0, end: bytes - 1 });
  }
}

async function listHalves(
  ask: (part: ByteRange) => Promise<string>,
  { start, end }: ByteRange,
): Promise<RangeDifference> {
  const middle = start + Math.ceil((end - start + 1) / 2 / SMALLEST_PART) * SMALLEST_PART;
  const halves = [
    { start, end: Math.min(middle, end + 1) - 1 },
    { start: middle, end },
  ].filter((half) => half.start <= half.end);
  const lists: RangeDifference[] = [];
  for (const half of halves) lists.push(await listPart(ask, half));
  return { written: lists.flatMap((list) => list.written), cleared: lists.flatMap((list) => list.cleared) };
}

async function listPart(
  ask: (part: ByteRange) => Promise<string>,
  part: ByteRange,
): Promise<RangeDifference> {
  try {
    return parseRanges(await ask(part));
  } catch (error) {
    if (!isOverwhelmed(error) || part.end - part.start < SMALLEST_PART) throw error;
    return listHalves(ask, part);
  }
}

function isOverwhelmed(error: unknown): boolean {
  return error instanceof RequestFailedError && (error.status === 500 || error.code === 'ETIMEDOUT');
}

interface RangeElement {
  readonly Start: string;
  readonly End: string;
}

function parseRanges(xml: string): RangeDifference {
  // A list that broke off must never look like a file with fewer ranges.
  if (!/<\/Ranges>\s*$|<Ranges\s*\/>\s*$/.test(xml))
    throw new Error('the list of ranges broke off before its end');
  const parser = new XMLParser({
    parseTagValue: false,
    isArray: (name) => name === 'Range' || name === 'ClearRange',
  });
  const document: unknown = parser.parse(xml.replace(/^\uFEFF/, ''));
  const ranges = (document as { Ranges?: { Range?: RangeElement[]; ClearRange?: RangeElement[] } | '' })
    .Ranges;
  if (ranges === undefined) throw new Error('the list of ranges has no <Ranges>');
  if (ranges === '') return { written: [], cleared: [] };
  return { written: (ranges.Range ?? []).map(toRange), cleared: (ranges.ClearRange ?? []).map(toRange) };
}

function toRange({ Start, End }: RangeElement): ByteRange {
  return { start: Number(Start), end: Number(End) };
}
