import { randomBytes } from 'node:crypto';
import { isNotFound } from '../azure/errors.ts';
import { childPath, type SharePath } from '../files/paths.ts';
import { RestShareReader } from '../files/rest-share-reader.ts';
import { RestShareWriter } from '../files/rest-share-writer.ts';
import type { ShareReader } from '../files/share-reader.ts';
import type { ShareWriter } from '../files/share-writer.ts';
import { canonicalTime } from '../files/times.ts';
import type { JobShare } from '../jobs/open-job.ts';
import { SYSTEM_FOLDER } from '../mirror/listing.ts';
import { LARGEST_PIECE } from '../mirror/pieces.ts';

/** Administrators and the system itself, inherited by everything below; nobody else. */
const ADMINISTRATORS_ONLY = 'O:BAG:SYD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)';
const HIDDEN_SYSTEM = 'Hidden|System';
const UNFINISHED = '.new';
const FOLDERS = ['manifests', 'records', 'journal'];

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

  /** The names in a folder below; undefined where there is none. */
  async list(folder: string): Promise<readonly string[] | undefined> {
    const names: string[] = [];
    let marker: string | undefined;
    try {
      do {
        const page = await this.#reader.listPage(pathOf(folder), marker);
        names.push(...page.entries.map((entry) => entry.name));
        marker = page.nextMarker;
      } while (marker !== undefined);
      return names;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** Undefined where the file is missing or holds no JSON: a record that cannot be read counts as lost. */
  async read(name: string): Promise<unknown> {
    const path = pathOf(name);
    try {
      const { entry } = await this.#reader.file(path);
      if (entry.size === 0) return undefined;
      const bytes = await this.#reader.read(path, { start: 0, end: entry.size - 1 });
      return JSON.parse(Buffer.from(bytes).toString('utf8'));
    } catch (error) {
      if (isNotFound(error) || error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  /** Writes a file under another name first, so that at every instant there is the old one or the new one. */
  async write(name: string, value: unknown): Promise<void> {
    const bytes = Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`);
    const temporary = pathOf(`${name}.${randomBytes(4).toString('hex')}${UNFINISHED}`);
    const lastWriteTime = canonicalTime(new Date().toISOString());
    await this.#writer.createFile(temporary, {
      size: bytes.length,
      lastWriteTime,
      attributes: HIDDEN_SYSTEM,
    });
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

/** The system folder of a share whose lock is not held: for reading only. */
export function readSystemFolder({ account, share }: JobShare): SystemFolder {
  return new SystemFolder(new RestShareReader(account, share), new RestShareWriter(account, share));
}

function pathOf(name: string): SharePath {
  return name === '' ? SYSTEM_FOLDER : childPath(SYSTEM_FOLDER, name);
}
