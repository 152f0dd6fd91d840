import {
  type Entry,
  type EntryPage,
  formatAttributes,
  formatEtag,
  formatHttpDate,
  formatTicks,
  type Ticks,
} from '../state/index.ts';
import { XML_PROLOG } from './xml.ts';
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

/**
 * Writes a page of List Directories and Files. Pages of 5,000 entries are what a mirror asks for most, so
 * this is plain concatenation rather than a document tree.
 */
export function writeListing(page: EntryPage, options: ListingOptions): string {
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
  if (page.entries.length === 0) {
    xml += '<Entries />';
  } else {
    xml += '<Entries>';
    for (const entry of page.entries) xml += entryXml(entry, options);
    xml += '</Entries>';
  }
  return `${xml}${element('NextMarker', options.nextMarker ?? '')}</EnumerationResults>`;
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
