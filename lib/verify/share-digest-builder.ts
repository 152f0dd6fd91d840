import { createHash } from 'node:crypto';
import type { ShareDigest } from '../target/share-digest.ts';
import { parseDirectoryLine } from './canonical-lines.ts';
import { SortedLines } from './sorted-lines.ts';

/**
 * Adds up the lines of the directories of a share, in any order, and again where a comparison that was carried
 * on came by once more: snapshots never change, so that a line that comes twice is the same.
 */
export class ShareDigestBuilder {
  readonly #lines = new SortedLines();

  /** Lines that are not of directories do not count. */
  async add(lines: readonly string[]): Promise<void> {
    await this.#lines.add(lines.filter((line) => line.startsWith('{"directory":')));
  }

  /** Undefined where not every directory that another one names has its own line. */
  async finish(): Promise<ShareDigest | undefined> {
    const hash = createHash('sha256');
    const total = { files: 0, directories: 0, bytes: 0 };
    let count = 0;
    let last: string | undefined;
    try {
      for await (const lines of this.#lines.inOrder()) {
        for (const line of lines) {
          if (line === last) continue;
          last = line;
          const digest = parseDirectoryLine(line);
          if (digest === undefined) return undefined;
          hash.update(`${line}\n`);
          count += 1;
          total.files += digest.files;
          total.directories += digest.directories;
          total.bytes += digest.bytes;
        }
      }
      return count === total.directories + 1 ? { ...total, sha256: hash.digest('hex') } : undefined;
    } finally {
      await this.close();
    }
  }

  async close(): Promise<void> {
    await this.#lines.close();
  }
}
