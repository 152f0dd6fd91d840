import type { Entry } from '../files/entry.ts';
import { childPath, type SharePath } from '../files/paths.ts';
import type { ShareReader } from '../files/share-reader.ts';

/** Directories remembered one by one; a mirror with more of them walks the tree once more instead. */
const REMEMBERED = 500;
const EXAMPLES = 100;

/** What a mirror will have to delete, small enough to be kept between slices. */
export interface RemovalState {
  /** By directory, how many files and directories go, those inside of deleted directories included. */
  readonly directories: readonly (readonly [SharePath, number])[];
  /** How many go from directories beyond those that are remembered; undefined when all are. */
  readonly beyond?: number | undefined;
  /** Whether something of another kind is to come in place of what goes. */
  readonly replaces: boolean;
}

export const NO_REMOVALS: RemovalState = { directories: [], replaces: false };

/** Takes down what a mirror will have to delete, without deleting anything. */
export class Removals {
  readonly #directories: Map<SharePath, number>;
  #beyond: number | undefined;
  #replaces: boolean;
  readonly #target: ShareReader;
  /** The first of what goes, for whoever wants to see. */
  readonly examples: { readonly kind: 'delete-file' | 'delete-directory'; readonly path: SharePath }[] = [];

  constructor(target: ShareReader, state: RemovalState = NO_REMOVALS) {
    this.#target = target;
    this.#directories = new Map(state.directories);
    this.#beyond = state.beyond;
    this.#replaces = state.replaces;
  }

  get state(): RemovalState {
    return { directories: [...this.#directories], beyond: this.#beyond, replaces: this.#replaces };
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
  async add(directory: SharePath, target: Entry, source: Entry | undefined): Promise<void> {
    if (source !== undefined) this.#replaces = true;
    if (this.examples.length < EXAMPLES) {
      const kind = target.kind === 'file' ? 'delete-file' : 'delete-directory';
      this.examples.push({ kind, path: childPath(directory, target.name) });
    }
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
