import { isNotFound } from '../azure/errors.ts';
import type { Entry } from '../files/entry.ts';
import { childPath, type SharePath } from '../files/paths.ts';
import type { ShareReader } from '../files/share-reader.ts';
import type { ChangeKind } from './change.ts';
import type { EntryFilter } from './entry-filter.ts';

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

/** What two parts of a share have taken down. */
export function joinRemovals(one: RemovalState, other: RemovalState): RemovalState {
  const directories = [...one.directories, ...other.directories];
  const isAll = directories.length <= REMEMBERED && one.beyond === undefined && other.beyond === undefined;
  const beyond = countOf(directories.slice(REMEMBERED)) + (one.beyond ?? 0) + (other.beyond ?? 0);
  return {
    directories: directories.slice(0, REMEMBERED),
    beyond: isAll ? undefined : beyond,
    replaces: one.replaces || other.replaces,
  };
}

function countOf(directories: RemovalState['directories']): number {
  return directories.reduce((sum, [, count]) => sum + count, 0);
}

export interface RemovalExample {
  readonly kind: Extract<ChangeKind, 'delete-file' | 'delete-directory' | 'create-directory' | 'copy-file'>;
  readonly path: SharePath;
}

export interface RemovalOptions {
  readonly target: ShareReader;
  readonly filter: EntryFilter;
  /** Target entries that are known to stay although they should go. */
  readonly staying?: ReadonlySet<SharePath> | undefined;
}

/**
 * Takes down what a mirror will have to delete, without deleting anything. What the filter excludes stays, and
 * so does every directory above it: neither is counted.
 */
export class Removals {
  /** Source entries that cannot come into their places, as what stands there stays. */
  blocked = 0;
  /** The first of what goes, and of what cannot come, for whoever wants to see. */
  readonly examples: RemovalExample[] = [];
  readonly #directories: Map<SharePath, number>;
  #beyond: number | undefined;
  #replaces: boolean;
  readonly #options: RemovalOptions;

  constructor(options: RemovalOptions, state: RemovalState = NO_REMOVALS) {
    this.#options = options;
    this.#directories = new Map(state.directories);
    this.#beyond = state.beyond;
    this.#replaces = state.replaces;
  }

  get state(): RemovalState {
    return { directories: [...this.#directories], beyond: this.#beyond, replaces: this.#replaces };
  }

  /** Whether there is nothing to delete, and nothing to come in place of something else. */
  get isEmpty(): boolean {
    return this.count === 0 && !this.#replaces;
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
    const mayDelete = this.#options.filter.within(directory).mayDelete(target, source);
    const path = childPath(directory, target.name);
    const found = mayDelete ? await this.#count(path, target) : NOTHING;
    this.#show(found.examples);
    if (source === undefined) {
      if (found.count === 0) return;
    } else {
      this.#replaces = true;
      if (!found.isWhole) this.#block(childPath(directory, source.name), source);
    }
    const known = this.#directories.get(directory);
    if (known !== undefined || this.#directories.size < REMEMBERED) {
      this.#directories.set(directory, (known ?? 0) + found.count);
    } else {
      this.#beyond = (this.#beyond ?? 0) + found.count;
    }
  }

  #block(path: SharePath, { kind }: Entry): void {
    if (this.#options.staying?.has(path) === true) return;
    this.blocked += 1;
    this.#show([{ kind: kind === 'file' ? 'copy-file' : 'create-directory', path }]);
  }

  #show(examples: readonly RemovalExample[]): void {
    this.examples.push(...examples.slice(0, EXAMPLES - this.examples.length));
  }

  /** What goes of an entry that the filter by itself does not keep. */
  #count(path: SharePath, { kind }: Entry): Counted | Promise<Counted> {
    if (this.#options.staying?.has(path) === true) return NOTHING;
    if (kind === 'directory') return this.#countTree(path);
    return { count: 1, isWhole: true, examples: [{ kind: 'delete-file', path }] };
  }

  async #countTree(path: SharePath): Promise<Counted> {
    const below = await this.#countBelow(path).catch((error: unknown) => {
      // Another branch has moved it to where the source has it now.
      if (isNotFound(error)) return undefined;
      throw error;
    });
    if (below === undefined) return MOVED_AWAY;
    if (!below.isWhole) return below;
    return { count: below.count + 1, isWhole: true, examples: [{ kind: 'delete-directory', path }] };
  }

  async #countBelow(directory: SharePath): Promise<Counted> {
    const { target, filter } = this.#options;
    const here = filter.within(directory);
    let count = 0;
    let isWhole = true;
    const examples: RemovalExample[] = [];
    let marker: string | undefined;
    do {
      const page = await target.listPage(directory, marker);
      for (const entry of page.entries) {
        const counted = here.mayDelete(entry, undefined)
          ? this.#count(childPath(directory, entry.name), entry)
          : NOTHING;
        // A directory may hold millions of files, none of which is worth waiting for.
        const found = counted instanceof Promise ? await counted : counted;
        count += found.count;
        isWhole &&= found.isWhole;
        if (examples.length < EXAMPLES) examples.push(...found.examples.slice(0, EXAMPLES - examples.length));
      }
      marker = page.nextMarker;
    } while (marker !== undefined);
    return { count, isWhole, examples };
  }
}

interface Counted {
  readonly count: number;
  /** Whether nothing of it stays. */
  readonly isWhole: boolean;
  readonly examples: readonly RemovalExample[];
}

const NOTHING: Counted = { count: 0, isWhole: false, examples: [] };
const MOVED_AWAY: Counted = { count: 0, isWhole: true, examples: [] };
