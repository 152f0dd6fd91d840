import type { Entry } from '../files/entry.ts';
import type { ListingPage } from '../files/listing-page.ts';
import { foldName, type SharePath } from '../files/paths.ts';
import type { ShareReader } from '../files/share-reader.ts';

/** The folder at the root of a target share that holds Sharepair's own records; no part of any mirror. */
export const SYSTEM_FOLDER = '.sharepair';

export type Side = 'source' | 'target';

/** A directory that could not be listed to its end. */
export class ListingFailure extends Error {
  readonly side: Side;

  constructor(side: Side, cause: unknown) {
    super(`the ${side} could not be listed`, { cause });
    this.name = 'ListingFailure';
    this.side = side;
  }
}

/** The source has an entry at its root whose name a target share needs for Sharepair's own records. */
export class SystemFolderInSource extends Error {
  constructor(share: string, name: string) {
    super(
      `source share "${share}" has "${name}" at its root, and "${SYSTEM_FOLDER}" is where Sharepair keeps its records in a target share. Back up another share, or rename it`,
    );
    this.name = 'SystemFolderInSource';
  }
}

/**
 * The pages of one directory, without the system folder at the root.
 * @throws {ListingFailure} in place of a page that did not arrive whole.
 */
export async function* pagesOf(
  reader: ShareReader,
  path: SharePath,
  side: Side,
): AsyncGenerator<ListingPage, undefined> {
  let marker: string | undefined;
  do {
    let page: ListingPage;
    try {
      page = await reader.listPage(path, marker);
    } catch (error) {
      throw new ListingFailure(side, error);
    }
    marker = page.nextMarker;
    yield path === '' ? { ...page, entries: withoutSystemFolder(page.entries, reader, side) } : page;
  } while (marker !== undefined);
  return undefined;
}

/** The pages of a directory that does not exist yet. */
export async function* noPages(): AsyncGenerator<ListingPage, undefined> {
  yield { entries: [], nextMarker: undefined };
  return undefined;
}

/** A source entry of that name, or of one that may be that name to the service, cannot be left out in silence. */
function withoutSystemFolder(entries: readonly Entry[], reader: ShareReader, side: Side): readonly Entry[] {
  const taken = entries.find((entry) => foldName(entry.name) === SYSTEM_FOLDER);
  if (taken === undefined) return entries;
  if (side === 'source') throw new SystemFolderInSource(reader.share, taken.name);
  return entries.filter((entry) => entry !== taken);
}
