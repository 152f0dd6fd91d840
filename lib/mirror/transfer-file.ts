import { setTimeout as delay } from 'node:timers/promises';
import { type CopySource, LONGEST_COPY_SOURCE } from '../azure/copy-source.ts';
import { isRefusal, RequestFailedError } from '../azure/errors.ts';
import { hasAttribute } from '../files/attributes.ts';
import type { ByteRange, CopyState, Entry } from '../files/entry.ts';
import type { SharePath } from '../files/paths.ts';
import { covers, piecesOf } from '../files/pieces.ts';
import type { ShareReader } from '../files/share-reader.ts';
import type { ShareWriter } from '../files/share-writer.ts';
import { type Limiter, TaskGroup } from '../limiter.ts';
import type { Progress } from './progress.ts';
import { unfinishedMarker } from './unfinished-marker.ts';

export interface TransferContext {
  readonly source: ShareReader;
  readonly target: ShareReader;
  readonly writer: ShareWriter;
  readonly copySource: CopySource;
  readonly progress: Progress;
  /** Ranges on their way at once, over all files. */
  readonly ranges: Limiter;
  readonly stop: AbortSignal;
  /**
   * Sets the properties of a file whose bytes are done, last-write time and ReadOnly last of all. Without a
   * `target`, the file was created with the source's metadata, and has whatever security descriptor.
   */
  readonly finish: (path: SharePath, source: Entry, target: Entry | undefined) => Promise<void>;
}

/** Up to this size a file is worth a single Copy File; beyond it, ranges copy in parallel and holes stay holes. */
export const LARGEST_COPY_FILE = 32 * 1024 * 1024;

const FIRST_POLL_MS = 100;
const LONGEST_POLL_MS = 5000;
/** Copy File carries no promise of when it ends; a file that waits this long goes by ranges instead. */
const LONGEST_PENDING_MS = 120_000;

/** Makes a target file equal to its source, whatever stood there before. */
export async function transferFile(
  context: TransferContext,
  path: SharePath,
  source: Entry,
  target: Entry | undefined,
): Promise<void> {
  try {
    await transfer(context, path, source, target);
  } catch (error) {
    // A copy that a run left pending when it was cut off keeps the file to itself.
    const isConflict = error instanceof RequestFailedError && error.status === 409;
    if (!isConflict || !(await endPendingCopy(context, path))) throw error;
    await transfer(context, path, source, undefined);
  }
}

async function transfer(
  context: TransferContext,
  path: SharePath,
  source: Entry,
  target: Entry | undefined,
): Promise<void> {
  const url = await context.copySource.url(path);
  const isNamedByUrl = url.length <= LONGEST_COPY_SOURCE;
  if (isNamedByUrl && source.size <= LARGEST_COPY_FILE && (await copyWhole(context, path, source, url)))
    return;
  await copyRanges(context, path, source, target);
}

/** Aborts the pending copy onto a target file. False where none is pending. */
async function endPendingCopy({ target, writer }: TransferContext, path: SharePath): Promise<boolean> {
  const { copy } = await target.file(path);
  if (copy?.status !== 'pending') return false;
  await writer.abortCopy(path, copy.id);
  return true;
}

/** One Copy File. False where it did not succeed, so that the file has to go by ranges. */
async function copyWhole(
  context: TransferContext,
  path: SharePath,
  source: Entry,
  url: string,
): Promise<boolean> {
  let state = await context.writer.copyFile(path, url, source.size);
  if (state.status === 'pending') state = await awaitCopy(context, path, state);
  if (state.status !== 'success') return false;
  context.progress.bytesCopied += source.size;
  // The service adds Archive to whatever a copy creates.
  if (!hasAttribute(source.attributes, 'Archive')) await context.finish(path, source, undefined);
  return true;
}

/**
 * Asks for a pending copy until it has ended. Holds up nothing but the file itself; what waits too long, or
 * is waited for when the run is asked to stop, is aborted, as an answer that nobody heard proves nothing.
 */
