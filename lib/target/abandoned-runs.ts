import { z } from 'zod';
import type { UnpairedSnapshot } from '../snapshots/recovery-points.ts';
import type { SystemFolder } from './system-folder.ts';

const PRUNE_FILE = 'prune.json';
const REMEMBERED = 1000;
const journalSchema = z.object({ outcome: z.string(), point: z.string().optional() });
const WITH_POINT: readonly string[] = ['complete', 'differs'];
const pruneSchema = z.object({ runs: z.array(z.string()) });

/**
 * Which of the runs with a lone source snapshot are known to have no recovery point: the journal says that
 * they ended without one and nothing was proven of one, or a prune that was cut off had set out to delete theirs.
 */
export async function abandonedRuns(
  folder: SystemFolder,
  unpaired: readonly UnpairedSnapshot[],
): Promise<ReadonlySet<string>> {
  const lone = unpaired.filter(({ role }) => role === 'source').map(({ run }) => run);
  if (lone.length === 0) return new Set();
  const pruned = new Set(await prunedRuns(folder));
  const journal = new Set(await folder.list('journal'));
  const records = (await folder.list('records')) ?? [];
  const abandoned = await Promise.all(
    lone.map(async (run) => {
      if (pruned.has(run)) return true;
      // The journal may still tell of the process before the one that made the recovery point.
      if (!journal.has(`${run}.json`) || records.some((name) => name.startsWith(`${run}.`))) return false;
      const entry = journalSchema.safeParse(await folder.read(`journal/${run}.json`));
      // A run may make its recovery point and fail afterwards, at the comparison or the prune.
      return entry.success && entry.data.point === undefined && !WITH_POINT.includes(entry.data.outcome);
    }),
  );
  return new Set(lone.filter((_, index) => abandoned[index]));
}

/**
 * Written before the first snapshot of a prune is deleted, so that what a kill leaves of a pair is known for what
 * it is, and kept afterwards, so that what was pruned is told from what was lost. Returns all runs that it names.
 * @param kept runs whose recovery points stay, whatever an earlier prune that was cut off had set out to do
 */
export async function writePruneIntent(
  folder: SystemFolder,
  runs: readonly string[],
  kept: readonly string[],
): Promise<readonly string[]> {
  const staying = new Set(kept);
  const pruned = new Set(runs);
  const known = (await prunedRuns(folder)).filter((run) => !staying.has(run) && !pruned.has(run));
  // In the order of the prunes, as a recovery point that is pruned late is older than many that went before it.
  const all = [...known, ...pruned].slice(-REMEMBERED);
  await folder.write(PRUNE_FILE, { runs: all });
  return all;
}

/**
 * Takes back what a prune that was cut off had set out to do with recovery points that stand: whether they are to go
 * is decided anew, and until then they must not pass for pruned.
 */
export async function recallPruneIntent(folder: SystemFolder, standing: readonly string[]): Promise<void> {
  const pruned = new Set(await prunedRuns(folder));
  const recalled = standing.filter((run) => pruned.has(run));
  if (recalled.length > 0) await writePruneIntent(folder, [], recalled);
}

/**
 * The runs whose recovery points a prune has deleted or had set out to delete, those of the last prune at the end; a
 * thousand at the most.
 */
export async function prunedRuns(folder: SystemFolder): Promise<readonly string[]> {
  const parsed = pruneSchema.safeParse(await folder.read(PRUNE_FILE));
  return parsed.success ? parsed.data.runs : [];
}
