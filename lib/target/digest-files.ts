import { hash, randomBytes } from 'node:crypto';
import { LARGEST_PIECE } from '../files/pieces.ts';
import type { SystemFolder } from './system-folder.ts';

const FOLDER = 'digests';

/**
 * The lines of a recovery point's digests, in `.sharepair/digests/` of the live target share: as many files as
 * it takes, `RUN.PAIR-xxxxxxxx.ndjson`, in no order. A file once written is never changed. `PAIR` follows from the
 * target snapshot, as a run that has lost it makes another.
 */
export class DigestFiles {
  readonly #folder: SystemFolder;
  readonly #prefix: string;
  readonly #written: string[] = [];
  #lines: string[] = [];
  #length = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(folder: SystemFolder, run: string, targetSnapshot: string) {
    this.#folder = folder;
    this.#prefix = `${run}.${hash('sha256', targetSnapshot).slice(0, 8)}-`;
  }

  /** Keeps a line. Waits while a file is being written, so that memory does not fill. */
  async add(line: string): Promise<void> {
    this.#lines.push(line);
    this.#length += Buffer.byteLength(line) + 1;
    if (this.#length >= LARGEST_PIECE) this.#writing = this.#writing.then(() => this.#write());
    await this.#writing;
  }

  /** Writes what has not been written yet. */
  async flush(): Promise<void> {
    await this.#writing;
    await this.#write();
  }

  /** The lines that other comparisons of the same two snapshots have kept, file by file. */
  async *others(): AsyncGenerator<readonly string[]> {
    for (const file of await this.#files()) {
      const bytes = this.#written.includes(file)
        ? undefined
        : await this.#folder.readBytes(`${FOLDER}/${file}`);
      if (bytes !== undefined) yield Buffer.from(bytes).toString('utf8').split('\n').slice(0, -1);
    }
  }

  /** Deletes everything that was kept of the two snapshots. */
  async discard(): Promise<void> {
    this.#lines = [];
    this.#length = 0;
    await this.#writing.catch(() => undefined);
    for (const file of await this.#files()) await this.#folder.delete(`${FOLDER}/${file}`);
  }

  async #files(): Promise<readonly string[]> {
    return ((await this.#folder.list(FOLDER)) ?? []).filter((file) => file.startsWith(this.#prefix));
  }

  async #write(): Promise<void> {
    if (this.#lines.length === 0) return;
    const bytes = Buffer.from(`${this.#lines.join('\n')}\n`);
    this.#lines = [];
    this.#length = 0;
    const file = `${this.#prefix}${randomBytes(4).toString('hex')}.ndjson`;
    await this.#folder.writeBytes(`${FOLDER}/${file}`, bytes);
    this.#written.push(file);
  }
}
