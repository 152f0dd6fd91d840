import type { Clock } from './clock.ts';
import type { ContentVersion } from './content.ts';
import type { CopyMode } from './options.ts';
import type { EditToken } from './sorted-tree.ts';

/** What the parts of a state share: its clock, its settings, its counters. */
export interface StateContext {
  readonly clock: Clock;
  readonly copyMode: CopyMode;
  readonly childrenTouchParent: boolean;
  readonly snapshotPrecision: 'tick' | 'second';
  readonly snapshotDurationMs: number;
  readonly shareDeletionMs: number;
  /** The version of what is written now. */
  readonly contentVersion: ContentVersion;
  /** Makes what is written from now on newer than what was; returns the version until then. */
  closeContentVersion(): ContentVersion;
  newEditToken(): EditToken;
}
