import { z } from 'zod';
import type { Outcome } from '../report/events.ts';
import { timeOfRun } from '../snapshots/recovery-points.ts';
import type { SystemFolder } from './system-folder.ts';

/** How a run ended, as far as it could write it down: one that did not get the lock, or was killed, could not. */
export interface LastRun {
  readonly run: string;
  readonly outcome: Outcome;
  /** For people. */
  readonly message: string;
  /** When it began, ISO 8601. */
  readonly startedAt: string;
  /** ISO 8601. */
  readonly endedAt: string;
}

const FAILURE_FILE = 'failure.json';
const schema = z.object({
  run: z.string(),
  outcome: z.enum(['complete', 'incomplete', 'guard', 'failed', 'locked', 'differs']),
  message: z.string(),
  startedAt: z.string(),
  endedAt: z.string(),
});

/**
 * Writes down that an error has ended a run. Not in the journal: that says what became of a run, and this one may be
 * carried on, or have made its recovery point.
 */
export function writeFailure(folder: SystemFolder, failure: LastRun): Promise<void> {
  return folder.write(FAILURE_FILE, failure);
}

/** The run that ended last; undefined where none is written down, or it cannot be read. */
export async function readLastRun(folder: SystemFolder): Promise<LastRun | undefined> {
  const newest = ((await folder.entries('journal')) ?? [])
    .filter(({ name }) => timeOfRun(name) !== undefined && name.endsWith('.json'))
    .sort((a, b) => a.lastModified - b.lastModified || (a.name < b.name ? -1 : 1))
    .at(-1);
  const [ended, failed] = await Promise.all([
    newest && readRun(folder, `journal/${newest.name}`),
    readRun(folder, FAILURE_FILE),
  ]);
  if (ended === undefined || failed === undefined) return ended ?? failed;
  return Date.parse(failed.endedAt) > Date.parse(ended.endedAt) ? failed : ended;
}

async function readRun(folder: SystemFolder, name: string): Promise<LastRun | undefined> {
  return schema.safeParse(await folder.read(name)).data;
}
