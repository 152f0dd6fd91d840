import { RequestFailedError } from '../azure/errors.ts';
import type { Entry, EntryKind } from '../files/entry.ts';
import { childPath, type SharePath } from '../files/paths.ts';
import type { ShareReader } from '../files/share-reader.ts';
import { Limiter, TaskGroup } from '../limiter.ts';

/** Which permission key of the target share names the security descriptor that one of the source share names. */
export interface PermissionKeys {
  /** Whether every key of the source is there. */
  readonly whole: boolean;
  /** By the source's keys, ascending. */
  readonly keys: readonly { readonly source: string; readonly target: string }[];
}

/** Most shares have some hundred descriptors; a manifest is read in every run. */
const KEPT = 2000;
const AT_ONCE = 8;

interface Place {
  readonly path: SharePath;
  readonly kind: EntryKind;
}

/**
 * Collects the permission keys that a mirror meets, and which of both shares name the same descriptor. A mirror
 * learns most of them as it compares; of a key that it has only copied files with, one of these files tells.
 */
export class KeyPairs {
  readonly #limit: number;
  readonly #pairs = new Map<string, string>();
  /** Where each key of the source was met first. */
  readonly #places = new Map<string, Place>();
  #isWhole: boolean;

  /** @param isWhole whether the mirror begins here, so that it is to meet every entry of the source */
  constructor({ isWhole, limit = KEPT }: { readonly isWhole: boolean; readonly limit?: number }) {
    this.#isWhole = isWhole;
    this.#limit = limit;
  }

  /** Entries of the source that take part. */
  met(directory: SharePath, entries: readonly Entry[]): void {
    for (const { permissionKey, name, kind } of entries) {
      if (permissionKey === '' || this.#places.has(permissionKey)) continue;
      if (this.#places.size >= this.#limit) this.#isWhole = false;
      else this.#places.set(permissionKey, { path: childPath(directory, name), kind });
    }
  }

  /** Two keys that name the same descriptor. */
  pair(source: string, target: string): void {
    if (this.#pairs.size < this.#limit && !this.#pairs.has(source)) this.#pairs.set(source, target);
  }

  /**
   * What is known once the mirror is complete; sends one request for each key that nothing has told of yet.
   * @param failed entries that the mirror has not made equal, which tell nothing
   */
  async settle(target: ShareReader, failed: readonly SharePath[]): Promise<PermissionKeys> {
    const untold = new Set(failed);
    const group = new TaskGroup(new Limiter(AT_ONCE));
    const faults: unknown[] = [];
    for (const [key, { path, kind }] of this.#places) {
      if (this.#pairs.has(key)) continue;
      await group.start(async () => {
        try {
          const found = untold.has(path) ? undefined : await keyOf(target, path, kind);
          if (found === undefined) this.#isWhole = false;
          else this.#pairs.set(key, found);
        } catch (error) {
          faults.push(error);
        }
      });
    }
    await group.settled();
    if (faults.length > 0) throw faults[0];
    const keys = [...this.#pairs]
      .filter(([key]) => this.#places.has(key))
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return { whole: this.#isWhole, keys: keys.map(([source, key]) => ({ source, target: key })) };
  }
}

/** Undefined where the service does not tell; nothing of a run hangs on it. */
async function keyOf(target: ShareReader, path: SharePath, kind: EntryKind): Promise<string | undefined> {
  try {
    const { entry } = await (kind === 'file' ? target.file(path) : target.directory(path));
    return entry.permissionKey === '' ? undefined : entry.permissionKey;
  } catch (error) {
    if (error instanceof RequestFailedError) return undefined;
    throw error;
  }
}
