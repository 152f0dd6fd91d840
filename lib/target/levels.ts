import { z } from 'zod';
import type { Entry } from '../files/entry.ts';
import type { VerificationLevel } from '../report/events.ts';
import { isProven } from '../report/is-proven.ts';
import type { Catalogue, RecoveryPoint } from '../snapshots/recovery-points.ts';
import { PINS_FOLDER } from './pins.ts';
import type { ShareDigest } from './share-digest.ts';
import type { SystemFolder } from './system-folder.ts';

const LEVELS: readonly Exclude<VerificationLevel, 'copied'>[] = [
  'differs',
  'content-verified',
  'listing-verified',
];

/** What was proven of a recovery point, and on which two snapshots. */
export interface Proof {
  readonly sourceSnapshot: string;
  readonly targetSnapshot: string;
  /** Files and directories of the source snapshot that were compared; undefined where nobody counted them. */
  readonly entries: number | undefined;
  /** Undefined where they differ, or the digests could not be kept. */
  readonly digest: ShareDigest | undefined;
  /** ISO 8601; now unless given. */
  readonly verifiedAt?: string | undefined;
}

export interface ProofRecord {
  readonly level: Exclude<VerificationLevel, 'copied'>;
  /** ISO 8601. */
  readonly verifiedAt: string;
  /** Which snapshot was compared with its partner; undefined where the record does not tell. */
  readonly targetSnapshot: string | undefined;
  readonly digest: ShareDigest | undefined;
}

const proofSchema = z.object({
  level: z.enum(['differs', 'content-verified', 'listing-verified']),
  verifiedAt: z.string(),
  targetSnapshot: z.string().optional().catch(undefined),
  digest: z
    .object({ files: z.number(), directories: z.number(), bytes: z.number(), sha256: z.string() })
    .optional()
    .catch(undefined),
});

/**
 * Keeps what was proven of a recovery point beside it, in the live share, as its snapshots can no longer
 * change. The level is part of the file's name, so that one listing tells the levels of all.
 */
export function recordLevel(
  folder: SystemFolder,
  run: string,
  level: Exclude<VerificationLevel, 'copied'>,
  { sourceSnapshot, targetSnapshot, entries, digest, verifiedAt = new Date().toISOString() }: Proof,
): Promise<void> {
  const record = { run, level, sourceSnapshot, targetSnapshot, entries, verifiedAt, digest };
  return folder.write(recordOf(run, level), record);
}

/** Records a level in place of another. A kill in between leaves both, of which the more cautious one counts. */
export async function replaceLevel(
  folder: SystemFolder,
  run: string,
  level: Exclude<VerificationLevel, 'copied'>,
  proof: Proof,
): Promise<void> {
  await recordLevel(folder, run, level, proof);
  for (const other of LEVELS) if (other !== level) await folder.delete(recordOf(run, other));
}

/** What is recorded of a recovery point at that level; undefined where the record is lost or cannot be read. */
export async function readProof(
  folder: SystemFolder,
  run: string,
  level: VerificationLevel,
): Promise<ProofRecord | undefined> {
  if (level === 'copied') return undefined;
  const parsed = proofSchema.safeParse(await folder.read(recordOf(run, level)));
  if (!parsed.success) return undefined;
  const { targetSnapshot, digest } = parsed.data;
  return { ...parsed.data, targetSnapshot, digest };
}

/** Between two clocks of one service, and for times that count whole seconds. */
const CLOCK_GRAIN_MS = 5000;

/**
 * The names of the records, without those that are older than the target snapshot that they would be about: what
 * was proven then was another snapshot, which somebody has deleted and made anew. Last-Modified is the service's
 * own, as the time of a snapshot is.
 */
export async function readRecords(
  folder: SystemFolder,
  points: readonly Pick<RecoveryPoint, 'id' | 'targetSnapshot'>[],
): Promise<readonly string[]> {
  const made = new Map(points.map(({ id, targetSnapshot }) => [id, Date.parse(targetSnapshot)]));
  return ((await folder.entries('records')) ?? [])
    .filter(({ name, lastModified }) => {
      const at = made.get(runOfRecord(name));
      return at === undefined || Number.isNaN(at) || lastModified >= at - CLOCK_GRAIN_MS;
    })
    .map(({ name }) => name);
}

/** The verification that ended last, of those recovery points; undefined where there was none. */
export async function readLastProof(
  folder: SystemFolder,
  points: readonly { readonly id: string; readonly level: VerificationLevel }[],
): Promise<(ProofRecord & { readonly run: string }) | undefined> {
  const records = new Map(points.map((point) => [recordOf(point.id, point.level), point]));
  const newest = ((await folder.entries('records')) ?? [])
    .filter(({ name }) => records.has(`records/${name}`))
    .reduce<Entry | undefined>(
      (last, entry) => (last !== undefined && last.lastModified > entry.lastModified ? last : entry),
      undefined,
    );
  const point = newest && records.get(`records/${newest.name}`);
  const proof = point && (await readProof(folder, point.id, point.level));
  return point && proof && { ...proof, run: point.id };
}

/** The run that a record of this name is of, if it is one. */
export function runOfRecord(name: string): string {
  const [run = ''] = name.split('.');
  return run;
}

function recordOf(run: string, level: VerificationLevel): string {
  return `records/${run}.${level}.json`;
}

/** The level of a recovery point by the names of the records; `copied` where no record proves more. */
export function levelOf(run: string, records: readonly string[]): VerificationLevel {
  return LEVELS.find((level) => records.includes(`${run}.${level}.json`)) ?? 'copied';
}

/** Deletes what is kept about recovery points that are gone. */
export async function forgetPoints(folder: SystemFolder, runs: readonly string[]): Promise<void> {
  if (runs.length === 0) return;
  for (const name of ['manifests', 'records', 'digests', 'journal', PINS_FOLDER]) {
    const files = (await folder.list(name)) ?? [];
    for (const file of files) {
      if (runs.some((run) => file.startsWith(`${run}.`))) await folder.delete(`${name}/${file}`);
    }
  }
}

/**
 * The newest recovery point whose snapshots were compared and found equal, by the names of the records. What
 * is unchanged since then on both sides is equal still; one that differs, or was never compared, is no base.
 */
export function newestVerified(known: Catalogue, records: readonly string[]): RecoveryPoint | undefined {
  return known.points.findLast(({ id }) => isProven(levelOf(id, records)));
}
