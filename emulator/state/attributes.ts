/** SMB attributes as a set of bits; rest/api/storageservices/set-file-properties. */
export type Attributes = number;

export const READ_ONLY = 1;
export const HIDDEN = 2;
export const SYSTEM = 4;
export const DIRECTORY = 8;
export const ARCHIVE = 16;
export const TEMPORARY = 32;
export const OFFLINE = 64;
export const NOT_CONTENT_INDEXED = 128;
export const NO_SCRUB_DATA = 256;

/** In the order in which the service writes them. */
const NAMES: readonly (readonly [Attributes, string])[] = [
  [READ_ONLY, 'ReadOnly'],
  [HIDDEN, 'Hidden'],
  [SYSTEM, 'System'],
  [DIRECTORY, 'Directory'],
  [ARCHIVE, 'Archive'],
  [TEMPORARY, 'Temporary'],
  [OFFLINE, 'Offline'],
  [NOT_CONTENT_INDEXED, 'NotContentIndexed'],
  [NO_SCRUB_DATA, 'NoScrubData'],
];

const BITS = new Map(NAMES.map(([bit, name]) => [name.toLowerCase(), bit]));
const FORMATTED = new Map<Attributes, string>();

/** Reads `ReadOnly|Hidden` in any case and spacing, or `None`, which stands alone; undefined when it is neither. */
export function parseAttributes(text: string): Attributes | undefined {
  const names = text.split('|').map((name) => name.trim().toLowerCase());
  if (names.length === 1 && names[0] === 'none') return 0;
  let attributes = 0;
  for (const name of names) {
    const bit = BITS.get(name);
    if (bit === undefined) return undefined;
    attributes |= bit;
  }
  return attributes;
}

/** `ReadOnly | Archive`, or `None`. */
export function formatAttributes(attributes: Attributes): string {
  let text = FORMATTED.get(attributes);
  if (text === undefined) {
    const names = NAMES.filter(([bit]) => (attributes & bit) !== 0).map(([, name]) => name);
    text = names.length === 0 ? 'None' : names.join(' | ');
    FORMATTED.set(attributes, text);
  }
  return text;
}
