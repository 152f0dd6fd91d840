import type { Entry } from '../files/entry.ts';
import type { ListingPage } from '../files/listing-page.ts';

/** The pages of a listing, the next of which is under way while one is worked on. */
export class ReadAhead {
  readonly #pages: AsyncIterator<ListingPage, undefined>;
  #next: Promise<IteratorResult<ListingPage, undefined>>;
  /** The last name that was read. */
  lastName: string | undefined;
  hasEnded = false;
  /** Whether it is known already that there is no next page. */
  isAtEnd = false;

  constructor(pages: AsyncIterable<ListingPage, undefined>) {
    this.#pages = pages[Symbol.asyncIterator]();
    this.#next = this.#ask();
  }

  /** The entries of the next page; undefined once there is none. */
  async next(): Promise<readonly Entry[] | undefined> {
    const { value } = await this.#next;
    if (value === undefined) {
      this.hasEnded = true;
      return undefined;
    }
    this.#next = this.#ask();
    this.lastName = value.entries.at(-1)?.name ?? this.lastName;
    return value.entries;
  }

  /** Waits for what is under way and gives the listing up. */
  async close(): Promise<void> {
    await this.#pages.return?.();
  }

  #ask(): Promise<IteratorResult<ListingPage, undefined>> {
    const asked = this.#pages.next();
    asked.then(
      ({ done }) => {
        this.isAtEnd = done === true;
      },
      // Whoever asks for the page gets its failure; whoever stops before must not be ended by it.
      () => undefined,
    );
    return asked;
  }
}
