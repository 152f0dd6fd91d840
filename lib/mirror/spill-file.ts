import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';

/** Where in the file something is, in bytes. */
export interface SpilledPart {
  readonly offset: number;
  readonly length: number;
}

/** A temporary file of values that memory has no place for; nobody but this user can read it. */
export class SpillFile {
  readonly #folder: string;
  readonly #handle: FileHandle;
  #length = 0;

  private constructor(folder: string, handle: FileHandle) {
    this.#folder = folder;
    this.#handle = handle;
  }

  static async create(): Promise<SpillFile> {
    const folder = await mkdtemp(join(tmpdir(), 'sharepair-'));
    try {
      const handle = await open(join(folder, 'unmatched'), 'wx+', 0o600);
      // A file that is open lives on without a name, and so nothing is left of it whenever the process ends.
      // Where the system does not let it go yet, it goes when it is closed.
      await remove(folder).catch(() => undefined);
      return new SpillFile(folder, handle);
    } catch (error) {
      await remove(folder);
      throw error;
    }
  }

  async append(value: unknown): Promise<SpilledPart> {
    // A part is some hundred kilobytes. In other threads it would be no faster, and their memory stays taken.
    const bytes = deflateRawSync(serialize(value), { level: constants.Z_BEST_SPEED });
    await this.#handle.appendFile(bytes);
    const part = { offset: this.#length, length: bytes.length };
    this.#length += bytes.length;
    return part;
  }

  /** What `append` was given for that part. */
  async read<T>({ offset, length }: SpilledPart): Promise<T> {
    const { bytesRead, buffer } = await this.#handle.read(Buffer.alloc(length), 0, length, offset);
    if (bytesRead !== length) throw new Error(`the temporary file holds ${bytesRead} of ${length} bytes`);
    return deserialize(inflateRawSync(buffer));
  }

  async close(): Promise<void> {
    await this.#handle.close();
    await remove(this.#folder);
  }
}

function remove(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}
