import type { EntryKind } from '../files/entry.ts';
import {
  advance,
  completes,
  type GlobPosition,
  type PathGlob,
  parsePathGlob,
  startOf,
} from '../files/path-glob.ts';

interface PlacedGlob {
  readonly glob: PathGlob;
  readonly position: GlobPosition;
}

/**
 * Include and exclude globs as they hold in one directory. What names a directory holds for everything below
 * it. A directory is included when something below it may be, which its path alone tells.
 */
export class PathRules {
  readonly #include: readonly PlacedGlob[];
  readonly #exclude: readonly PlacedGlob[];
  /** Whether there are no include globs, or one of them names this directory or one above. */
  readonly #includesAll: boolean;

  constructor(include: readonly PlacedGlob[], exclude: readonly PlacedGlob[], includesAll: boolean) {
    this.#include = include;
    this.#exclude = exclude;
    this.#includesAll = includesAll;
  }

  /** @throws {InvalidGlobError} */
  static ofRoot(include: readonly string[], exclude: readonly string[]): PathRules {
    return new PathRules(include.map(atRoot), exclude.map(atRoot), include.length === 0);
  }

  includes(name: string, kind: EntryKind): boolean {
    if (isNamed(this.#exclude, name, kind)) return false;
    if (this.#includesAll || isNamed(this.#include, name, kind)) return true;
    return kind === 'directory' && this.#include.some((placed) => below(placed, name).position.length > 0);
  }

  /** The rules in a child directory; undefined where that is excluded with everything in it. */
  within(name: string): PathRules | undefined {
    if (!this.includes(name, 'directory')) return undefined;
    const includesAll = this.#includesAll || isNamed(this.#include, name, 'directory');
    const include = includesAll ? [] : this.#include.map((placed) => below(placed, name));
    return new PathRules(
      include,
      this.#exclude.map((placed) => below(placed, name)),
      includesAll,
    );
  }

  /** Equal for two directories exactly when the globs have come equally far in both. */
  get key(): string {
    const positions = (globs: readonly PlacedGlob[]) => globs.map(({ position }) => position);
    return JSON.stringify([this.#includesAll, positions(this.#include), positions(this.#exclude)]);
  }
}

function atRoot(text: string): PlacedGlob {
  const glob = parsePathGlob(text);
  return { glob, position: startOf(glob) };
}

function below({ glob, position }: PlacedGlob, name: string): PlacedGlob {
  return { glob, position: advance(glob, position, name) };
}

function isNamed(globs: readonly PlacedGlob[], name: string, kind: EntryKind): boolean {
  return globs.some(
    ({ glob, position }) =>
      (kind === 'directory' || !glob.directoriesOnly) && completes(glob, position, name),
  );
}
