import { isDeepStrictEqual } from 'node:util';
import type { ContentProperties, EntryKind, EntryProperties } from '../files/entry.ts';
import type { SharePath } from '../files/paths.ts';
import type { ShareReader } from '../files/share-reader.ts';
import type { MetadataDiffers } from './walk.ts';

const SECOND_MS = 1000;

/**
 * Tells whether metadata or content headers differ between two entries whose listings are equal. Asks only
 * for what the service changed after `since`, the source snapshot of the previous run: Last-Modified moves
 * with every write, of metadata, too, and no client can set it. It counts whole seconds, so that a write
 * of metadata alone within the very second of that snapshot is not seen.
 */
export function metadataProof(
  source: ShareReader,
  target: ShareReader,
  since: string | undefined,
): MetadataDiffers {
  if (since === undefined) return async () => false;
  const known = Math.floor(Date.parse(since) / SECOND_MS) * SECOND_MS;
  return async (path, { kind, lastModified }) => {
    if (lastModified <= known) return false;
    const [wanted, present] = await Promise.all([
      readProperties(source, path, kind),
      readProperties(target, path, kind),
    ]);
    return !isDeepStrictEqual(unlisted(wanted), unlisted(present));
  };
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
