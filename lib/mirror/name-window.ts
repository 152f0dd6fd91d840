interface Named<Item> {
  readonly name: string;
  readonly item: Item;
}

/**
 * The first `size` items of those wanted, in the order of their names, of however many a listing brings. A
 * directory may hold millions; they are taken window by window, each from another listing.
 */
export class NameWindow<Item> {
  readonly #size: number;
  readonly #isWanted: (name: string) => boolean;
  #items: Named<Item>[] = [];
  #limit: string | undefined;

  constructor(size: number, isWanted: (name: string) => boolean) {
    this.#size = size;
    this.#isWanted = isWanted;
  }

  add(name: string, item: Item): void {
    if (!this.#isWanted(name) || (this.#limit !== undefined && name > this.#limit)) return;
    this.#items.push({ name, item });
    // Twice the size, so that sorting is seldom.
    if (this.#items.length >= this.#size * 2) this.#cut();
  }

  /** The items in order, and the last name where there are more behind it. */
  take(): { readonly items: readonly Item[]; readonly last: string | undefined } {
    this.#cut();
    return { items: this.#items.map(({ item }) => item), last: this.#limit };
  }

  #cut(): void {
    this.#items.sort((a, b) => (a.name < b.name ? -1 : 1));
    if (this.#items.length <= this.#size) return;
    this.#items = this.#items.slice(0, this.#size);
    this.#limit = this.#items.at(-1)?.name;
  }
}
