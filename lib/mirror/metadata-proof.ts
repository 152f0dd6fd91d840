import { isDeepStrictEqual } from 'node:util';
import type { ContentProperties, Entry, EntryKind, EntryProperties } from '../files/entry.ts';
import type { SharePath } from '../files/paths.ts';
import type { ShareReader } from '../files/share-reader.ts';
import { type PointTerms, wasMirrored } from './point-terms.ts';
import type { UnchangedSince } from './unchanged-since.ts';

/** Tells whether metadata or content headers, which no listing shows, differ though the listings are equal. */
export type MetadataDiffers = (path: SharePath, source: Entry) => Promise<boolean>;

/** A recovery point that proves what has not changed since. */
export interface ProvingPoint {
  readonly sourceSnapshot: string;
  /** What its run had taken part in; undefined where nothing tells, so that it proves nothing. */
  readonly terms: PointTerms | undefined;
}

const SECOND_MS = 1000;

/**
 * Tells whether metadata or content headers differ between two entries whose listings are equal. Asks only
 * for what the service changed after `since`, the source snapshot of the previous run: Last-Modified moves
 * with every write, of metadata, too, and no client can set it. It counts whole seconds, so that a write
 * of metadata alone within the very second of that snapshot is not seen; the strict comparison sees it.
 */
export function metadataProof(
  source: ShareReader,
  target: ShareReader,
  since: ProvingPoint | undefined,
): MetadataDiffers {
  if (since === undefined) return async () => false;
  const known = Math.floor(Date.parse(since.sourceSnapshot) / SECOND_MS) * SECOND_MS;
  return async (path, entry) => {
    const isProven = entry.lastModified <= known && isMirrored(since.terms, path, entry);
    return !isProven && differsUnlisted(source, target, path, entry);
  };
}

/** The same for all but the entries that the service has not changed in any way. */
export function strictMetadataProof(
  source: ShareReader,
  target: ShareReader,
  unchanged: UnchangedSince,
  terms: PointTerms | undefined,
): MetadataDiffers {
  return async (path, entry) => {
    const isProven = unchanged.isUnchanged(entry) && isMirrored(terms, path, entry);
    return !isProven && differsUnlisted(source, target, path, entry);
  };
}

function isMirrored(terms: PointTerms | undefined, path: SharePath, entry: Entry): boolean {
  return terms !== undefined && wasMirrored(terms, path, entry);
}

async function differsUnlisted(
  source: ShareReader,
  target: ShareReader,
  path: SharePath,
  { kind }: Entry,
): Promise<boolean> {
  const [wanted, present] = await Promise.all([
    readProperties(source, path, kind),
    readProperties(target, path, kind),
  ]);
  return !isDeepStrictEqual(unlisted(wanted), unlisted(present));
}

/** What a listing leaves out. */
function unlisted({ entry: _, copy: __, ...properties }: EntryProperties): ContentProperties {
  return properties;
}

export function readProperties(
  reader: ShareReader,
  path: SharePath,
  kind: EntryKind,
): Promise<EntryProperties> {
  return kind === 'file' ? reader.file(path) : reader.directory(path);
}
