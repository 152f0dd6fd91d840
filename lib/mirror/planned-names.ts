import type { EntryKind } from '../files/entry.ts';
import { childPath, type SharePath } from '../files/paths.ts';

/** Something renamed: what it is, and the path at which it really is. */
export interface Moved {
  readonly kind: EntryKind;
  readonly origin: SharePath;
}

/** What renames have made of the names in one directory. */
export interface PlannedDirectory {
  /** Names that stand for nothing any more, or for something else. */
  readonly gone: ReadonlySet<string>;
  /** What the new names stand for. */
  readonly moved: ReadonlyMap<string, Moved>;
}

/** One part of a path that renames have touched, or that leads to one. */
interface Place {
  /** What was renamed to here; null for a name that was given up, undefined for one left alone. */
  moved?: Moved | null;
  readonly below: Map<string, Place>;
}

const UNTOUCHED: PlannedDirectory = { gone: new Set(), moved: new Map() };

/**
 * The names of a share as they would be after renames that were planned and not made: chains, swaps and
 * renames within renamed directories included. Grows with the renames, never with the share.
 */
export class PlannedNames {
  readonly #root: Place = { below: new Map() };

  /** @throws {Error} when nothing can stand at `from` any more. */
  rename(from: SharePath, to: SharePath, kind: EntryKind): void {
    const origin = this.origin(from);
    if (origin === undefined) throw new Error(`"${from}" was renamed before`);
    const left = this.#place(from);
    const below = new Map(left.below);
    left.moved = null;
    left.below.clear();
    const reached = this.#place(to);
    reached.moved = { kind, origin };
    reached.below.clear();
    for (const [name, place] of below) reached.below.set(name, place);
  }

  /** Where what is shown at a path really is; undefined where renames have left nothing. */
  origin(path: SharePath): SharePath | undefined {
    let origin: SharePath | null = '';
    let place: Place | undefined = this.#root;
    for (const name of partsOf(path)) {
      place = place?.below.get(name);
      if (place?.moved !== undefined) origin = place.moved?.origin ?? null;
      else if (origin !== null) origin = childPath(origin, name);
    }
    return origin ?? undefined;
  }

  /** What renames have made of a directory, by the name under which it is shown. */
  directory(path: SharePath): PlannedDirectory {
    let place: Place | undefined = this.#root;
    for (const name of partsOf(path)) place = place?.below.get(name);
    if (place === undefined || place.below.size === 0) return UNTOUCHED;
    const gone = new Set<string>();
    const moved = new Map<string, Moved>();
    for (const [name, { moved: here }] of place.below) {
      if (here === undefined) continue;
      gone.add(name);
      if (here !== null) moved.set(name, here);
    }
    return { gone, moved };
  }

  #place(path: SharePath): Place {
    let place = this.#root;
    for (const name of partsOf(path)) {
      let next = place.below.get(name);
      if (next === undefined) {
        next = { below: new Map() };
        place.below.set(name, next);
      }
      place = next;
    }
    return place;
  }
}

function partsOf(path: SharePath): readonly string[] {
  return path === '' ? [] : path.split('/');
}
