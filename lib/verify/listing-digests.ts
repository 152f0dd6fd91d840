import { createHash } from 'node:crypto';
import type { Entry } from '../files/entry.ts';
import type { ListingPage } from '../files/listing-page.ts';
import { childPath, type SharePath } from '../files/paths.ts';
import type { ShareReader } from '../files/share-reader.ts';
import type { PointTerms } from '../mirror/point-terms.ts';
import { type DirectoryDigest, descriptorDigest, entryLine } from './canonical-lines.ts';
import { SortedLines } from './sorted-lines.ts';
import { type NamedDescriptor, WatchedReader } from './watched-reader.ts';

/** Takes what a comparison of two snapshots has met. */
export interface DigestSink {
  /** Called for each directory whose listing came to its end; a second time where it was listed again. */
  directory(digest: DirectoryDigest): Promise<void>;
  /** Called for each descriptor, again where there are more of them than memory is meant for. */
  descriptor(named: NamedDescriptor): Promise<void>;
}

/**
 * Makes the digests of a share out of the listings that a comparison asks for anyway: it is given
 * {@link source} and {@link target} to read by, and no request is sent that it would not have sent.
 */
export class ListingDigests {
  readonly source: ShareReader;
  readonly target: ShareReader;
  readonly #terms: Terms;
  readonly #tolerated: ReadonlySet<SharePath>;
  readonly #sink: DigestSink;
  readonly #open = new Map<SharePath, OpenDirectory>();

  constructor(source: ShareReader, target: ShareReader, terms: Terms, sink: DigestSink) {
    this.#terms = terms;
    this.#tolerated = new Set(terms.tolerated);
    this.#sink = sink;
    this.source = new WatchedReader(source, {
      onPage: (directory, marker, page) => this.#take(directory, marker, page),
      onDescriptor: (permission, descriptor) => sink.descriptor({ side: 'source', permission, descriptor }),
    });
    this.target = new WatchedReader(target, {
      onPage: async () => undefined,
      onDescriptor: (permission, descriptor) => sink.descriptor({ side: 'target', permission, descriptor }),
    });
  }

  /** Gives up the directories whose listings were not read to their end. */
  async close(): Promise<void> {
    for (const { lines } of this.#open.values()) await lines.close();
    this.#open.clear();
  }

  async #take(directory: SharePath, marker: string | undefined, page: ListingPage): Promise<void> {
    if (marker === undefined) await this.#begin(directory);
    const open = this.#open.get(directory);
    if (open === undefined) return;
    await this.#add(directory, open, page.entries);
    if (page.nextMarker === undefined) await this.#finish(directory, open);
  }

  async #begin(directory: SharePath): Promise<void> {
    await this.#open.get(directory)?.lines.close();
    this.#open.set(directory, { lines: new SortedLines(), files: 0, directories: 0, bytes: 0 });
  }

  async #add(directory: SharePath, open: OpenDirectory, listed: readonly Entry[]): Promise<void> {
    const { filter } = this.#terms;
    const tolerated = this.#tolerated;
    const inDirectory = filter.within(directory);
    const included = filter.isEverything ? listed : listed.filter((entry) => inDirectory.includes(entry));
    // A directory that was tolerated is one whose own properties failed: what is in it counts.
    open.directories += included.filter(({ kind }) => kind === 'directory').length;
    const entries =
      tolerated.size === 0
        ? included
        : included.filter(({ name }) => !tolerated.has(childPath(directory, name)));
    for (const { kind, size } of entries) {
      if (kind === 'file') open.files += 1;
      open.bytes += size;
    }
    const digests = new Map<string, string>();
    for (const key of new Set(entries.map(({ permissionKey }) => permissionKey))) {
      digests.set(key, key === '' ? '' : descriptorDigest(await this.source.permission(key)));
    }
    await open.lines.add(entries.map((entry) => entryLine(entry, digests.get(entry.permissionKey) ?? '')));
  }

  async #finish(directory: SharePath, open: OpenDirectory): Promise<void> {
    this.#open.delete(directory);
    const { files, directories, bytes, lines } = open;
    const hash = createHash('sha256');
    try {
      for await (const some of lines.inOrder()) for (const line of some) hash.update(`${line}\n`);
    } finally {
      await lines.close();
    }
    await this.#sink.directory({ directory, files, directories, bytes, sha256: hash.digest('hex') });
  }
}

/** What the run of the recovery point had taken part in, and what it had tolerated: that does not count. */
type Terms = Pick<PointTerms, 'filter' | 'tolerated'>;

interface OpenDirectory {
  readonly lines: SortedLines;
  files: number;
  directories: number;
  bytes: number;
}
