import { randomBytes } from 'node:crypto';
import { isNotFound } from '../azure/errors.ts';
import type { Entry } from '../files/entry.ts';
import { childPath, type SharePath } from '../files/paths.ts';
import { LARGEST_PIECE, piecesOf } from '../files/pieces.ts';
import { RestShareReader } from '../files/rest-share-reader.ts';
import { RestShareWriter } from '../files/rest-share-writer.ts';
import type { ShareReader } from '../files/share-reader.ts';
import type { ShareWriter } from '../files/share-writer.ts';
import { canonicalTime } from '../files/times.ts';
import type { JobShare } from '../jobs/open-job.ts';
import { SYSTEM_FOLDER } from '../mirror/listing.ts';

/** Administrators and the system itself, inherited by everything below; nobody else. */
const ADMINISTRATORS_ONLY = 'O:BAG:SYD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)';
const HIDDEN_SYSTEM = 'Hidden|System';
const UNFINISHED = '.new';
const FOLDERS = ['manifests', 'records', 'digests', 'journal'];

/**
 * `.sharepair/` at the root of a target share: manifests, verification records, the journal of runs, the
 * state of a run in progress. Losing it costs speed and levels of proof, never a recovery point.
 */
export class SystemFolder {
  readonly #reader: ShareReader;
  readonly #writer: ShareWriter;

  constructor(reader: ShareReader, writer: ShareWriter) {
    this.#reader = reader;
    this.#writer = writer;
  }

  async create(): Promise<void> {
    const properties = { attributes: HIDDEN_SYSTEM, permission: ADMINISTRATORS_ONLY };
    await this.#writer.createDirectory(SYSTEM_FOLDER, properties);
    const existing = (await this.list('')) ?? [];
    for (const folder of FOLDERS) {
      if (!existing.includes(folder)) await this.#writer.createDirectory(pathOf(folder), {});
    }
    // What a run that was cut off had begun to write.
    for (const name of existing) if (name.endsWith(UNFINISHED)) await this.delete(name);
  }

  /** Makes one folder below, and what is missing above it. Takes nothing away, so that no lock is needed. */
  async createFolder(folder: string): Promise<void> {
    const properties = { attributes: HIDDEN_SYSTEM, permission: ADMINISTRATORS_ONLY };
    await this.#writer.createDirectory(SYSTEM_FOLDER, properties);
    await this.#writer.createDirectory(pathOf(folder), {});
  }

  /** The names in a folder below; undefined where there is none. */
  async list(folder: string): Promise<readonly string[] | undefined> {
    return (await this.entries(folder))?.map(({ name }) => name);
  }

  /** What is in a folder below; undefined where there is none. */
  async entries(folder: string): Promise<readonly Entry[] | undefined> {
    const entries: Entry[] = [];
    let marker: string | undefined;
    try {
      do {
        const page = await this.#reader.listPage(pathOf(folder), marker);
        entries.push(...page.entries);
        marker = page.nextMarker;
      } while (marker !== undefined);
      return entries;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** Undefined where the file is missing or holds no JSON: a record that cannot be read counts as lost. */
  async read(name: string): Promise<unknown> {
    const bytes = await this.readBytes(name);
    try {
      return bytes === undefined ? undefined : JSON.parse(Buffer.from(bytes).toString('utf8'));
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  /** Undefined where the file is missing or empty. */
  async readBytes(name: string): Promise<Uint8Array | undefined> {
    const path = pathOf(name);
    try {
      const { entry } = await this.#reader.file(path);
      if (entry.size === 0) return undefined;
      const pieces: Uint8Array[] = [];
      for (const piece of piecesOf([{ start: 0, end: entry.size - 1 }], entry.size)) {
        pieces.push(await this.#reader.read(path, piece));
      }
      return Buffer.concat(pieces);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  write(name: string, value: unknown): Promise<void> {
    return this.writeBytes(name, jsonBytes(value));
  }

  /** Writes a file under another name first, so that at every instant there is the old one or the new one. */
  async writeBytes(name: string, bytes: Uint8Array): Promise<void> {
    const temporary = pathOf(`${name}.${randomBytes(4).toString('hex')}${UNFINISHED}`);
    const lastWriteTime = canonicalTime(new Date().toISOString());
    const file = { size: bytes.length, lastWriteTime, attributes: HIDDEN_SYSTEM };
    try {
      await this.#writer.createFile(temporary, file);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      // Somebody has deleted the folder, or a part of it.
      await this.create();
      await this.#writer.createFile(temporary, file);
    }
    for (let at = 0; at < bytes.length; at += LARGEST_PIECE) {
      await this.#writer.putRange(temporary, at, bytes.subarray(at, at + LARGEST_PIECE));
    }
    await this.#rename(temporary, pathOf(name));
  }

  /** When the service last changed a file, by its own clock, in milliseconds since 1970. */
  async modifiedAt(name: string): Promise<number> {
    return (await this.#reader.file(pathOf(name))).entry.lastModified;
  }

  async delete(name: string): Promise<void> {
    await this.#writer.deleteFile(pathOf(name));
  }

  async #rename(from: SharePath, to: SharePath): Promise<void> {
    try {
      await this.#writer.rename(from, to, 'file', true);
    } catch (error) {
      // A rename whose answer was lost is sent again, and finds its source gone.
      if (!isNotFound(error) || !(await this.#isThere(to))) throw error;
    }
  }

  async #isThere(path: SharePath): Promise<boolean> {
    try {
      await this.#reader.file(path);
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }
}

/** JSON as it is kept: for people to read, and always the same bytes for the same value. */
export function jsonBytes(value: unknown): Uint8Array {
  return Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`);
}

/** The system folder of a share whose lock is not held, live or as a snapshot froze it: for reading only. */
export function readSystemFolder({ account, share }: JobShare, snapshot?: string): SystemFolder {
  return new SystemFolder(new RestShareReader(account, share, snapshot), new RestShareWriter(account, share));
}

function pathOf(name: string): SharePath {
  return name === '' ? SYSTEM_FOLDER : childPath(SYSTEM_FOLDER, name);
}
