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
    yield path === '' ? { ...page, entries: page.entries.filter(isMirrored) } : page;
  } while (marker !== undefined);
  return undefined;
}

/** The pages of a directory that does not exist yet. */
export async function* noPages(): AsyncGenerator<ListingPage, undefined> {
  yield { entries: [], nextMarker: undefined };
  return undefined;
}

function isMirrored(entry: Entry): boolean {
  return foldName(entry.name) !== SYSTEM_FOLDER;
}
