import { counted } from '../report/counted.ts';
import type { GuardLimit } from './configuration.ts';

export interface Guard {
  /** Undefined where the job has none of its own. */
  readonly limit: GuardLimit | undefined;
  readonly counts: Counts;
}

/** What a guard counts. Without a limit of the job's own it stops more than `floor` that are more than half. */
export interface Counts {
  readonly floor: number;
  readonly one: string;
  readonly many: string;
}

export const ENTRIES: Counts = { floor: 1000, one: 'entry', many: 'entries' };
export const RECOVERY_POINTS: Counts = { floor: 3, one: 'recovery point', many: 'recovery points' };

const DEFAULT_PERCENT = 50;

/**
 * Whether a run may go on.
 * @param affected how many would be deleted, or changed
 * @param held how many there are: of entries, in the previous recovery point
 */
export function isWithinGuard({ limit, counts }: Guard, affected: number, held: number): boolean {
  if (limit === undefined) return affected <= counts.floor || affected * 100 <= held * DEFAULT_PERCENT;
  if (limit.kind === 'count') return affected <= limit.count;
  return affected * 100 <= held * limit.percent;
}

/** The limit in words: "the guard of the job allows, 10 % of 2,000 entries". */
export function describeLimit({ limit, counts }: Guard, held: number): string {
  const inWords = (value: number) => counted(value, counts.one, counts.many);
  const of = `of ${inWords(held)}`;
  if (limit === undefined) {
    return `the default guard allows, which is ${inWords(counts.floor)} or ${DEFAULT_PERCENT} % ${of}, whichever is more`;
  }
  if (limit.kind === 'count') return `the guard of the job allows, ${inWords(limit.count)}`;
  return `the guard of the job allows, ${limit.percent} % ${of}`;
}
