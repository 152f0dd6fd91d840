import type { Attributes } from './attributes.ts';
import type { Clock } from './clock.ts';
import type { Ticks } from './ticks.ts';

/**
 * How Copy File proceeds: at once, pending for so many milliseconds by the clock, or pending until
 * `completeCopy` or `failCopy` ends it.
 */
export type CopyMode = 'sync' | 'until-told' | { readonly pendingMs: number };

export type StateOptions = {
  readonly clock?: Clock;
  readonly copyMode?: CopyMode;
  /**
   * Whether creating, deleting or renaming an entry moves the last-write and change time of its directory.
   * Not documented for REST; true, as NTFS has it, unless told.
   */
  readonly childrenTouchParent?: boolean;
  /**
   * Fractional digits of snapshot ids. The documentation shows seven significant ones, the service has been
   * seen to use whole seconds; `tick` (the default) is what breaks clients that truncate.
   */
  readonly snapshotPrecision?: 'tick' | 'second';
  /**
   * Milliseconds of the clock for which a snapshot of a share is in progress after it was asked for; another one
   * gets 409 `ShareSnapshotInProgress` meanwhile. 0 unless given.
   */
  readonly snapshotDurationMs?: number;
  /**
   * Milliseconds of the clock for which the name of a deleted share is taken: creating it gets 409
   * `ShareBeingDeleted`. 0 unless given; on Azure it is at least 30 seconds.
   */
  readonly shareDeletionMs?: number;
};

/** Metadata by name; names as given, compared without case. */
export type Metadata = Readonly<Record<string, string>>;

/** Content headers of a file. An absent one was cleared or never set. */
export type ContentHeaders = {
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly contentLanguage?: string;
  readonly cacheControl?: string;
  readonly contentDisposition?: string;
  /** base64, as given. */
  readonly contentMd5?: string;
};

/** A time as a request gives it. */
export type TimeInput = Ticks | 'now' | 'preserve';

export type PermissionFormat = 'Sddl' | 'Binary';

/** A permission as a request gives it; `text` is SDDL or a base64 self-relative security descriptor. */
export type PermissionInput =
  | 'inherit'
  | 'preserve'
  | { readonly key: string }
  | { readonly text: string; readonly format: PermissionFormat };

/** The SMB properties that a request may set. What is absent takes the operation's default. */
export type SmbProperties = {
  readonly attributes?: Attributes;
  readonly permission?: PermissionInput;
  readonly creationTime?: TimeInput;
  readonly lastWriteTime?: TimeInput;
  readonly changeTime?: TimeInput;
};

/** `x-ms-file-property-semantics`: `Restore` takes attributes and permission as they are given. */
export type PropertySemantics = 'New' | 'Restore';

/** Names below a share's root, the last one being the entry's own; empty for the root directory. */
export type Path = readonly string[];
