import { z } from 'zod';
import type { UnpairedSnapshot } from '../snapshots/recovery-points.ts';
import type { SystemFolder } from './system-folder.ts';

const PRUNE_FILE = 'prune.json';
const journalSchema = z.object({ outcome: z.string() });
const pruneSchema = z.object({ runs: z.array(z.string()) });

/**
 * Which of the runs with a lone source snapshot are known to have no recovery point: the journal says that
 * they ended without one, or a prune that was cut off had set out to delete theirs.
 */
export async function abandonedRuns(
  folder: SystemFolder,
  unpaired: readonly UnpairedSnapshot[],
): Promise<ReadonlySet<string>> {
  const lone = unpaired.filter(({ role }) => role === 'source').map(({ run }) => run);
  if (lone.length === 0) return new Set();
  const pruned = new Set(await readPruneIntent(folder));
  const abandoned = await Promise.all(
    lone.map(async (run) => {
      if (pruned.has(run)) return true;
      const entry = journalSchema.safeParse(await folder.read(`journal/${run}.json`));
      return entry.success && entry.data.outcome !== 'complete' && entry.data.outcome !== 'differs';
    }),
  );
  return new Set(lone.filter((_, index) => abandoned[index]));
}

/** Written before the first snapshot of a prune is deleted, so that what a kill leaves of a pair is known for what it is. */
export async function writePruneIntent(folder: SystemFolder, runs: readonly string[]): Promise<void> {
  const known = await readPruneIntent(folder);
  await folder.write(PRUNE_FILE, { runs: [...new Set([...known, ...runs])] });
}

export function clearPruneIntent(folder: SystemFolder): Promise<void> {
  return folder.delete(PRUNE_FILE);
}

async function readPruneIntent(folder: SystemFolder): Promise<readonly string[]> {
  const parsed = pruneSchema.safeParse(await folder.read(PRUNE_FILE));
  return parsed.success ? parsed.data.runs : [];
}
