import {
  ARCHIVE,
  type Attributes,
  type ContentHeaders,
  clearRange,
  createDirectory,
  createFile,
  DIRECTORY,
  deleteDirectory,
  deleteFile,
  type Entry,
  getEntry,
  listEntries,
  putRange,
  READ_ONLY,
  readContent,
  rename,
  type Share,
  type SmbProperties,
  setDirectoryMetadata,
  setDirectoryProperties,
  setFileMetadata,
  setFileProperties,
  type Ticks,
} from '../../emulator/state/index.ts';

const OWNER =
  'O:S-1-5-21-2127521184-1604012920-1887927527-21560751G:S-1-5-21-2127521184-1604012920-1887927527-513';

/** A security descriptor that differs from others by the number given. */
export function sddl(number: number): string {
  return `${OWNER}D:AI(A;;FA;;;SY)(A;;FA;;;BA)(A;;0x1200a9;;;S-1-5-21-397955417-626881126-188441444-${number})`;
}

/** Writes to a share past the service, the way an SMB client would: parents are made, ReadOnly is no hindrance. */
export class ShareBuilder {
  readonly share: Share;

  constructor(share: Share) {
    this.share = share;
  }

  directory(path: string, options: { readonly attributes?: Attributes; readonly sddl?: string } = {}): this {
    this.#parents(path);
    const parts = split(path);
    if (!this.exists(path)) createDirectory(this.share, parts);
    const { attributes } = options;
    setDirectoryProperties(this.share, parts, {
      ...(attributes === undefined ? {} : { attributes }),
      ...permissionOf(options.sddl),
    });
    return this;
  }

  file(path: string, content: string | Buffer = '', options: FileOptions = {}): this {
    this.#parents(path);
    const bytes = Buffer.from(content);
    const parts = split(path);
    if (this.exists(path)) this.#clearReadOnly(path);
    createFile(this.share, parts, { size: options.size ?? bytes.length, metadata: options.metadata ?? {} });
    if (bytes.length > 0) putRange(this.share, parts, options.at ?? 0, bytes);
    const { attributes = ARCHIVE } = options;
    setFileProperties(this.share, parts, { attributes, ...permissionOf(options.sddl) });
    return this;
  }

  /** Overwrites bytes in place, as an editor or a database does. */
  write(path: string, at: number, content: string | Buffer): this {
    putRange(this.share, split(path), at, Buffer.from(content));
    return this;
  }

  /** Punches a hole, from `start` up to `end` (exclusive). */
  clear(path: string, start: number, end: number): this {
    clearRange(this.share, split(path), start, end);
    return this;
  }

  /** Grows a file with zeros, or cuts it off. */
  resize(path: string, size: number): this {
    setFileProperties(this.share, split(path), { size });
    return this;
  }

  attributes(path: string, attributes: Attributes): this {
    this.#setProperties(path, { attributes });
    return this;
  }

  /** Leaves the times that are not given; the change time becomes now unless it is, as whatever a client sets. */
  times(
    path: string,
    times: { readonly creationTime?: Ticks; readonly lastWriteTime?: Ticks; readonly changeTime?: Ticks },
  ): this {
    this.#setProperties(path, times);
    return this;
  }

  permission(path: string, number: number): this {
    this.#setProperties(path, permissionOf(sddl(number)));
    return this;
  }

  metadata(path: string, metadata: Readonly<Record<string, string>>): this {
    const set = this.kindOf(path) === 'file' ? setFileMetadata : setDirectoryMetadata;
    set(this.share, split(path), metadata);
    return this;
  }

  /** Replaces all content headers of a file. */
  headers(path: string, headers: ContentHeaders): this {
    setFileProperties(this.share, split(path), { headers });
    return this;
  }

  rename(from: string, to: string): this {
    this.#parents(to);
    const kind = this.kindOf(from);
    rename(this.share, split(from), split(to), { kind, replaceIfExists: true, ignoreReadOnly: true });
    return this;
  }

  /** Gives two entries each other's names. */
  swap(one: string, other: string): this {
    const between = `${one}.between`;
    return this.rename(one, between).rename(other, one).rename(between, other);
  }

  /** Removes a file, or a directory with everything in it. */
  remove(path: string): this {
    this.#clearReadOnly(path);
    if (this.kindOf(path) === 'file') {
      deleteFile(this.share, split(path));
      return this;
    }
    for (const child of listEntries(this.share.view(), split(path)).entries)
      this.remove(`${path}/${child.name}`);
    deleteDirectory(this.share, split(path));
    return this;
  }

  /** The whole content of a file as text. */
  read(path: string): string {
    const entry = this.entry(path);
    if (entry.kind !== 'file') throw new Error(`"${path}" is a directory`);
    return Buffer.concat([...readContent(entry, 0, entry.size)]).toString('utf8');
  }

  /** What a directory holds. */
  names(path: string): string[] {
    return listEntries(this.share.view(), split(path)).entries.map(({ name }) => name);
  }

  exists(path: string): boolean {
    try {
      this.entry(path);
      return true;
    } catch {
      return false;
    }
  }

  /** What stands there; throws where nothing does. */
  entry(path: string): Entry {
    return getEntry(this.share.view(), split(path)).entry;
  }

  kindOf(path: string): 'file' | 'directory' {
    return this.entry(path).kind;
  }

  #setProperties(path: string, properties: SmbProperties): void {
    const set = this.kindOf(path) === 'file' ? setFileProperties : setDirectoryProperties;
    set(this.share, split(path), properties);
  }

  #clearReadOnly(path: string): void {
    const entry = this.entry(path);
    if ((entry.attributes & READ_ONLY) !== 0) {
      this.attributes(path, entry.kind === 'file' ? ARCHIVE : DIRECTORY);
    }
  }

  #parents(path: string): void {
    const parts = split(path);
    for (let depth = 1; depth < parts.length; depth += 1) {
      const parent = parts.slice(0, depth);
      if (!this.exists(parent.join('/'))) createDirectory(this.share, parent);
    }
  }
}

export interface FileOptions {
  /** Bytes; that of the content unless given, so that a larger one makes a sparse file. */
  readonly size?: number;
  /** Where the content goes. */
  readonly at?: number;
  readonly attributes?: Attributes;
  readonly sddl?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

function permissionOf(text: string | undefined) {
  return text === undefined ? {} : { permission: { text, format: 'Sddl' as const } };
}

function split(path: string): string[] {
  return path === '' ? [] : path.split('/');
}
