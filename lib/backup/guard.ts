import type { EntryLimit } from '../jobs/configuration.ts';
import { countedEntries } from '../report/counted.ts';

/** Without a guard of the job's own: more than half of what there was, once that is more than a few entries. */
const DEFAULT_PERCENT = 50;
const DEFAULT_FLOOR = 1000;

/**
 * Whether a run may delete, or change, so many entries.
 * @param limit the job's guard, if it has one
 * @param affected files and directories that would be deleted, or changed
 * @param held files and directories that the previous recovery point holds
 */
export function isWithinGuard(limit: EntryLimit | undefined, affected: number, held: number): boolean {
  if (limit === undefined) return affected <= DEFAULT_FLOOR || affected * 100 <= held * DEFAULT_PERCENT;
  if (limit.kind === 'entries') return affected <= limit.entries;
  return affected * 100 <= held * limit.percent;
}

/** The limit in words: "the guard of the job allows, 10 % of 2,000 entries". */
export function describeLimit(limit: EntryLimit | undefined, held: number): string {
  const of = `of ${countedEntries(held)}`;
  if (limit === undefined) {
    return `the default guard allows, which is ${countedEntries(DEFAULT_FLOOR)} or ${DEFAULT_PERCENT} % ${of}, whichever is more`;
  }
  if (limit.kind === 'entries') return `the guard of the job allows, ${countedEntries(limit.entries)}`;
  return `the guard of the job allows, ${limit.percent} % ${of}`;
}
