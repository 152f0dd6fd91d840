import {
  type Entry,
  type EntryPage,
  formatAttributes,
  formatEtag,
  formatHttpDate,
  formatTicks,
  type Ticks,
} from '../state/index.ts';
import { XML_PROLOG, xmlBytes } from './xml.ts';
import { encodedName, escapeXml } from './xml-names.ts';

/** What a page of a directory listing says besides its entries, and which of their properties. */
export type ListingOptions = {
  readonly serviceEndpoint: string;
  readonly share: string;
  readonly snapshot: string | undefined;
  readonly directoryPath: string;
  /** These three are repeated as the request gave them. */
  readonly prefix: string | undefined;
  readonly marker: string | undefined;
  readonly maxResults: string | undefined;
  readonly nextMarker: string | undefined;
  readonly ids: boolean;
  readonly directoryId: boolean;
  readonly timestamps: boolean;
  readonly etag: boolean;
  readonly attributes: boolean;
  readonly permissionKey: boolean;
};

/** How many entries become bytes at a time: a text that is put together of very many parts is slow to write. */
const ENTRIES_AT_A_TIME = 64;

/**
 * The bytes of a page of List Directories and Files. Pages of 5,000 entries are what a mirror asks for most, so
 * this is plain concatenation rather than a document tree.
 */
export function listingBytes(page: EntryPage, options: ListingOptions): Buffer {
  const { entries } = page;
  const parts = [xmlBytes(listingHead(page, options))];
  for (let first = 0; first < entries.length; first += ENTRIES_AT_A_TIME) {
    let xml = '';
    for (const entry of entries.slice(first, first + ENTRIES_AT_A_TIME)) xml += entryXml(entry, options);
    parts.push(Buffer.from(xml));
  }
  const end = entries.length === 0 ? '<Entries />' : '</Entries>';
  parts.push(Buffer.from(`${end}${element('NextMarker', options.nextMarker ?? '')}</EnumerationResults>`));
  return Buffer.concat(parts);
}

/** Up to the first entry. */
function listingHead(page: EntryPage, options: ListingOptions): string {
  const path = encodedName(options.directoryPath);
  let xml =
    `${XML_PROLOG}<EnumerationResults ServiceEndpoint="${escapeXml(options.serviceEndpoint)}"` +
    ` ShareName="${escapeXml(options.share)}"`;
  if (options.snapshot !== undefined) xml += ` ShareSnapshot="${options.snapshot}"`;
  if (path !== undefined) xml += ' Encoded="true"';
  xml += ` DirectoryPath="${escapeXml(path ?? options.directoryPath)}">`;
  if (options.marker !== undefined) xml += element('Marker', options.marker);
  if (options.prefix !== undefined) xml += nameElement('Prefix', options.prefix);
  if (options.maxResults !== undefined) xml += element('MaxResults', options.maxResults);
  if (options.directoryId) xml += element('DirectoryId', page.directory.entry.fileId);
  return page.entries.length === 0 ? xml : `${xml}<Entries>`;
}

function entryXml(entry: Entry, options: ListingOptions): string {
  const kind = entry.kind === 'file' ? 'File' : 'Directory';
  let properties = entry.kind === 'file' ? `<Content-Length>${entry.size}</Content-Length>` : '';
  if (options.timestamps) properties += timestampsXml(entry);
  if (options.etag) properties += `<Etag>${formatEtag(entry.modified)}</Etag>`;
  let xml = `<${kind}>${nameElement('Name', entry.name)}`;
  if (options.ids) xml += `<FileId>${entry.fileId}</FileId>`;
  xml += properties === '' ? '<Properties />' : `<Properties>${properties}</Properties>`;
  if (options.attributes) xml += `<Attributes>${formatAttributes(entry.attributes)}</Attributes>`;
  if (options.permissionKey) xml += `<PermissionKey>${entry.permissionKey}</PermissionKey>`;
  return `${xml}</${kind}>`;
}

/** Most entries have only one or two different times, so equal ones are formatted once. */
function timestampsXml(entry: Entry): string {
  const { creationTime, lastAccessTime, lastWriteTime, changeTime, modified } = entry;
  const created = formatTicks(creationTime);
  const written = lastWriteTime === creationTime ? created : formatTicks(lastWriteTime);
  const other = (ticks: Ticks) =>
    ticks === creationTime ? created : ticks === lastWriteTime ? written : formatTicks(ticks);
  return (
    `<CreationTime>${created}</CreationTime><LastAccessTime>${other(lastAccessTime)}</LastAccessTime>` +
    `<LastWriteTime>${written}</LastWriteTime><ChangeTime>${other(changeTime)}</ChangeTime>` +
    `<Last-Modified>${formatHttpDate(modified)}</Last-Modified>`
  );
}

function nameElement(tag: string, name: string): string {
  const encoded = encodedName(name);
  return encoded === undefined ? element(tag, name) : `<${tag} Encoded="true">${escapeXml(encoded)}</${tag}>`;
}

function element(tag: string, text: string): string {
  return text === '' ? `<${tag} />` : `<${tag}>${escapeXml(text)}</${tag}>`;
}
