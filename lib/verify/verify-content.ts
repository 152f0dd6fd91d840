import { ContentComparison } from '../files/compare-content.ts';
import type { Entry } from '../files/entry.ts';
import { childPath, type SharePath } from '../files/paths.ts';
import type { ShareReader } from '../files/share-reader.ts';
import { Limiter, TaskGroup } from '../limiter.ts';
import { type ContentSample, isInSample } from '../mirror/content-sample.ts';
import { type Failure, toFailure } from '../mirror/failures.ts';
import { ListingFailure, pagesOf } from '../mirror/listing.ts';
import type { PointTerms } from '../mirror/point-terms.ts';

export interface ContentVerification {
  readonly filesRead: number;
  /** Bytes read on each side; of files over 4 MiB, long holes that both sides have are not read. */
  readonly bytesRead: number;
  /** Files whose bytes differ, the first hundred that were found. */
  readonly different: readonly SharePath[];
  readonly differences: number;
  /** What could not be read; then nothing is proven. */
  readonly failure: Failure | undefined;
  readonly stopped: boolean;
}

export interface ContentOptions {
  /** What the run of the recovery point had taken part in, and what it had tolerated: neither is read. */
  readonly terms: Pick<PointTerms, 'filter' | 'tolerated'>;
  /** Which files to read; all of them unless given. */
  readonly sample?: ContentSample | undefined;
  readonly concurrency: number;
  readonly stop: AbortSignal;
  readonly onFile?: (path: SharePath) => void;
}

const EXAMPLES = 100;

/**
 * Reads files of two share snapshots and compares their bytes, several at once, in memory that does not grow with
 * their number or size. Meant for snapshots whose listings are equal already; a file that is missing on the
 * target is a failure.
 */
export async function verifyContent(
  source: ShareReader,
  target: ShareReader,
  options: ContentOptions,
): Promise<ContentVerification> {
  const verifier = new ContentVerifier(source, target, options);
  await verifier.run();
  return verifier.result();
}

class ContentVerifier {
  readonly #source: ShareReader;
  readonly #content: ContentComparison;
  readonly #options: ContentOptions;
  readonly #files: TaskGroup;
  readonly #branches: Limiter;
  readonly #running = new Set<Promise<void>>();
  readonly #tolerated: ReadonlySet<SharePath>;
  readonly #different: SharePath[] = [];
  #failure: Failure | undefined;
  #filesRead = 0;
  #bytesRead = 0;
  #differences = 0;

  constructor(source: ShareReader, target: ShareReader, options: ContentOptions) {
    this.#source = source;
    this.#content = new ContentComparison(source, target);
    this.#options = options;
    this.#files = new TaskGroup(new Limiter(options.concurrency));
    this.#branches = new Limiter(Math.ceil(options.concurrency / 4));
    this.#tolerated = new Set(options.terms.tolerated);
  }

  async run(): Promise<void> {
    await this.#directory('');
    while (this.#running.size > 0) await Promise.all(this.#running);
    await this.#files.settled();
  }

  result(): ContentVerification {
    return {
      filesRead: this.#filesRead,
      bytesRead: this.#bytesRead,
      different: this.#different,
      differences: this.#differences,
      failure: this.#failure,
      stopped: this.#options.stop.aborted,
    };
  }

  get #goesOn(): boolean {
    return !this.#options.stop.aborted && this.#failure === undefined;
  }

  async #directory(path: SharePath): Promise<void> {
    const filter = this.#options.terms.filter.within(path);
    try {
      for await (const page of pagesOf(this.#source, path, 'source')) {
        for (const entry of page.entries) {
          if (!this.#goesOn) return;
          if (!filter.includes(entry)) continue;
          const below = childPath(path, entry.name);
          if (entry.kind === 'directory') await this.#branchOut(below);
          else if (this.#isToRead(below)) await this.#files.start(() => this.#file(below, entry));
        }
      }
    } catch (error) {
      this.#failure ??= toFailure(path, error instanceof ListingFailure ? error.cause : error);
    }
  }

  /** Walks a directory beside this one where there is a place, or else before it goes on. */
  async #branchOut(path: SharePath): Promise<void> {
    if (!this.#branches.tryEnter()) return this.#directory(path);
    const done = this.#directory(path).finally(() => {
      this.#branches.leave();
      this.#running.delete(done);
    });
    this.#running.add(done);
  }

  #isToRead(path: SharePath): boolean {
    const { sample } = this.#options;
    return !this.#tolerated.has(path) && (sample === undefined || isInSample(sample, path));
  }

  async #file(path: SharePath, entry: Entry): Promise<void> {
    try {
      const { stop } = this.#options;
      const { kind, bytesRead } = await this.#content.compare(path, { size: entry.size, stop });
      this.#bytesRead += bytesRead;
      if (kind === 'stopped') return;
      if (kind === 'different') {
        this.#differences += 1;
        if (this.#different.length < EXAMPLES) this.#different.push(path);
      }
      this.#filesRead += 1;
      this.#options.onFile?.(path);
    } catch (error) {
      this.#failure ??= toFailure(path, error);
    }
  }
}
