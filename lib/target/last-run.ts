import { z } from 'zod';
import type { Entry } from '../files/entry.ts';
import type { EndedRun } from '../report/status.ts';
import { timeOfRun } from '../snapshots/recovery-points.ts';
import type { SystemFolder } from './system-folder.ts';

const FAILURE_FILE = 'failure.json';
const schema = z.object({
  run: z.string(),
  job: z.string(),
  outcome: z.enum(['complete', 'incomplete', 'guard', 'failed', 'locked', 'differs']),
  message: z.string(),
  startedAt: z.string(),
  endedAt: z.string(),
});

/**
 * Writes down that an error has ended a run. Not in the journal: that says what became of a run, and this one may be
 * carried on, or have made its recovery point.
 */
export function writeFailure(
  folder: SystemFolder,
  failure: EndedRun & { readonly job: string },
): Promise<void> {
  return folder.write(FAILURE_FILE, failure);
}

/**
 * The run that ended last by the clock of the service; undefined where none is written down, it cannot be read, or it
 * was one of another job, whose target the share was before.
 */
export async function readLastRun(folder: SystemFolder, job: string): Promise<EndedRun | undefined> {
  const [journal = [], root = []] = await Promise.all([folder.entries('journal'), folder.entries('')]);
  const newest = journal
    .filter(({ name }) => timeOfRun(name) !== undefined && name.endsWith('.json'))
    .sort((a, b) => a.lastModified - b.lastModified || (a.name < b.name ? -1 : 1))
    .at(-1);
  const failure = root.find(({ name }) => name === FAILURE_FILE);
  const [ended, failed] = await Promise.all([
    newest && readWritten(folder, job, `journal/${newest.name}`, newest),
    failure && readWritten(folder, job, FAILURE_FILE, failure),
  ]);
  if (ended === undefined || failed === undefined) return (ended ?? failed)?.run;
  const byService = failed.writtenAt - ended.writtenAt;
  // Within one of its seconds, the clocks of the machines have to do.
  const later = byService || Date.parse(failed.run.endedAt) - Date.parse(ended.run.endedAt);
  return (later > 0 ? failed : ended).run;
}

interface WrittenRun {
  readonly run: EndedRun;
  /** By the clock of the service, in milliseconds since 1970, to the second. */
  readonly writtenAt: number;
}

async function readWritten(
  folder: SystemFolder,
  job: string,
  name: string,
  { lastModified }: Entry,
): Promise<WrittenRun | undefined> {
  const { data } = schema.safeParse(await folder.read(name));
  if (data?.job !== job) return undefined;
  const { job: _, ...run } = data;
  return { run, writtenAt: lastModified };
}
