import { parseAttributes } from './attributes.ts';
import type { Entry, EntryKind } from './entry.ts';
import { unquotedEtag } from './etag.ts';
import { parseHttpDate } from './http-date.ts';
import { canonicalTime } from './times.ts';
import { RecurringText, XmlScanner } from './xml-scanner.ts';

export interface ListingPage {
  readonly entries: readonly Entry[];
  /** Where the next page begins; undefined on the last one. */
  readonly nextMarker: string | undefined;
}

const ELEMENTS = [
  'EnumerationResults',
  'Entries',
  'NextMarker',
  'File',
  'Directory',
  'Properties',
  'Name',
  'FileId',
  'Content-Length',
  'CreationTime',
  'LastWriteTime',
  'ChangeTime',
  'Last-Modified',
  'Etag',
  'Attributes',
  'PermissionKey',
] as const;

/**
 * Reads a page of List Directories and Files (rest/api/storageservices/list-directories-and-files).
 *
 * One forward scan without a tree, as listings are what a run mostly receives. Elements may come in any order,
 * and unknown ones are passed over. Nothing that is returned keeps the page in memory.
 * @param page the XML, as bytes where speed counts
 * @throws {Error} when the page is not whole. A page that broke off must never look like a short directory.
 */
export function parseListingPage(page: string | Uint8Array): ListingPage {
  return new ListingParser(typeof page === 'string' ? Buffer.from(page) : page).page();
}

class ListingParser {
  readonly #xml: XmlScanner<(typeof ELEMENTS)[number]>;
  readonly #attributes = new RecurringText(parseAttributes);
  readonly #permissionKey = new RecurringText((text) => text);
  readonly #etag = new RecurringText(unquotedEtag);
  readonly #lastModified = new RecurringText(parseLastModified);
  // One for all: the times of one entry are equal to one another more often than to those of its neighbour.
  readonly #time = new RecurringText(canonicalTime);

  constructor(xml: Uint8Array) {
    this.#xml = new XmlScanner(xml, ELEMENTS);
  }

  page(): ListingPage {
    const xml = this.#xml;
    let entries: Entry[] | undefined;
    let marker: string | undefined;
    xml.enterRoot('EnumerationResults');
    for (let tag = xml.next(); tag !== undefined; tag = xml.next()) {
      if (tag === 'Entries' && entries === undefined) entries = this.#entries();
      else if (tag === 'NextMarker' && marker === undefined) marker = xml.text();
      else if (tag === 'Entries' || tag === 'NextMarker') throw new Error(`the listing has two <${tag}>`);
      else xml.skip();
    }
    xml.end();
    if (entries === undefined) throw new Error('the listing has no <Entries>');
    if (marker === undefined) throw new Error('the listing has no <NextMarker>');
    return { entries, nextMarker: marker === '' ? undefined : marker };
  }

  #entries(): Entry[] {
    const xml = this.#xml;
    const entries: Entry[] = [];
    for (let tag = xml.next(); tag !== undefined; tag = xml.next()) {
      if (tag === 'File') entries.push(this.#entry('file'));
      else if (tag === 'Directory') entries.push(this.#entry('directory'));
      else throw new Error(`the listing holds <${tag}> where a file or directory was expected`);
    }
    return entries;
  }

  #entry(kind: EntryKind): Entry {
    const read = new EntryElements();
    this.#elements(read);
    return {
      name: required(read.name, 'Name'),
      kind,
      fileId: required(read.fileId, 'FileId'),
      size: kind === 'file' ? parseSize(required(read.size, 'Content-Length')) : 0,
      creationTime: required(read.creationTime, 'CreationTime'),
      lastWriteTime: required(read.lastWriteTime, 'LastWriteTime'),
      changeTime: required(read.changeTime, 'ChangeTime'),
      attributes: read.attributes ?? '',
      permissionKey: read.permissionKey ?? '',
      lastModified: required(read.lastModified, 'Last-Modified'),
      etag: read.etag ?? '',
    };
  }

  #elements(read: EntryElements): void {
    const xml = this.#xml;
    for (let tag = xml.next(); tag !== undefined; tag = xml.next()) {
      switch (tag) {
        case 'Properties':
          this.#elements(read);
          break;
        case 'Name':
          read.name = once(read.name, tag, this.#name());
          break;
        case 'FileId':
          read.fileId = once(read.fileId, tag, xml.text());
          break;
        case 'Content-Length':
          read.size = once(read.size, tag, xml.text());
          break;
        case 'CreationTime':
          read.creationTime = once(read.creationTime, tag, xml.recurringText(this.#time));
          break;
        case 'LastWriteTime':
          read.lastWriteTime = once(read.lastWriteTime, tag, xml.recurringText(this.#time));
          break;
        case 'ChangeTime':
          read.changeTime = once(read.changeTime, tag, xml.recurringText(this.#time));
          break;
        case 'Last-Modified':
          read.lastModified = once(read.lastModified, tag, xml.recurringText(this.#lastModified));
          break;
        case 'Etag':
          read.etag = once(read.etag, tag, xml.recurringText(this.#etag));
          break;
        case 'Attributes':
          read.attributes = once(read.attributes, tag, xml.recurringText(this.#attributes));
          break;
        case 'PermissionKey':
          read.permissionKey = once(read.permissionKey, tag, xml.recurringText(this.#permissionKey));
          break;
        default:
          xml.skip();
      }
    }
  }

  /** Names that XML cannot hold arrive percent-encoded and say so (service version 2021-12-02 and later). */
  #name(): string {
    const encoded = this.#xml.attribute('Encoded') === 'true';
    const text = this.#xml.text();
    return encoded ? decodeURIComponent(text) : text;
  }
}

/** What was read of an entry so far. */
class EntryElements {
  name: string | undefined = undefined;
  fileId: string | undefined = undefined;
  size: string | undefined = undefined;
  creationTime: string | undefined = undefined;
  lastWriteTime: string | undefined = undefined;
  changeTime: string | undefined = undefined;
  lastModified: number | undefined = undefined;
  etag: string | undefined = undefined;
  attributes: string | undefined = undefined;
  permissionKey: string | undefined = undefined;
}

/** An element twice in one entry is what two entries look like when a piece of the page between them is lost. */
function once<T>(known: T | undefined, tag: string, value: T): T {
  if (known !== undefined) throw new Error(`an entry of the listing has two <${tag}>`);
  return value;
}

function required<T>(value: T | undefined, tag: string): T {
  if (value === undefined || value === '') throw new Error(`an entry of the listing has no <${tag}>`);
  return value;
}

function parseSize(text: string): number {
  const size = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(size)) return size;
  throw new Error(`an entry of the listing has ${text} as its <Content-Length>`);
}

function parseLastModified(text: string): number {
  const time = parseHttpDate(text);
  if (Number.isNaN(time)) throw new Error(`an entry of the listing has "${text}" as its <Last-Modified>`);
  return time;
}
