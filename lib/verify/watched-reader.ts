import type { ListingPage } from '../files/listing-page.ts';
import type { SharePath } from '../files/paths.ts';
import type { ShareReader } from '../files/share-reader.ts';
import { RecentAnswers } from '../mirror/recent-answers.ts';

/** A security descriptor (SDDL) that a permission key of one of the two shares names. */
export interface NamedDescriptor {
  readonly side: 'source' | 'target';
  readonly permission: string;
  readonly descriptor: string;
}

/** Told of what is read before whoever reads it gets it. */
export interface Watcher {
  onPage(directory: SharePath, marker: string | undefined, page: ListingPage): Promise<void>;
  onDescriptor?(permission: string, descriptor: string): Promise<void>;
}

const KEPT = 10_000;
const KEPT_CHARACTERS = 8 * 2 ** 20;

/** A reader that tells of the pages and descriptors that are asked of it. Each descriptor is asked for once. */
export class WatchedReader implements ShareReader {
  readonly #inner: ShareReader;
  readonly #watcher: Watcher;
  readonly #descriptors = new RecentAnswers<string>(KEPT, (text) => text.length, KEPT_CHARACTERS);

  constructor(inner: ShareReader, watcher: Watcher) {
    this.#inner = inner;
    this.#watcher = watcher;
  }

  get share(): string {
    return this.#inner.share;
  }

  get snapshot(): string | undefined {
    return this.#inner.snapshot;
  }

  async listPage(...request: Parameters<ShareReader['listPage']>): ReturnType<ShareReader['listPage']> {
    const page = await this.#inner.listPage(...request);
    await this.#watcher.onPage(request[0], request[1], page);
    return page;
  }

  permission(key: string, signal?: AbortSignal): Promise<string> {
    return this.#descriptors.get(key, async () => {
      const descriptor = await this.#inner.permission(key, signal);
      await this.#watcher.onDescriptor?.(key, descriptor);
      return descriptor;
    });
  }

  directory(...request: Parameters<ShareReader['directory']>): ReturnType<ShareReader['directory']> {
    return this.#inner.directory(...request);
  }

  file(...request: Parameters<ShareReader['file']>): ReturnType<ShareReader['file']> {
    return this.#inner.file(...request);
  }

  ranges(...request: Parameters<ShareReader['ranges']>): ReturnType<ShareReader['ranges']> {
    return this.#inner.ranges(...request);
  }

  difference(...request: Parameters<ShareReader['difference']>): ReturnType<ShareReader['difference']> {
    return this.#inner.difference(...request);
  }

  read(...request: Parameters<ShareReader['read']>): ReturnType<ShareReader['read']> {
    return this.#inner.read(...request);
  }
}
