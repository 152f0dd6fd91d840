import { hash } from 'node:crypto';
import { foldName, type SharePath } from '../files/paths.ts';

/** Which files have their content compared in one run. */
export interface ContentSample {
  /** In how many runs every file has its turn, 1 or more. */
  readonly rounds: number;
  /** This run's, from 0 to `rounds` - 1. */
  readonly round: number;
}

/**
 * The sample of a run that comes after one with the sample `previous`. Without one, or where the job has
 * another share now, the rotation begins anew.
 * @param percent the least share of the files to compare in each run, 1 to 100
 */
export function nextSample(percent: number, previous: ContentSample | undefined): ContentSample {
  const rounds = Math.max(1, Math.floor(100 / percent));
  return { rounds, round: previous?.rounds === rounds ? (previous.round + 1) % rounds : 0 };
}

/**
 * Whether the file at a path has its turn. It depends on the path alone, letter case aside, so that a file
 * that stays where it is has its turn exactly once in `rounds` runs.
 */
export function isInSample({ rounds, round }: ContentSample, path: SharePath): boolean {
  if (rounds === 1) return true;
  return hash('sha256', foldName(path), 'buffer').readUIntBE(0, 6) % rounds === round;
}
