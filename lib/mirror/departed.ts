import type { EntryKind } from '../files/entry.ts';
import { childPath, parentPath, type SharePath } from '../files/paths.ts';
import type { PastShare } from './past-share.ts';
import { LARGEST_COPY_FILE } from './transfer-file.ts';

/** A target entry whose place in the source is gone or taken by another. */
export interface Departure {
  readonly path: SharePath;
  readonly kind: EntryKind;
}

/** Where an entry of the previous recovery point is on the target. */
export interface DepartedEntry {
  readonly kind: EntryKind;
  /** Where it stood at the previous recovery point. */
  readonly original: SharePath;
  /** Where it stands on the target now. */
  now: SharePath;
}

/** Entries below departed directories that are looked at, and listings that this may cost. */
const LARGEST_INDEX = 10_000;
const MOST_LISTINGS = 1000;

/**
 * The entries that have departed, by the FileId that the source had for them at the previous recovery point.
 * What lies below a departed directory is listed only when something is looked for that is not found otherwise.
 */
export class DepartedEntries {
  readonly #past: PastShare;
  readonly #byId = new Map<string, DepartedEntry>();
  #isExpanded = false;

  constructor(past: PastShare) {
    this.#past = past;
  }

  async add({ path, kind }: Departure, original: SharePath = path): Promise<void> {
    const entry = await this.#past.find(original, kind);
    if (entry === undefined) return;
    // The name may have had another spelling.
    const stood = childPath(parentPath(original), entry.name);
    this.#byId.set(entry.fileId, { kind, original: stood, now: path });
  }

  /** Without looking below departed directories. */
  peek(fileId: string): DepartedEntry | undefined {
    return this.#byId.get(fileId);
  }

  async find(fileId: string): Promise<DepartedEntry | undefined> {
    const known = this.#byId.get(fileId);
    if (known !== undefined || this.#isExpanded) return known;
    this.#isExpanded = true;
    await this.#expand();
    return this.#byId.get(fileId);
  }

  /** The id of what stands at a path of the target now. */
  idAt(path: SharePath): string | undefined {
    for (const [fileId, { now }] of this.#byId) if (now === path) return fileId;
    return undefined;
  }

  /** Takes an entry out, as it has found its place. What is below it is there with it. */
  take(fileId: string): void {
    this.#byId.delete(fileId);
  }

  /** Follows a rename on the target. */
  relocate(from: SharePath, to: SharePath): void {
    for (const entry of this.#byId.values()) {
      if (entry.now === from) entry.now = to;
      else if (entry.now.startsWith(`${from}/`)) entry.now = to + entry.now.slice(from.length);
    }
  }

  /** Forgets what stands at a path and below it, as it is compared where it is. */
  withdraw(path: SharePath): void {
    for (const [fileId, { now }] of this.#byId) {
      if (now === path || now.startsWith(`${path}/`)) this.#byId.delete(fileId);
    }
  }

  async #expand(): Promise<void> {
    const below = [...this.#byId.values()].filter(({ kind }) => kind === 'directory');
    for (let listings = 0; listings < MOST_LISTINGS && this.#byId.size < LARGEST_INDEX; listings += 1) {
      const directory = below.shift();
      if (directory === undefined) return;
      // The first page is enough for a guess: what is not found is copied.
      const page = await this.#past.reader.listPage(directory.original, undefined);
      for (const { name, kind, fileId, size } of page.entries) {
        if (kind === 'file' && size <= LARGEST_COPY_FILE) continue;
        const original = childPath(directory.original, name);
        const entry = { kind, original, now: childPath(directory.now, name) };
        if (this.#byId.has(fileId)) continue;
        this.#byId.set(fileId, entry);
        if (kind === 'directory') below.push(entry);
      }
    }
  }
}
