import type { Entry } from '../files/entry.ts';
import type { ListingPage } from '../files/listing-page.ts';
import type { SharePath } from '../files/paths.ts';
import { isAbsent } from './find-entry.ts';
import { ListingFailure, noPages, pagesOf } from './listing.ts';
import { type Pages, pairEntries } from './pair-entries.ts';
import type { PastShare } from './past-share.ts';

/** Entries handed on at once. */
const PAGE = 1000;

/**
 * Knows which source entries the service has not changed in any way since the previous recovery point: those
 * that have the ETag there that they have now. Costs a listing of that snapshot for every listing of the source.
 */
export class UnchangedSince {
  readonly #past: PastShare;
  readonly #unchanged = new WeakSet<Entry>();

  constructor(past: PastShare) {
    this.#past = past;
  }

  isUnchanged(source: Entry): boolean {
    return this.#unchanged.has(source);
  }

  /** The same entries, each compared with what it was at `pastPath`. */
  async *watch(pages: Pages, pastPath: SharePath): AsyncGenerator<ListingPage, undefined> {
    let entries: Entry[] = [];
    for await (const { source, target: before } of pairEntries(pages, this.#pastPages(pastPath))) {
      if (source === undefined) continue;
      const isSame = before?.fileId === source.fileId && before.etag === source.etag && source.etag !== '';
      if (isSame) this.#unchanged.add(source);
      entries.push(source);
      if (entries.length < PAGE) continue;
      yield { entries, nextMarker: undefined };
      entries = [];
    }
    yield { entries, nextMarker: undefined };
    return undefined;
  }

  async *#pastPages(path: SharePath): AsyncGenerator<ListingPage, undefined> {
    try {
      yield* pagesOf(this.#past.reader, path, 'source');
    } catch (error) {
      if (!(error instanceof ListingFailure)) throw error;
      if (!isAbsent(error.cause)) throw error;
      yield* noPages();
    }
    return undefined;
  }
}
