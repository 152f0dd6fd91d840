import type { EntryKind } from './entry.ts';

/**
 * The SMB attributes of an entry in one spelling: sorted, joined by `|`, without those that only say what
 * the entry is anyway (`Directory`, and `None` for no attribute at all, which is the empty text here).
 */
export type Attributes = string;

/** Reads attributes as the service writes them (`ReadOnly | Archive`, `Directory`, `None`). */
export function parseAttributes(text: string): Attributes {
  return text
    .split('|')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'None' && name !== 'Directory')
    .sort()
    .join('|');
}

/** Writes attributes as Set Properties and Create expect them: `None` only alone, `Directory` on directories. */
export function formatAttributes(attributes: Attributes, kind: EntryKind): string {
  const names = attributes === '' ? [] : attributes.split('|');
  if (kind === 'directory') names.unshift('Directory');
  return names.length === 0 ? 'None' : names.join('|');
}

export function hasAttribute(attributes: Attributes, name: string): boolean {
  return attributes.split('|').includes(name);
}
