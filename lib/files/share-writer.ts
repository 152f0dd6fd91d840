import type { Attributes } from './attributes.ts';
import type { ByteRange, ContentProperties, CopyState, EntryKind } from './entry.ts';
import type { SharePath } from './paths.ts';
import type { ServiceTime } from './times.ts';

/** The SMB properties of an entry as they are to be. */
export interface SmbProperties {
  readonly attributes: Attributes;
  readonly creationTime: ServiceTime;
  readonly lastWriteTime: ServiceTime;
  readonly changeTime: ServiceTime;
  /** A permission key of the share that is written; undefined leaves the security descriptor as it is. */
  readonly permissionKey: string | undefined;
}

export interface NewFile {
  readonly size: number;
  readonly lastWriteTime: ServiceTime;
  readonly content?: ContentProperties | undefined;
  /** Set where only this program and administrators are to see the file. */
  readonly attributes?: Attributes | undefined;
}

export interface NewDirectory {
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly attributes?: Attributes | undefined;
  /** SDDL of at most 8 KiB; undefined inherits. */
  readonly permission?: string | undefined;
}

/** Writes one live share. Every call is one request and may be repeated without harm. */
export interface ShareWriter {
  readonly share: string;
  /** Does nothing where the directory exists. */
  createDirectory(path: SharePath, properties: NewDirectory, signal?: AbortSignal): Promise<void>;
  /** Creates a file of zeros, or empties and resizes the one that stands there, which must not be ReadOnly. */
  createFile(path: SharePath, file: NewFile, signal?: AbortSignal): Promise<void>;
  /**
   * Has the service copy a whole file with its content headers, metadata, times, attributes and security
   * descriptor, over whatever file stands there, ReadOnly or not. A `pending` answer goes on by itself. The size
   * of the source, where it is known, is for the pace of requests.
   */
  copyFile(path: SharePath, sourceUrl: string, size?: number, signal?: AbortSignal): Promise<CopyState>;
  /** Ends a pending copy, which leaves an empty file. Does nothing where none is pending. */
  abortCopy(path: SharePath, copyId: string, signal?: AbortSignal): Promise<void>;
  /**
   * Gives a file another size and last-write time and takes its attributes away, keeping the bytes that are
   * within both sizes. The file must not be ReadOnly.
   */
  resizeFile(path: SharePath, size: number, lastWriteTime: ServiceTime, signal?: AbortSignal): Promise<void>;
  /** Makes a range of any length read as zeros; what lies within it on multiples of 512 bytes becomes a hole. */
  clearRange(path: SharePath, range: ByteRange, signal?: AbortSignal): Promise<void>;
  /** Has the service copy at most 4 MiB from the same place of another file. Leaves the last-write time alone. */
  putRangeFromUrl(path: SharePath, range: ByteRange, sourceUrl: string, signal?: AbortSignal): Promise<void>;
  /** Writes at most 4 MiB of bytes. Leaves the last-write time alone. */
  putRange(path: SharePath, start: number, bytes: Uint8Array, signal?: AbortSignal): Promise<void>;
  /** `content` names every content header that the file is to have afterwards, as the service replaces them as a set. */
  setProperties(
    path: SharePath,
    kind: EntryKind,
    properties: SmbProperties,
    content: ContentProperties | undefined,
    signal?: AbortSignal,
  ): Promise<void>;
  /** Replaces the metadata of an entry. */
  setMetadata(
    path: SharePath,
    kind: EntryKind,
    metadata: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<void>;
  /** Takes every attribute away, ReadOnly above all, which refuses writes and deletion. */
  clearAttributes(path: SharePath, kind: EntryKind, signal?: AbortSignal): Promise<void>;
  rename(
    from: SharePath,
    to: SharePath,
    kind: EntryKind,
    replace: boolean,
    signal?: AbortSignal,
  ): Promise<void>;
  /** Does nothing where the file is gone. */
  deleteFile(path: SharePath, signal?: AbortSignal): Promise<void>;
  /** Does nothing where the directory is gone. */
  deleteDirectory(path: SharePath, signal?: AbortSignal): Promise<void>;
  /** Makes a security descriptor known to the share and returns its key. */
  createPermission(sddl: string, signal?: AbortSignal): Promise<string>;
}
