import { RequestFailedError } from '../azure/errors.ts';
import { ContentComparison } from '../files/compare-content.ts';
import type { SharePath } from '../files/paths.ts';
import type { ShareReader } from '../files/share-reader.ts';
import { Limiter, TaskGroup } from '../limiter.ts';
import { type ContentSample, isInSample } from '../mirror/content-sample.ts';
import { type Failure, toFailure } from '../mirror/failures.ts';
import { ListingFailure } from '../mirror/listing.ts';
import type { PointTerms } from '../mirror/point-terms.ts';
import type { ContentState } from './content-state.ts';
import { FIRST_PLACE, type FilePlace, filePages } from './file-pages.ts';

export interface ContentVerification {
  /** Files compared to their end, by this comparison and by those that it carries on. */
  readonly filesRead: number;
  /** The sum of their sizes. */
  readonly fileBytes: number;
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
  /** How far an earlier comparison of the same files of the same two snapshots had come. */
  readonly from?: ContentState | undefined;
  /** Keeps how far this one has come: now and then, and where it does not come to its end. */
  readonly keep?: (state: ContentState) => Promise<void>;
  /** Milliseconds between two such times. */
  readonly keepEveryMs?: number | undefined;
  readonly onProgress?: (progress: ContentProgress) => void;
}

export interface ContentProgress {
  /** The file that was read last. */
  readonly path: SharePath;
  readonly filesRead: number;
  /** The sum of their sizes. */
  readonly fileBytes: number;
}

const EXAMPLES = 100;
/** What a kill costs at the most, but for a listing of the share up to there. */
const KEEP_EVERY_MS = 60_000;

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

interface PendingFile {
  readonly size: number;
  /** Up to where both sides are known to be equal. */
  at: number;
}

class ContentVerifier {
  readonly #source: ShareReader;
  readonly #content: ContentComparison;
  readonly #options: ContentOptions;
  readonly #files: TaskGroup;
  readonly #tolerated: ReadonlySet<SharePath>;
  /** Listed, and not compared to their end: of one page, and those under way. */
  readonly #pending: Map<SharePath, PendingFile>;
  readonly #different: SharePath[];
  #next: FilePlace | undefined;
  #failure: Failure | undefined;
  #stopped = false;
  #filesRead: number;
  #fileBytes: number;
  #bytesRead: number;
  #differences: number;
  #keptAt = performance.now();
  #keeping: Promise<void> | undefined;

  constructor(source: ShareReader, target: ShareReader, options: ContentOptions) {
    const { from, terms, concurrency } = options;
    this.#source = source;
    this.#content = new ContentComparison(source, target);
    this.#options = options;
    this.#files = new TaskGroup(new Limiter(concurrency));
    this.#tolerated = new Set(terms.tolerated);
    this.#pending = new Map((from?.pending ?? []).map(({ path, size, at }) => [path, { size, at }]));
    this.#different = [...(from?.different ?? [])];
    this.#next = from === undefined ? FIRST_PLACE : from.next;
    this.#filesRead = from?.filesRead ?? 0;
    this.#fileBytes = from?.fileBytes ?? 0;
    this.#bytesRead = from?.bytesRead ?? 0;
    this.#differences = from?.differences ?? 0;
  }

  async run(): Promise<void> {
    await this.#walk();
    await this.#files.settled();
    await this.#keeping;
    // What is to be done still is what a later comparison begins with.
    if (!this.#isDone) await this.#keep();
  }

  result(): ContentVerification {
    return {
      filesRead: this.#filesRead,
      fileBytes: this.#fileBytes,
      bytesRead: this.#bytesRead,
      different: this.#different,
      differences: this.#differences,
      failure: this.#failure,
      stopped: this.#stopped,
    };
  }

  get #isDone(): boolean {
    return this.#next === undefined && this.#pending.size === 0;
  }

  get #goesOn(): boolean {
    if (this.#options.stop.aborted) this.#stopped = true;
    return !this.#stopped && this.#failure === undefined;
  }

