import { parseAttributes } from './attributes.ts';
import type { Entry, EntryKind } from './entry.ts';
import { canonicalTime } from './times.ts';

export interface ListingPage {
  readonly entries: readonly Entry[];
  /** Where the next page begins; undefined on the last one. */
  readonly nextMarker: string | undefined;
}

const CLOSING = '</EnumerationResults>';

/**
 * Reads a page of List Directories and Files (rest/api/storageservices/list-directories-and-files).
 *
 * Reads the text in one pass without building a tree, as a share's listing is what a run mostly receives.
 * @throws {Error} when the page is not whole. A page that broke off must never look like a short directory.
 */
export function parseListingPage(xml: string): ListingPage {
  if (!xml.trimEnd().endsWith(CLOSING)) throw new Error('the listing broke off before its end');
  const start = xml.indexOf('<Entries');
  if (start === -1) throw new Error('the listing has no <Entries>');
  const empty = xml.startsWith('<Entries />', start) || xml.startsWith('<Entries/>', start);
  const end = empty ? start : xml.indexOf('</Entries>', start);
  if (end === -1) throw new Error('the listing has no </Entries>');
  const marker = element(xml, 'NextMarker', end, xml.length);
  return {
    entries: empty ? [] : parseEntries(xml, start, end),
    nextMarker: marker === undefined || marker === '' ? undefined : decode(marker),
  };
}

function parseEntries(xml: string, start: number, end: number): Entry[] {
  const entries: Entry[] = [];
  let at = xml.indexOf('>', start) + 1;
  for (;;) {
    const open = xml.indexOf('<', at);
    if (open === -1 || open >= end) return entries;
    const kind = kindAt(xml, open);
    const closing = kind === 'file' ? '</File>' : '</Directory>';
    const close = xml.indexOf(closing, open);
    if (close === -1 || close > end) throw new Error(`an entry of the listing lacks its ${closing}`);
    entries.push(parseEntry(xml, kind, open, close));
    at = close + closing.length;
  }
}

function kindAt(xml: string, at: number): EntryKind {
  if (xml.startsWith('<File>', at)) return 'file';
  if (xml.startsWith('<Directory>', at)) return 'directory';
  throw new Error(`the listing holds ${xml.slice(at, at + 30)} where a file or directory was expected`);
}

function parseEntry(xml: string, kind: EntryKind, start: number, end: number): Entry {
  const required = (name: string): string => {
    const text = element(xml, name, start, end);
    if (text === undefined || text === '') throw new Error(`an entry of the listing has no <${name}>`);
    return text;
  };
  return {
    name: parseName(xml, start, end),
    kind,
    fileId: required('FileId'),
    size: kind === 'file' ? Number(required('Content-Length')) : 0,
    creationTime: canonicalTime(required('CreationTime')),
    lastWriteTime: canonicalTime(required('LastWriteTime')),
    changeTime: canonicalTime(required('ChangeTime')),
    attributes: parseAttributes(element(xml, 'Attributes', start, end) ?? ''),
    permissionKey: decode(element(xml, 'PermissionKey', start, end) ?? ''),
    lastModified: Date.parse(required('Last-Modified')),
  };
}

/** Names that XML cannot hold arrive percent-encoded and say so (service version 2021-12-02 and later). */
function parseName(xml: string, start: number, end: number): string {
  const encoded = '<Name Encoded="true">';
  const at = xml.indexOf(encoded, start);
  if (at !== -1 && at < end) {
    return decodeURIComponent(decode(xml.slice(at + encoded.length, xml.indexOf('</Name>', at))));
  }
  const name = element(xml, 'Name', start, end);
  if (name === undefined || name === '') throw new Error('an entry of the listing has no <Name>');
  return decode(name);
}

function element(xml: string, name: string, start: number, end: number): string | undefined {
  const open = `<${name}>`;
  const at = xml.indexOf(open, start);
  if (at === -1 || at >= end) return undefined;
  const from = at + open.length;
  return xml.slice(from, xml.indexOf(`</${name}>`, from));
}

const ENTITY = /&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decode(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(ENTITY, (whole, hexadecimal?: string, decimal?: string, named?: string) => {
    if (hexadecimal !== undefined) return String.fromCodePoint(Number.parseInt(hexadecimal, 16));
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    return NAMED[named ?? ''] ?? whole;
  });
}
