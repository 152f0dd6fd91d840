import type { DeletionLimit } from '../jobs/configuration.ts';
import { countedEntries } from '../report/counted.ts';

/** Without a guard of the job's own: more than half of the target, once that is more than a few entries. */
const DEFAULT_PERCENT = 50;
const DEFAULT_FLOOR = 1000;

/** Whether a run may delete `deletes` of the `entries` files and directories that the target holds. */
export function mayDelete(limit: DeletionLimit | undefined, deletes: number, entries: number): boolean {
  if (limit === undefined) return deletes <= DEFAULT_FLOOR || deletes * 100 <= entries * DEFAULT_PERCENT;
  if (limit.kind === 'entries') return deletes <= limit.entries;
  return deletes * 100 <= entries * limit.percent;
}

/** The limit in words: "the guard of the job, 10 % of 2,000 entries". */
export function describeLimit(limit: DeletionLimit | undefined, entries: number): string {
  const of = `of ${countedEntries(entries)}`;
  if (limit === undefined) {
    return `the default guard allows, which is ${countedEntries(DEFAULT_FLOOR)} or ${DEFAULT_PERCENT} % ${of}, whichever is more`;
  }
  if (limit.kind === 'entries') return `the guard of the job allows, ${countedEntries(limit.entries)}`;
  return `the guard of the job allows, ${limit.percent} % ${of}`;
}