async function awaitCopy(context: TransferContext, path: SharePath, pending: CopyState): Promise<CopyState> {
  const { writer, target, stop } = context;
  const started = performance.now();
  let state = pending;
  let wait = FIRST_POLL_MS;
  while (state.status === 'pending') {
    const isStopped = await stoppedDuring(wait, stop);
    if (isStopped || performance.now() - started > LONGEST_PENDING_MS) {
      await writer.abortCopy(path, state.id);
      if (isStopped) throw new TransferStopped(path);
      return { ...state, status: 'aborted' };
    }
    wait = Math.min(wait * 2, LONGEST_POLL_MS);
    state = (await target.file(path)).copy ?? { ...state, status: 'failed' };
  }
  return state;
}

async function stoppedDuring(milliseconds: number, stop: AbortSignal): Promise<boolean> {
  await delay(milliseconds, undefined, { signal: stop }).catch(() => undefined);
  return stop.aborted;
}

async function copyRanges(
  context: TransferContext,
  path: SharePath,
  source: Entry,
  target: Entry | undefined,
): Promise<void> {
  const present = await beginFile(context, path, source, target);
  const ranges = await context.source.ranges(path);
  await copyPieces(context, path, { ranges, size: source.size, present });
  await context.finish(path, source, undefined);
}

/**
 * Copies ranges piece by piece, several at once, but for what is `present`.
 * @throws {TransferStopped} when the run was asked to stop. What is there stays, marked as unfinished.
 */
export async function copyPieces(
  context: TransferContext,
  path: SharePath,
  { ranges, size, present }: RangesToCopy,
): Promise<void> {
  const group = new TaskGroup(context.ranges);
  let failure: unknown;
  for (const piece of piecesOf(ranges, size)) {
    if (failure !== undefined || context.stop.aborted) break;
    if (covers(present, piece)) continue;
    await group.start(async () => {
      try {
        await copyPiece(context, path, piece);
      } catch (error) {
        failure ??= error;
      }
    });
  }
  await group.settled();
  if (failure !== undefined) throw failure;
  if (context.stop.aborted) throw new TransferStopped(path);
}

export interface RangesToCopy {
  readonly ranges: readonly ByteRange[];
  /** Bytes of the file; nothing beyond is copied. */
  readonly size: number;
  /** What the target has already. */
  readonly present: readonly ByteRange[];
}

/** A large file was left unfinished because the run was asked to stop. */
export class TransferStopped extends Error {
  constructor(path: SharePath) {
    super(`"${path}" is not finished, as the run was asked to stop`);
    this.name = 'TransferStopped';
  }
}

/** Prepares the target file and returns the ranges that it already has of this version of the source. */
async function beginFile(
  { source: reader, target: targetReader, writer }: TransferContext,
  path: SharePath,
  source: Entry,
  target: Entry | undefined,
): Promise<readonly ByteRange[]> {
  const marker = unfinishedMarker(reader.snapshot ?? '', path, source);
  if (target?.lastWriteTime === marker && target.size === source.size) return targetReader.ranges(path);
  const content = await reader.file(path);
  if (target !== undefined && hasAttribute(target.attributes, 'ReadOnly'))
    await writer.clearAttributes(path, 'file');
  const file = { size: source.size, lastWriteTime: marker, content };
  try {
    await writer.createFile(path, file);
  } catch (error) {
    // A Copy File that came before may have made the file ReadOnly.
    if (!isRefusal(error, 'ReadOnlyAttribute')) throw error;
    await writer.clearAttributes(path, 'file');
    await writer.createFile(path, file);
  }
  return [];
}

async function copyPiece(context: TransferContext, path: SharePath, piece: ByteRange): Promise<void> {
  const { source, writer, copySource, progress } = context;
  const bytes = piece.end - piece.start + 1;
  const url = await copySource.url(path);
  if (url.length <= LONGEST_COPY_SOURCE) {
    await writer.putRangeFromUrl(path, piece, url);
    progress.bytesCopied += bytes;
    return;
  }
  // The service reads no source whose URL is over 2 KiB; the bytes of such a path pass through here.
  await writer.putRange(path, piece.start, await source.read(path, piece));
  progress.bytesThroughClient += bytes;
}