  async #walk(): Promise<void> {
    await this.#start([...this.#pending.keys()]);
    const from = this.#next;
    if (from === undefined || !this.#goesOn) return;
    const { filter } = this.#options.terms;
    try {
      for await (const { files, next } of filePages(this.#source, filter, from)) {
        if (!this.#goesOn) return;
        const toRead = files.filter(({ path }) => this.#isToRead(path));
        for (const { path, entry } of toRead) this.#pending.set(path, { size: entry.size, at: 0 });
        this.#next = next;
        await this.#start(toRead.map(({ path }) => path));
      }
      if (this.#goesOn) this.#next = undefined;
    } catch (error) {
      const cause = error instanceof ListingFailure ? error.cause : error;
      if (this.#next === from && isUnknownMarker(from, cause)) await this.#walkAnew();
      else this.#failure ??= toFailure('', cause);
    }
  }

  async #walkAnew(): Promise<void> {
    await this.#files.settled();
    this.#pending.clear();
    this.#different.length = 0;
    this.#next = FIRST_PLACE;
    this.#filesRead = 0;
    this.#fileBytes = 0;
    this.#bytesRead = 0;
    this.#differences = 0;
    await this.#walk();
  }

  #isToRead(path: SharePath): boolean {
    const { sample } = this.#options;
    return !this.#tolerated.has(path) && (sample === undefined || isInSample(sample, path));
  }

  async #start(paths: readonly SharePath[]): Promise<void> {
    for (const path of paths) {
      if (!this.#goesOn) return;
      await this.#files.start(() => this.#file(path));
    }
  }

  async #file(path: SharePath): Promise<void> {
    const file = this.#pending.get(path);
    if (file === undefined || !this.#goesOn) return;
    const { size, at: from } = file;
    try {
      const { stop } = this.#options;
      const onEqual = (upTo: number) => {
        file.at = upTo;
        this.#keepNowAndThen();
      };
      const compared = await this.#content.compare(path, { size, from, stop, onEqual });
      this.#bytesRead += compared.bytesRead;
      if (compared.kind === 'stopped') {
        file.at = compared.at;
        this.#stopped = true;
        return;
      }
      this.#pending.delete(path);
      this.#filesRead += 1;
      this.#fileBytes += size;
      if (compared.kind === 'different') this.#note(path);
      this.#options.onProgress?.({ path, filesRead: this.#filesRead, fileBytes: this.#fileBytes });
      this.#keepNowAndThen();
    } catch (error) {
      this.#failure ??= toFailure(path, error);
    }
  }

  #note(path: SharePath): void {
    this.#differences += 1;
    if (this.#different.length < EXAMPLES) this.#different.push(path);
  }

  #keepNowAndThen(): void {
    const { keepEveryMs = KEEP_EVERY_MS } = this.#options;
    if (this.#keeping !== undefined || performance.now() - this.#keptAt < keepEveryMs) return;
    this.#keeping = this.#keep().finally(() => {
      this.#keptAt = performance.now();
      this.#keeping = undefined;
    });
  }

  async #keep(): Promise<void> {
    try {
      await this.#options.keep?.(this.#state());
    } catch (error) {
      // What cannot be kept is read again; but who has lost the lock of the target reads in vain.
      if (!(error instanceof RequestFailedError)) this.#failure ??= toFailure('', error);
    }
  }

  #state(): ContentState {
    return {
      next: this.#next,
      pending: [...this.#pending].map(([path, { size, at }]) => ({ path, size, at })),
      filesRead: this.#filesRead,
      fileBytes: this.#fileBytes,
      bytesRead: this.#bytesRead,
      differences: this.#differences,
      different: [...this.#different],
    };
  }
}

/** Nothing says for how long the service understands a marker that it has given (rest/api/storageservices/list-directories-and-files). */
function isUnknownMarker({ marker }: FilePlace, error: unknown): boolean {
  return marker !== undefined && error instanceof RequestFailedError && error.status === 400;
}
