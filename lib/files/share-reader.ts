import type { ByteRange, EntryProperties, RangeDifference } from './entry.ts';
import type { ListingPage } from './listing-page.ts';
import type { SharePath } from './paths.ts';

/** Reads one share, live or at a snapshot. Every call is one request unless it says otherwise. */
export interface ShareReader {
  readonly share: string;
  /** The snapshot that is read; undefined for the live share. */
  readonly snapshot: string | undefined;
  /**
   * A page of at most 5,000 entries of a directory.
   * @throws {RequestFailedError} also when the page arrives damaged; never returns part of one.
   */
  listPage(directory: SharePath, marker: string | undefined, signal?: AbortSignal): Promise<ListingPage>;
  directory(path: SharePath, signal?: AbortSignal): Promise<EntryProperties>;
  file(path: SharePath, signal?: AbortSignal): Promise<EntryProperties>;
  /** The ranges that hold data, in order; what lies between them is a hole and reads as zeros. */
  ranges(path: SharePath, signal?: AbortSignal): Promise<readonly ByteRange[]>;
  /**
   * What was written and cleared since `since`, a snapshot of the same share. Undefined where the service
   * cannot tell: the file is missing in one of the two, was created anew or overwritten by a copy in
   * between, or the snapshot is gone (rest/api/storageservices/list-ranges).
   */
  difference(path: SharePath, since: string, signal?: AbortSignal): Promise<RangeDifference | undefined>;
  /** The security descriptor (SDDL) that a permission key of this share names. Asks the live share, as a snapshot cannot be. */
  permission(key: string, signal?: AbortSignal): Promise<string>;
  /** Bytes of a file, all of them within its size. Throws when fewer come. */
  read(path: SharePath, range: ByteRange, signal?: AbortSignal): Promise<Uint8Array>;
}
