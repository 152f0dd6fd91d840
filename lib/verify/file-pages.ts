import type { Entry } from '../files/entry.ts';
import type { ListingPage } from '../files/listing-page.ts';
import { childPath, type SharePath } from '../files/paths.ts';
import type { ShareReader } from '../files/share-reader.ts';
import type { Cursor } from '../mirror/cursor.ts';
import type { EntryFilter } from '../mirror/entry-filter.ts';
import { ListingFailure } from '../mirror/listing.ts';
import { NameWindow } from '../mirror/name-window.ts';

/**
 * Where a walk over the files of a snapshot is to go on. It takes the files of a directory before what is below it,
 * in the order of its listing, and subdirectories in the order of their names.
 */
export interface FilePlace {
  readonly directory: Cursor;
  /** Whether its own files are done. */
  readonly filesDone: boolean;
  /** The page of its listing to begin with; undefined for the first. */
  readonly marker: string | undefined;
}

/** Files of one page of a listing. */
export interface FilePage {
  readonly files: readonly { readonly path: SharePath; readonly entry: Entry }[];
  /** Where to go on after this page. */
  readonly next: FilePlace;
}

export const FIRST_PLACE: FilePlace = { directory: [], filesDone: false, marker: undefined };

/** Subdirectories of one directory that are held at once. */
const WINDOW = 10_000;
/** Listings asked for ahead of their turn: of the siblings that follow a directory, and in all. */
const AHEAD = 4;
const ALL_AHEAD = 16;

/**
 * The files of a share snapshot, page by page, in an order that is always the same, so that a walk can be carried
 * on by another process: a snapshot never changes, and a marker means the same page for as long as it stands.
 * @throws {ListingFailure}
 */
export async function* filePages(
  reader: ShareReader,
  filter: EntryFilter,
  from: FilePlace,
): AsyncGenerator<FilePage, undefined> {
  yield* new FileWalk(reader, filter).directory([], from);
  return undefined;
}

class FileWalk {
  readonly #reader: ShareReader;
  readonly #filter: EntryFilter;
  readonly #ahead = new Map<SharePath, Promise<ListingPage>>();

  constructor(reader: ShareReader, filter: EntryFilter) {
    this.#reader = reader;
    this.#filter = filter;
  }

  /** @param from where to begin, relative to the directory */
  async *directory(cursor: Cursor, from: FilePlace): AsyncGenerator<FilePage, undefined> {
    const [resumeName, ...resumeBelow] = from.directory;
    const isWanted = (name: string): boolean => resumeName === undefined || name >= resumeName;
    let window = new NameWindow<string>(WINDOW, isWanted);
    let isListed = false;
    if (resumeName === undefined && !from.filesDone) {
      // Carried on in the middle of its files, a directory is listed once more for its subdirectories.
      isListed = from.marker === undefined;
      yield* this.#files(cursor, from.marker, isListed ? window : undefined);
    }
    if (!isListed) await this.#list(cursor, window);
    for (;;) {
      const { items: names, last } = window.take();
      for (const [index, name] of names.entries()) {
        this.#readAhead(cursor, names.slice(index + 1, index + 1 + AHEAD));
        const below = { ...from, directory: resumeBelow };
        yield* this.directory([...cursor, name], name === resumeName ? below : FIRST_PLACE);
      }
      if (last === undefined) return undefined;
      window = new NameWindow<string>(WINDOW, (name) => isWanted(name) && name > last);
      await this.#list(cursor, window);
    }
  }

  async *#files(
    cursor: Cursor,
    from: string | undefined,
    window: NameWindow<string> | undefined,
  ): AsyncGenerator<FilePage, undefined> {
    const path = cursor.join('/');
    let marker = from;
    do {
      const page = await this.#page(path, marker);
      marker = page.nextMarker;
      const entries = this.#included(path, page.entries);
      for (const { name, kind } of entries) if (kind === 'directory') window?.add(name, name);
      const files = entries.filter(({ kind }) => kind === 'file');
      const next = { directory: cursor, filesDone: marker === undefined, marker };
      yield { files: files.map((entry) => ({ path: childPath(path, entry.name), entry })), next };
    } while (marker !== undefined);
    return undefined;
  }

  async #list(cursor: Cursor, window: NameWindow<string>): Promise<void> {
    const path = cursor.join('/');
    let marker: string | undefined;
    do {
      const page = await this.#page(path, marker);
      for (const { name, kind } of this.#included(path, page.entries)) {
        if (kind === 'directory') window.add(name, name);
      }
      marker = page.nextMarker;
    } while (marker !== undefined);
  }

  #included(path: SharePath, entries: readonly Entry[]): readonly Entry[] {
    const filter = this.#filter.within(path);
    return entries.filter((entry) => filter.includes(entry));
  }

  /** Asks for the first pages of directories whose turn comes next. */
  #readAhead(cursor: Cursor, names: readonly string[]): void {
    for (const name of names) {
      const path = [...cursor, name].join('/');
      if (this.#ahead.size >= ALL_AHEAD) return;
      if (this.#ahead.has(path)) continue;
      const page = this.#reader.listPage(path, undefined);
      // Whoever comes to the directory gets the failure; a walk that is given up must not be ended by it.
      page.catch(() => undefined);
      this.#ahead.set(path, page);
    }
  }

  async #page(path: SharePath, marker: string | undefined): Promise<ListingPage> {
    const asked = marker === undefined ? this.#ahead.get(path) : undefined;
    this.#ahead.delete(path);
    try {
      return await (asked ?? this.#reader.listPage(path, marker));
    } catch (error) {
      throw new ListingFailure('source', error);
    }
  }
}
