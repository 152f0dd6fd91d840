import type { ByteRange, Entry } from '../files/entry.ts';
import { childPath, type SharePath } from '../files/paths.ts';
import type { ShareReader } from '../files/share-reader.ts';
import { Limiter, TaskGroup } from '../limiter.ts';
import { pagesOf } from '../mirror/listing.ts';
import { piecesOf } from '../mirror/pieces.ts';

export interface ContentVerification {
  readonly filesRead: number;
  /** Bytes read on each side; holes that both sides have are not read. */
  readonly bytesRead: number;
  /** Files whose bytes differ, the first hundred that were found. */
  readonly different: readonly SharePath[];
  readonly differences: number;
  readonly stopped: boolean;
}

export interface ContentOptions {
  readonly concurrency: number;
  readonly stop: AbortSignal;
  readonly onFile?: (path: SharePath) => void;
}

const EXAMPLES = 100;

/**
 * Reads every file of two share snapshots and compares their bytes. Meant for snapshots whose listings are
 * equal already; a file that is missing on the target is an error of the request that reads it.
 * @throws {RequestFailedError} when something cannot be read, for then nothing is proven.
 */
export async function verifyContent(
  source: ShareReader,
  target: ShareReader,
  options: ContentOptions,
): Promise<ContentVerification> {
  const run = new ContentComparison(source, target, options);
  await run.directory('');
  return run.result();
}

class ContentComparison {
  readonly #source: ShareReader;
  readonly #target: ShareReader;
  readonly #options: ContentOptions;
  readonly #files: TaskGroup;
  readonly #different: SharePath[] = [];
  #failure: unknown;
  #filesRead = 0;
  #bytesRead = 0;
  #differences = 0;

  constructor(source: ShareReader, target: ShareReader, options: ContentOptions) {
    this.#source = source;
    this.#target = target;
    this.#options = options;
    this.#files = new TaskGroup(new Limiter(options.concurrency));
  }

  async directory(path: SharePath): Promise<void> {
    for await (const page of pagesOf(this.#source, path, 'source')) {
      for (const entry of page.entries) {
        if (this.#options.stop.aborted || this.#failure !== undefined) break;
        const below = childPath(path, entry.name);
        if (entry.kind === 'directory') await this.directory(below);
        else await this.#files.start(() => this.#file(below, entry));
      }
    }
    if (path === '') await this.#files.settled();
  }

  result(): ContentVerification {
    if (this.#failure !== undefined) throw this.#failure;
    return {
      filesRead: this.#filesRead,
      bytesRead: this.#bytesRead,
      different: this.#different,
      differences: this.#differences,
      stopped: this.#options.stop.aborted,
    };
  }

  async #file(path: SharePath, entry: Entry): Promise<void> {
    try {
      if (entry.size > 0 && !(await this.#isEqual(path, entry))) {
        this.#differences += 1;
        if (this.#different.length < EXAMPLES) this.#different.push(path);
      }
      this.#filesRead += 1;
      this.#options.onFile?.(path);
    } catch (error) {
      this.#failure ??= error;
    }
  }

  /** Reads what either side holds; a range that only one side holds must be zeros there. */
  async #isEqual(path: SharePath, { size }: Entry): Promise<boolean> {
    const [source, target] = await Promise.all([this.#source.ranges(path), this.#target.ranges(path)]);
    for (const piece of piecesOf(mergeRanges([...source, ...target]), size)) {
      if (this.#options.stop.aborted) return true;
      const [left, right] = await Promise.all([
        isHole(source, piece) ? undefined : this.#source.read(path, piece),
        isHole(target, piece) ? undefined : this.#target.read(path, piece),
      ]);
      this.#bytesRead += piece.end - piece.start + 1;
      const zeros = Buffer.alloc(piece.end - piece.start + 1);
      if (!Buffer.from(left ?? zeros).equals(right ?? zeros)) return false;
    }
    return true;
  }
}

function isHole(ranges: readonly ByteRange[], piece: ByteRange): boolean {
  return ranges.every(({ start, end }) => end < piece.start || start > piece.end);
}

/** Sorted and joined where they touch or overlap. */
function mergeRanges(ranges: readonly ByteRange[]): ByteRange[] {
  const merged: ByteRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last !== undefined && range.start <= last.end + 1) {
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
    } else {
      merged.push(range);
    }
  }
  return merged;
}
