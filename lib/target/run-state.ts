import { z } from 'zod';
import type { JobShares } from '../jobs/open-job.ts';
import type { ContentSample } from '../mirror/content-sample.ts';
import type { MirrorState } from '../mirror/mirror-state.ts';
import { mirrorStateSchema } from './mirror-state-schema.ts';
import type { SystemFolder } from './system-folder.ts';
import type { LockRecord } from './take-lock.ts';

/** The run in progress on a target share, as it is kept there between slices. */
export interface RunState extends Owner {
  readonly run: string;
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
  /** SHA-256 of the filter rules that `mirror` goes by; undefined before the first slice. */
  readonly filterDigest: string | undefined;
  /** The files whose bytes `mirror` compares. */
  readonly sample: ContentSample | undefined;
  /** Entries that the processes of this run have met so far; some of them twice. */
  readonly entriesMet: number;
  /** Whether the run has ended without a recovery point; kept for what its files may be suspected of. */
  readonly ended: boolean;
  /** How far the comparison of its two snapshots has come, once they are made. */
  readonly verification: VerificationState | undefined;
}

/** Where a comparison of two snapshots was when it was stopped. */
export interface VerificationState {
  readonly targetSnapshot: string;
  readonly cursor: readonly string[];
  /** Differences found before that. */
  readonly differences: number;
}

/** Whose target a share is. */
export interface Owner {
  readonly job: string;
  readonly source: { readonly account: string; readonly share: string };
}

export function ownerOf({ job, source }: JobShares): Owner {
  return { job: job.name, source: { account: source.account.name, share: source.share } };
}

export function isSameOwner(a: Owner, b: Owner): boolean {
  return a.job === b.job && a.source.account === b.source.account && a.source.share === b.source.share;
}

const RUN_FILE = 'run.json';
const LOCK_FILE = 'lock.json';
const OWNER_FILE = 'owner.json';

const ownerSchema = z.object({
  job: z.string(),
  source: z.object({ account: z.string(), share: z.string() }),
});

const runSchema = ownerSchema.extend({
  run: z.string(),
  startedAt: z.string(),
  sourceSnapshot: z.string().optional(),
  unprovenSince: z.number().optional(),
  mirror: mirrorStateSchema,
  filterDigest: z.string().optional(),
  sample: z.object({ rounds: z.number(), round: z.number() }).optional().catch(undefined),
  entriesMet: z.number().catch(0),
  ended: z.boolean().catch(false),
  verification: z
    .object({ targetSnapshot: z.string(), cursor: z.array(z.string()), differences: z.number() })
    .optional()
    .catch(undefined),
});

const lockSchema = z.object({
  lease: z.string(),
  run: z.string(),
  since: z.string(),
  holder: z.object({ host: z.string(), pid: z.number(), process: z.string().optional() }),
});

/** The run that the next one would carry on, whosever it is; undefined where there is none. */
export async function readRunInProgress(folder: SystemFolder): Promise<RunState | undefined> {
  const state = await readRunState(folder);
  return state?.ended === true ? undefined : state;
}

/** The same, where it is of the job itself. */
export async function readOwnRun(folder: SystemFolder, shares: JobShares): Promise<RunState | undefined> {
  const state = await readRunInProgress(folder);
  return state !== undefined && isSameOwner(state, ownerOf(shares)) ? state : undefined;
}

/** What is kept of the run in progress, or of one that has ended; undefined where nothing is that can be read. */
export async function readRunState(folder: SystemFolder): Promise<RunState | undefined> {
  const parsed = runSchema.safeParse(await folder.read(RUN_FILE));
  if (!parsed.success) return undefined;
  const { sourceSnapshot, unprovenSince, filterDigest, sample, verification } = parsed.data;
  return { ...parsed.data, sourceSnapshot, unprovenSince, filterDigest, sample, verification };
}

export function writeRunState(folder: SystemFolder, state: RunState): Promise<void> {
  return folder.write(RUN_FILE, state);
}

/**
 * Ends the run in progress, so that the next one begins anew. With the `state` of a run that failed, what
 * its files may be suspected of is kept: a copy that it left pending may still end in whatever way.
 */
export async function endRun(folder: SystemFolder, state: RunState | undefined): Promise<void> {
  if (state?.unprovenSince === undefined) await folder.delete(RUN_FILE);
  else await writeRunState(folder, { ...state, ended: true });
}

/** The target's own clock, as the state that was written last tells it; in milliseconds since 1970. */
export function runStateWrittenAt(folder: SystemFolder): Promise<number> {
  return folder.modifiedAt(RUN_FILE);
}

/** Whose target the share is; undefined where the record is missing or cannot be read. */
export async function readOwner(folder: SystemFolder): Promise<Owner | undefined> {
  const parsed = ownerSchema.safeParse(await folder.read(OWNER_FILE));
  return parsed.success ? parsed.data : undefined;
}

export function writeOwner(folder: SystemFolder, owner: Owner): Promise<void> {
  return folder.write(OWNER_FILE, owner);
}

export async function readLockRecord(folder: SystemFolder): Promise<LockRecord | undefined> {
  const parsed = lockSchema.safeParse(await folder.read(LOCK_FILE));
  return parsed.success ? parsed.data : undefined;
}

export function writeLockRecord(folder: SystemFolder, record: LockRecord): Promise<void> {
  return folder.write(LOCK_FILE, record);
}

/** To be called while the lock is still held, so that nobody else's is deleted. */
export function deleteLockRecord(folder: SystemFolder): Promise<void> {
  return folder.delete(LOCK_FILE);
}
