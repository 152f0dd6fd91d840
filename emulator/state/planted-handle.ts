import type { Path } from './options.ts';
import type { Ticks } from './ticks.ts';

/** What others may do while a handle is open. */
export type HandleSharing = 'none' | 'read' | 'read-write' | 'read-write-delete';

/** A handle that an SMB client holds. */
export type PlantedHandle = {
  readonly handleId: string;
  readonly sessionId: string;
  readonly clientIp: string;
  readonly openTime: Ticks;
  /** Of the entry. */
  readonly serial: number;
  readonly parentId: string;
  readonly fileId: string;
  readonly path: Path;
  readonly sharing: HandleSharing;
  /** End exclusive. */
  readonly lock: { readonly start: number; readonly end: number } | undefined;
  /** Whether the client has marked the entry for deletion, which takes effect when its last handle is closed. */
  readonly deletePending: boolean;
};
