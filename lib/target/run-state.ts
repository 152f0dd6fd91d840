import { z } from 'zod';
import { FRESH_MIRROR, type MirrorState } from '../mirror/mirror-slice.ts';
import type { SystemFolder } from './system-folder.ts';
import type { LockRecord } from './take-lock.ts';

/** The run in progress on a target share, as it is kept there between slices. */
export interface RunState {
  readonly job: string;
  readonly run: string;
  readonly source: { readonly account: string; readonly share: string };
  /** When the run began, ISO 8601. */
  readonly startedAt: string;
  /** The snapshot that `mirror` is about; undefined before the first slice. */
  readonly sourceSnapshot: string | undefined;
  /**
   * Since when files of the target may have been left unfinished by a slice that did not end properly, by
   * the service's clock, in milliseconds since 1970.
   */
  readonly unprovenSince: number | undefined;
  readonly mirror: MirrorState;
}

const RUN_FILE = 'run.json';
const LOCK_FILE = 'lock.json';

const mirrorSchema = z.object({
  phase: z.enum(['update', 'remove']),
  cursor: z.array(z.string()),
  removals: z.object({ directories: z.record(z.string(), z.number()), beyond: z.number().optional() }),
  failed: z.boolean(),
  sourceListingFailed: z.boolean(),
});

const runSchema = z.object({
  job: z.string(),
  run: z.string(),
  source: z.object({ account: z.string(), share: z.string() }),
  startedAt: z.string(),
  sourceSnapshot: z.string().optional(),
  unprovenSince: z.number().optional(),
  mirror: mirrorSchema.catch({ ...FRESH_MIRROR, cursor: [], removals: { directories: {} } }),
});

const lockSchema = z.object({
  lease: z.string(),
  run: z.string(),
  since: z.string(),
  holder: z.object({ host: z.string(), pid: z.number(), process: z.string().optional() }),
});

/** The run in progress; undefined where there is none, or what is kept of it cannot be read. */
export async function readRunState(folder: SystemFolder): Promise<RunState | undefined> {
  const parsed = runSchema.safeParse(await folder.read(RUN_FILE));
  if (!parsed.success) return undefined;
  const { sourceSnapshot, unprovenSince } = parsed.data;
  return { ...parsed.data, sourceSnapshot, unprovenSince };
}

export function writeRunState(folder: SystemFolder, state: RunState): Promise<void> {
  return folder.write(RUN_FILE, state);
}

export function deleteRunState(folder: SystemFolder): Promise<void> {
  return folder.delete(RUN_FILE);
}

/** The target's own clock, as the state that was written last tells it; in milliseconds since 1970. */
export function runStateWrittenAt(folder: SystemFolder): Promise<number> {
  return folder.modifiedAt(RUN_FILE);
}

export async function readLockRecord(folder: SystemFolder): Promise<LockRecord | undefined> {
  const parsed = lockSchema.safeParse(await folder.read(LOCK_FILE));
  return parsed.success ? parsed.data : undefined;
}

export function writeLockRecord(folder: SystemFolder, record: LockRecord): Promise<void> {
  return folder.write(LOCK_FILE, record);
}
