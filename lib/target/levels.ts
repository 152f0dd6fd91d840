import type { VerificationLevel } from '../report/events.ts';
import { isProven } from '../report/is-proven.ts';
import type { Catalogue, RecoveryPoint } from '../snapshots/recovery-points.ts';
import type { SystemFolder } from './system-folder.ts';

const LEVELS: readonly VerificationLevel[] = ['differs', 'content-verified', 'listing-verified'];

/**
 * Keeps what was proven of a recovery point beside it, in the live share, as its snapshots can no longer
 * change. The level is part of the file's name, so that one listing tells the levels of all.
 */
export function recordLevel(
  folder: SystemFolder,
  run: string,
  level: Exclude<VerificationLevel, 'copied'>,
  entries: number | undefined,
): Promise<void> {
  return folder.write(`records/${run}.${level}.json`, {
    run,
    level,
    entries,
    verifiedAt: new Date().toISOString(),
  });
}

/** Records a level in place of another. A kill in between leaves both, of which the more cautious one counts. */
export async function replaceLevel(
  folder: SystemFolder,
  run: string,
  level: Exclude<VerificationLevel, 'copied'>,
  entries: number | undefined,
): Promise<void> {
  await recordLevel(folder, run, level, entries);
  for (const other of LEVELS) if (other !== level) await folder.delete(`records/${run}.${other}.json`);
}

/** The level of a recovery point by the names of the records; `copied` where no record proves more. */
export function levelOf(run: string, records: readonly string[]): VerificationLevel {
  return LEVELS.find((level) => records.includes(`${run}.${level}.json`)) ?? 'copied';
}

/** Deletes what is kept about recovery points that are gone. */
export async function forgetPoints(folder: SystemFolder, runs: readonly string[]): Promise<void> {
  if (runs.length === 0) return;
  for (const name of ['manifests', 'records', 'journal']) {
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
