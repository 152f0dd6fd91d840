import { type Attributes, DIRECTORY } from './attributes.ts';
import type { Content, ContentVersion, Extent } from './content.ts';
import type { CopyState, DirectoryEntry, FileEntry } from './entry.ts';
import type { ContentHeaders, Metadata } from './options.ts';
import { type EditToken, SortedTree } from './sorted-tree.ts';
import type { Ticks } from './ticks.ts';

/** Never changed, for `ownsContent` is false where it is used. */
const NO_EXTENTS: Extent[] = [];

const NO_METADATA: Metadata = {};

/** The content type that a file has unless its creator gave one. */
export const DEFAULT_HEADERS: ContentHeaders = { contentType: 'application/octet-stream' };

/**
 * What files and directories have in common. Nodes belong to the tree of one share and, as its other parts, are
 * copied before they change when their edit token is not the share's.
 */
abstract class BaseNode {
  token: EditToken;
  name: string;
  /** `collationKey(name)` */
  key: string;
  /** Counts up within the share; 0 for the root. The file id is made of it. */
  readonly serial: number;
  attributes: Attributes;
  creationTime: Ticks;
  lastWriteTime: Ticks;
  changeTime: Ticks;
  lastAccessTime: Ticks;
  modified: Ticks;
  permissionKey: string;
  metadata: Metadata = NO_METADATA;

  constructor(start: NodeStart) {
    this.token = start.token;
    this.name = start.name;
    this.key = start.key;
    this.serial = start.serial;
    this.attributes = start.attributes;
    this.creationTime = start.time;
    this.lastWriteTime = start.time;
    this.changeTime = start.time;
    this.lastAccessTime = start.time;
    this.modified = start.time;
    this.permissionKey = start.permissionKey;
  }

  get fileId(): string {
    return fileIdOf(this.serial);
  }

  protected copyBaseTo(copy: BaseNode): void {
    copy.creationTime = this.creationTime;
    copy.lastWriteTime = this.lastWriteTime;
    copy.changeTime = this.changeTime;
    copy.lastAccessTime = this.lastAccessTime;
    copy.modified = this.modified;
    copy.metadata = this.metadata;
  }

  protected start(token: EditToken): NodeStart {
    return {
      token,
      name: this.name,
      key: this.key,
      serial: this.serial,
      attributes: this.attributes,
      permissionKey: this.permissionKey,
      time: this.modified,
    };
  }
}

export type NodeStart = {
  readonly token: EditToken;
  readonly name: string;
  readonly key: string;
  readonly serial: number;
  readonly attributes: Attributes;
  readonly permissionKey: string;
  /** For all times. */
  readonly time: Ticks;
};

export class FileNode extends BaseNode implements FileEntry {
  readonly kind = 'file';
  size = 0;
  /** Change it only through `editContent`: others may hold the same list. */
  content: Extent[] = NO_EXTENTS;
  ownsContent = false;
  headers: ContentHeaders = DEFAULT_HEADERS;
  copy: CopyState | undefined = undefined;
  /** Version of the content when a copy last replaced it as a whole. */
  copiedAt: ContentVersion = 0;

  /** A node to change, with the content shared by both. */
  copyForEdit(token: EditToken): FileNode {
    const copy = new FileNode(this.start(token));
    this.copyBaseTo(copy);
    copy.size = this.size;
    copy.content = this.shareContent();
    copy.headers = this.headers;
    copy.copy = this.copy;
    copy.copiedAt = this.copiedAt;
    return copy;
  }

  /** The extents, for someone else to keep. */
  shareContent(): Extent[] {
    this.ownsContent = false;
    return this.content;
  }

  /** The extents, for the caller to change in place. */
  editContent(): Extent[] {
    if (!this.ownsContent) {
      this.content = this.content.slice();
      this.ownsContent = true;
    }
    return this.content;
  }

  /** Replaces all content by extents that others may hold. */
  setContent(content: Content): void {
    this.content = [...content];
    this.ownsContent = true;
  }
}

export class DirectoryNode extends BaseNode implements DirectoryEntry {
  readonly kind = 'directory';
  children = new SortedTree<EntryNode>();

  get childCount(): number {
    return this.children.size;
  }

  copyForEdit(token: EditToken): DirectoryNode {
    const copy = new DirectoryNode(this.start(token));
    this.copyBaseTo(copy);
    copy.children = this.children.copy();
    return copy;
  }
}

export type EntryNode = FileNode | DirectoryNode;

/** Attributes as they are stored: a directory's say so, a file's do not. */
export function attributesFor(kind: 'file' | 'directory', attributes: Attributes): Attributes {
  return kind === 'directory' ? attributes | DIRECTORY : attributes & ~DIRECTORY;
}

const REVERSED_BYTES = Uint8Array.from({ length: 0x100 }, (_, byte) =>
  Number.parseInt(byte.toString(2).padStart(8, '0').split('').reverse().join(''), 2),
);

/**
 * The service's file ids: the highest bit and bit 46 are set, the lower 16 bits of the count stand in reverse
 * below the highest bit, what is beyond them at the low end.
 */
function fileIdOf(serial: number): string {
  if (serial === 0) return '0';
  const reversed =
    (REVERSED_BYTES[serial & 0xff] ?? 0) * 0x100 + (REVERSED_BYTES[(serial >>> 8) & 0xff] ?? 0);
  // The upper and the lower ten digits of 2^63 + 2^46 + reversed * 2^47 + the rest: listings tell an id per entry,
  // and numbers are many times as fast as a BigInt.
  const lower = 15_598_953_472 + reversed * 7_488_355_328 + Math.floor(serial / 0x10000);
  const upper = 922_344_239 + reversed * 14_073 + Math.floor(lower / 1e10);
  return `${upper}${String(1e10 + (lower % 1e10)).slice(1)}`;
}
