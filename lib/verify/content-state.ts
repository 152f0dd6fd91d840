import { z } from 'zod';
import type { ContentSample } from '../mirror/content-sample.ts';
import type { RecoveryPoint } from '../snapshots/recovery-points.ts';
import type { SystemFolder } from '../target/system-folder.ts';
import type { FilePlace } from './file-pages.ts';

/** How far the reading of a recovery point's files has come; small, and not growing with the share. */
export interface ContentState {
  /** Where to list on; undefined once everything was listed. */
  readonly next: FilePlace | undefined;
  /** Files that were listed, and not compared to their end: up to the byte `at` both sides are equal. */
  readonly pending: readonly z.output<typeof pendingSchema>[];
  /** Files that were compared to their end, and their sizes. */
  readonly filesRead: number;
  readonly fileBytes: number;
  /** Bytes read on each side. */
  readonly bytesRead: number;
  readonly differences: number;
  /** The first of those that differ. */
  readonly different: readonly string[];
}

/** What a state is about: nothing of it holds for other snapshots, or other files of them. */
export interface ContentTask {
  readonly point: Pick<RecoveryPoint, 'id' | 'sourceSnapshot' | 'targetSnapshot'>;
  /** Which of the files; undefined for all. */
  readonly sample: ContentSample | undefined;
}

const count = z.int().min(0);
const placeSchema = z
  .object({ directory: z.array(z.string()), filesDone: z.boolean(), marker: z.string().optional() })
  .transform(({ marker, ...place }) => ({ ...place, marker }));
const pendingSchema = z.object({ path: z.string(), size: count, at: count });

const schema = z.object({
  sourceSnapshot: z.string(),
  targetSnapshot: z.string(),
  next: placeSchema.optional(),
  pending: z.array(pendingSchema),
  filesRead: count,
  fileBytes: count,
  bytesRead: count,
  differences: count,
  different: z.array(z.string()),
});

/** Undefined where nothing was begun, or what is kept cannot be read or is of other snapshots. */
export async function readContentState(
  folder: SystemFolder,
  task: ContentTask,
): Promise<ContentState | undefined> {
  const { data } = schema.safeParse(await folder.read(fileOf(task)));
  if (data === undefined) return undefined;
  const { sourceSnapshot, targetSnapshot, next, ...state } = data;
  const { point } = task;
  const isOfPoint = sourceSnapshot === point.sourceSnapshot && targetSnapshot === point.targetSnapshot;
  return isOfPoint ? { ...state, next } : undefined;
}

export async function writeContentState(
  folder: SystemFolder,
  task: ContentTask,
  state: ContentState,
): Promise<void> {
  const { sourceSnapshot, targetSnapshot } = task.point;
  await folder.write(fileOf(task), { sourceSnapshot, targetSnapshot, ...state });
}

export function forgetContentState(folder: SystemFolder, task: ContentTask): Promise<void> {
  return folder.delete(fileOf(task));
}

function fileOf({ point, sample }: ContentTask): string {
  const part = sample === undefined ? '' : `-${sample.round}-of-${sample.rounds}`;
  return `records/${point.id}.content${part}.json`;
}
