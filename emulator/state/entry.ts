import type { Attributes } from './attributes.ts';
import type { LeaseInfo } from './lease.ts';
import type { ContentHeaders, Metadata } from './options.ts';
import type { Ticks } from './ticks.ts';

export type CopyStatus = 'pending' | 'success' | 'aborted' | 'failed';

/** The state of the last Copy File into a file. */
export type CopyState = {
  readonly id: string;
  readonly status: CopyStatus;
  /** As the request named it, without its signature. */
  readonly source: string;
  readonly bytesCopied: number;
  readonly totalBytes: number;
  readonly completionTime?: Ticks;
  readonly statusDescription?: string;
};

/** A file or directory as it is now, or was when its snapshot was taken. Do not keep one: write operations may change it in place. */
export interface EntryCommon {
  readonly kind: 'file' | 'directory';
  /** As written when it was created. */
  readonly name: string;
  /** Decimal; `0` for the root directory. */
  readonly fileId: string;
  readonly attributes: Attributes;
  readonly creationTime: Ticks;
  readonly lastWriteTime: Ticks;
  readonly changeTime: Ticks;
  readonly lastAccessTime: Ticks;
  /** Last-Modified, and what the ETag is made of (`formatEtag`). */
  readonly modified: Ticks;
  readonly permissionKey: string;
  readonly metadata: Metadata;
}

export interface DirectoryEntry extends EntryCommon {
  readonly kind: 'directory';
  readonly childCount: number;
}

export interface FileEntry extends EntryCommon {
  readonly kind: 'file';
  /** Bytes. */
  readonly size: number;
  readonly headers: ContentHeaders;
  readonly copy: CopyState | undefined;
}

export type Entry = FileEntry | DirectoryEntry;

/** An entry with what only its place tells. */
export type Located<E extends Entry = Entry> = {
  readonly entry: E;
  /** File id of the directory it is in; `0` below the root, and for the root itself. */
  readonly parentId: string;
};

/** A file with its lease; files of snapshots have none. */
export type LocatedFile = Located<FileEntry> & { readonly lease: LeaseInfo };
