import {
  ARCHIVE,
  type Attributes,
  createDirectory,
  createFile,
  deleteDirectory,
  deleteFile,
  getEntry,
  listEntries,
  putRange,
  READ_ONLY,
  rename,
  type Share,
  setDirectoryProperties,
  setFileProperties,
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

  attributes(path: string, attributes: Attributes): this {
    setFileProperties(this.share, split(path), { attributes });
    return this;
  }

  permission(path: string, number: number): this {
    const parts = split(path);
    const set =
      getEntry(this.share.view(), parts).entry.kind === 'file' ? setFileProperties : setDirectoryProperties;
    set(this.share, parts, permissionOf(sddl(number)));
    return this;
  }

  rename(from: string, to: string): this {
    this.#parents(to);
    const { kind } = getEntry(this.share.view(), split(from)).entry;
    rename(this.share, split(from), split(to), { kind, replaceIfExists: true, ignoreReadOnly: true });
    return this;
  }

  /** Removes a file, or a directory with everything in it. */
  remove(path: string): this {
    const { entry } = getEntry(this.share.view(), split(path));
    if (entry.kind === 'file') {
      this.#clearReadOnly(path);
      deleteFile(this.share, split(path));
      return this;
    }
    for (const child of listEntries(this.share.view(), split(path)).entries)
      this.remove(`${path}/${child.name}`);
    deleteDirectory(this.share, split(path));
    return this;
  }

  exists(path: string): boolean {
    try {
      getEntry(this.share.view(), split(path));
      return true;
    } catch {
      return false;
    }
  }

  #clearReadOnly(path: string): void {
    const { entry } = getEntry(this.share.view(), split(path));
    if (entry.kind === 'file' && (entry.attributes & READ_ONLY) !== 0) {
      setFileProperties(this.share, split(path), { attributes: ARCHIVE });
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
