import type { Entry } from '../files/entry.ts';
import { childPath, type SharePath } from '../files/paths.ts';
import type { ShareReader } from '../files/share-reader.ts';

/** Directories remembered one by one; a mirror with more of them walks the tree once more instead. */
const REMEMBERED = 500;

/** What a mirror will have to delete, small enough to be kept between slices. */
export interface RemovalState {
  /** By directory, how many files and directories go, those inside of deleted directories included. */
  readonly directories: Readonly<Record<SharePath, number>>;
  /** How many go from directories beyond those that are remembered; undefined when all are. */
  readonly beyond?: number | undefined;
}

/** Takes down what a mirror will have to delete, without deleting anything. */
export class Removals {
  readonly #directories: Map<SharePath, number>;
  #beyond: number | undefined;
  readonly #target: ShareReader;

  constructor(target: ShareReader, state: RemovalState = { directories: {} }) {
    this.#target = target;
    this.#directories = new Map(Object.entries(state.directories));
    this.#beyond = state.beyond;
  }

  get state(): RemovalState {
    return { directories: Object.fromEntries(this.#directories), beyond: this.#beyond };
  }

  /** Files and directories to delete. */
  get count(): number {
    let count = this.#beyond ?? 0;
    for (const entries of this.#directories.values()) count += entries;
    return count;
  }

  /** The directories that hold them; undefined when there were too many to remember. */
  get directories(): readonly SharePath[] | undefined {
    return this.#beyond === undefined ? [...this.#directories.keys()] : undefined;
  }

  /** Forgets what was taken down for a directory that is about to be compared, perhaps again. */
  begin(directory: SharePath): void {
    this.#directories.delete(directory);
  }

  /** Takes down a target entry that has to go from `directory`, counting what is inside of it. */
  async add(directory: SharePath, target: Entry): Promise<void> {
    const below = target.kind === 'directory' ? await this.#countBelow(childPath(directory, target.name)) : 0;
    const known = this.#directories.get(directory);
    if (known !== undefined || this.#directories.size < REMEMBERED) {
      this.#directories.set(directory, (known ?? 0) + 1 + below);
    } else {
      this.#beyond = (this.#beyond ?? 0) + 1 + below;
    }
  }

  async #countBelow(directory: SharePath): Promise<number> {
    let count = 0;
    let marker: string | undefined;
    do {
      const page = await this.#target.listPage(directory, marker);
      count += page.entries.length;
      for (const entry of page.entries) {
        if (entry.kind === 'directory') count += await this.#countBelow(childPath(directory, entry.name));
      }
      marker = page.nextMarker;
    } while (marker !== undefined);
    return count;
  }
}
