import type { SharePath } from '../files/paths.ts';

/** What a mirror has seen and done so far. Read at any time by whoever shows it. */
export class Progress {
  /** Files and directories of the source that were compared. */
  entries = 0;
  /** The sum of their sizes in bytes. */
  bytes = 0;
  /** Entries created, copied, renamed, or whose properties were set. */
  changed = 0;
  deleted = 0;
  /** Bytes that the service copied from share to share. */
  bytesCopied = 0;
  /** Bytes that had to pass through this program. */
  bytesThroughClient = 0;
  directory: SharePath = '';
}
