import type { Attributes } from './attributes.ts';
import type { ServiceTime } from './times.ts';

export type EntryKind = 'file' | 'directory';

/** A file or directory as a listing with every `include` describes it. */
export interface Entry {
  readonly name: string;
  readonly kind: EntryKind;
  /** Identifies the entry within its share, across renames. */
  readonly fileId: string;
  /** Bytes; 0 for a directory. */
  readonly size: number;
  readonly creationTime: ServiceTime;
  readonly lastWriteTime: ServiceTime;
  readonly changeTime: ServiceTime;
  readonly attributes: Attributes;
  /** Names the entry's security descriptor within its own share only. */
  readonly permissionKey: string;
  /** When the service last changed the entry, by its own clock, in milliseconds since 1970; no client can set it. */
  readonly lastModified: number;
  /**
   * Without its quotes; empty where the service named none. Moves with every change, of metadata and content
   * headers too, and no client can set it.
   */
  readonly etag: string;
}

/** Content headers and metadata, which a listing leaves out. */
export interface ContentProperties {
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly contentLanguage: string | undefined;
  readonly contentDisposition: string | undefined;
  readonly cacheControl: string | undefined;
  readonly contentMd5: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface CopyState {
  readonly id: string;
  readonly status: 'pending' | 'success' | 'aborted' | 'failed';
  readonly description: string | undefined;
}

/** What asking for one entry says. */
export interface EntryProperties extends ContentProperties {
  readonly entry: Entry;
  /** The last Copy File onto this file; undefined where there was none. */
  readonly copy: CopyState | undefined;
}

/** Bytes `start` to `end`, both included, as HTTP counts them. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface RangeDifference {
  /** Written since the earlier snapshot. */
  readonly written: readonly ByteRange[];
  /** Cleared since the earlier snapshot. */
  readonly cleared: readonly ByteRange[];
}
