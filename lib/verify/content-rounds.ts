import { z } from 'zod';
import { type ContentSample, nextSample } from '../mirror/content-sample.ts';
import type { RecoveryPoint } from '../snapshots/recovery-points.ts';
import type { SystemFolder } from '../target/system-folder.ts';

/** Which rounds of a rotation were read of one recovery point, every byte of them equal. */
export interface ProvenRounds {
  readonly rounds: number;
  /** Each once, ascending, from 0 to `rounds` - 1. */
  readonly proven: readonly number[];
}

/**
 * The sample to read next of a recovery point: the one after the last that was read of any of the job's, so that
 * every file has its turn even where each time another recovery point is read; but never one that is proven of
 * this one. Undefined where all of its rounds are.
 * @param percent the least share of the files to read each time, 1 to 100
 */
export function nextRound(
  percent: number,
  proven: ProvenRounds | undefined,
  last: ContentSample | undefined,
): ContentSample | undefined {
  const { rounds, round } = nextSample(percent, last);
  const done = new Set(proven?.rounds === rounds ? proven.proven : []);
  for (let step = 0; step < rounds; step += 1) {
    const candidate = (round + step) % rounds;
    if (!done.has(candidate)) return { rounds, round: candidate };
  }
  return undefined;
}

/** With one more round proven. Rounds of another rotation count for nothing in this one. */
export function withRound(proven: ProvenRounds | undefined, { rounds, round }: ContentSample): ProvenRounds {
  const before = proven?.rounds === rounds ? proven.proven : [];
  return { rounds, proven: [...new Set([...before, round])].sort((a, b) => a - b) };
}

export function isWhole({ rounds, proven }: ProvenRounds): boolean {
  return proven.length === rounds;
}

const provenSchema = z.object({
  sourceSnapshot: z.string(),
  targetSnapshot: z.string(),
  rounds: z.int().min(1),
  proven: z.array(z.int().min(0)),
});
const lastSchema = z.object({ rounds: z.int().min(1), round: z.int().min(0) });

const LAST_FILE = 'sample.json';

type Point = Pick<RecoveryPoint, 'id' | 'sourceSnapshot' | 'targetSnapshot'>;

/**
 * What was read of a recovery point so far; undefined where nothing was, or the record is lost or of other
 * snapshots.
 */
export async function readRounds(folder: SystemFolder, point: Point): Promise<ProvenRounds | undefined> {
  const { data } = provenSchema.safeParse(await folder.read(fileOf(point.id)));
  if (data === undefined || data.proven.some((round) => round >= data.rounds)) return undefined;
  const { rounds, proven, sourceSnapshot, targetSnapshot } = data;
  const isOfPoint = sourceSnapshot === point.sourceSnapshot && targetSnapshot === point.targetSnapshot;
  return isOfPoint ? { rounds, proven } : undefined;
}

export async function writeRounds(
  folder: SystemFolder,
  { id, sourceSnapshot, targetSnapshot }: Point,
  rounds: ProvenRounds,
): Promise<void> {
  await folder.write(fileOf(id), { run: id, sourceSnapshot, targetSnapshot, ...rounds });
}

export function forgetRounds(folder: SystemFolder, run: string): Promise<void> {
  return folder.delete(fileOf(run));
}

/** The sample that was read last of any of the job's recovery points. */
export async function readLastSample(folder: SystemFolder): Promise<ContentSample | undefined> {
  return lastSchema.safeParse(await folder.read(LAST_FILE)).data;
}

export async function writeLastSample(folder: SystemFolder, sample: ContentSample): Promise<void> {
  await folder.write(LAST_FILE, sample);
}

function fileOf(run: string): string {
  return `records/${run}.sample.json`;
}
