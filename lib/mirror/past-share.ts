import type { Entry, EntryKind } from '../files/entry.ts';
import { baseName, foldName, parentPath, type SharePath } from '../files/paths.ts';
import type { ShareReader } from '../files/share-reader.ts';
import { findEntry, isAbsent } from './find-entry.ts';
import type { PointTerms } from './point-terms.ts';
import { RecentAnswers } from './recent-answers.ts';

/** Entries of one directory that are kept after it was listed; beyond it, each is asked for by itself. */
const LARGEST_DIRECTORY = 20_000;
/** Entries kept over all directories, and directories. */
const KEPT = 60_000;
const MOST_DIRECTORIES = 10_000;

interface SmallListing {
  readonly byName: ReadonlyMap<string, Entry>;
  /** For a name that has another spelling today. */
  readonly byFoldedName: ReadonlyMap<string, Entry>;
}

type Listing = SmallListing | 'large';

/**
 * A share as it was at the previous recovery point. What it says of an entry is asked for only where a
 * comparison is in doubt, and then for the whole directory at once, as an entry seldom changes alone.
 */
export class PastShare {
  readonly reader: ShareReader;
  /** The snapshot that it is read at. */
  readonly snapshot: string;
  readonly #listings = new RecentAnswers<Listing>(MOST_DIRECTORIES, sizeOf, KEPT);

  constructor(reader: ShareReader) {
    if (reader.snapshot === undefined) throw new Error('a past share is read at a snapshot');
    this.reader = reader;
    this.snapshot = reader.snapshot;
  }

  /**
   * What stood at a path then, letter case aside; undefined where nothing of that kind did. Whoever asks compares
   * the file id, as names that fold alike may be two to the service.
   */
  async find(path: SharePath, kind: EntryKind): Promise<Entry | undefined> {
    const directory = parentPath(path);
    const listing = await this.#listings.get(directory, () => this.#list(directory));
    const entry =
      listing === 'large' ? await findEntry(this.reader, path, kind) : pick(listing, baseName(path));
    return entry?.kind === kind ? entry : undefined;
  }

  async #list(directory: SharePath): Promise<Listing> {
    const byName = new Map<string, Entry>();
    const byFoldedName = new Map<string, Entry>();
    let marker: string | undefined;
    do {
      const page = await this.reader.listPage(directory, marker).catch((error: unknown) => {
        if (isAbsent(error)) return { entries: [], nextMarker: undefined };
        throw error;
      });
      if (byName.size + page.entries.length > LARGEST_DIRECTORY) return 'large';
      for (const entry of page.entries) {
        byName.set(entry.name, entry);
        byFoldedName.set(foldName(entry.name), entry);
      }
      marker = page.nextMarker;
    } while (marker !== undefined);
    return { byName, byFoldedName };
  }
}

function sizeOf(listing: Listing): number {
  return listing === 'large' ? 0 : listing.byName.size;
}

function pick({ byName, byFoldedName }: SmallListing, name: string): Entry | undefined {
  return byName.get(name) ?? byFoldedName.get(foldName(name));
}

/** Both shares of a job as they were at the previous recovery point, in which they were equal. */
export interface PastShares {
  readonly source: PastShare;
  readonly target: PastShare;
  /** What its run had taken part in; undefined where nothing tells, so that it proves nothing. */
  readonly terms: PointTerms | undefined;
}
