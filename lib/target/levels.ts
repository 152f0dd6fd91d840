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
}

export interface ProofRecord {
  readonly level: Exclude<VerificationLevel, 'copied'>;
  /** ISO 8601. */
  readonly verifiedAt: string;
  readonly digest: ShareDigest | undefined;
}

const proofSchema = z.object({
  level: z.enum(['differs', 'content-verified', 'listing-verified']),
  verifiedAt: z.string(),
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
  { sourceSnapshot, targetSnapshot, entries, digest }: Proof,
): Promise<void> {
  const verifiedAt = new Date().toISOString();
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
  return parsed.success ? { ...parsed.data, digest: parsed.data.digest } : undefined;
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
