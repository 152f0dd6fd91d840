import type { DigestFiles } from '../target/digest-files.ts';
import type { ShareDigest } from '../target/share-digest.ts';
import { type DirectoryDigest, directoryLine } from './canonical-lines.ts';
import type { DigestSink } from './listing-digests.ts';
import { ShareDigestBuilder } from './share-digest-builder.ts';
import type { NamedDescriptor } from './watched-reader.ts';

/**
 * Adds up the digests of a comparison and keeps them in files. What a comparison has proven does not hang on
 * whether they can be written, so that a failure to do so costs the digests and nothing else.
 */
export class DigestKeeper implements DigestSink {
  readonly #files: DigestFiles | undefined;
  readonly #builder = new ShareDigestBuilder();
  /** Why there will be no digest. */
  failure: unknown;

  /** Without files, the digests are added up and not kept. */
  constructor(files: DigestFiles | undefined) {
    this.#files = files;
  }

  async directory(digest: DirectoryDigest): Promise<void> {
    const line = directoryLine(digest);
    await this.#attempt(async () => {
      await this.#builder.add([line]);
      await this.#files?.add(line);
    });
  }

  async descriptor({ side, permission, descriptor }: NamedDescriptor): Promise<void> {
    await this.#attempt(async () => this.#files?.add(JSON.stringify({ side, permission, descriptor })));
  }

  /** Keeps what there is, for whoever carries the comparison on. */
  async interrupt(): Promise<void> {
    await this.#attempt(async () => this.#files?.flush());
  }

  /**
   * The digest of the share; undefined where something of it is missing.
   * @param isCarriedOn whether an earlier comparison of the same two snapshots has begun it
   */
  async finish(isCarriedOn: boolean): Promise<ShareDigest | undefined> {
    let digest: ShareDigest | undefined;
    await this.#attempt(async () => {
      await this.#files?.flush();
      if (isCarriedOn && this.#files !== undefined) {
        for await (const lines of this.#files.others()) await this.#builder.add(lines);
      }
      digest = await this.#builder.finish();
    });
    return digest;
  }

  /** Forgets what was kept of a comparison that found differences. */
  async discard(): Promise<void> {
    await this.#attempt(async () => this.#files?.discard());
  }

  async close(): Promise<void> {
    await this.#builder.close();
  }

  async #attempt(work: () => Promise<unknown>): Promise<void> {
    if (this.failure !== undefined) return;
    try {
      await work();
    } catch (error) {
      this.failure = error;
    }
  }
}
