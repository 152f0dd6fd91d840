import type { ShareReader } from '../files/share-reader.ts';
import type { ShareDigest } from '../target/share-digest.ts';
import type { SystemFolder } from '../target/system-folder.ts';
import { type ContentTask, readContentState, writeContentState } from './content-state.ts';
import { type ContentOptions, type ContentVerification, verifyContent } from './verify-content.ts';
import type { VerifyMeter } from './verify-progress.ts';

export interface Reading {
  readonly source: ShareReader;
  readonly target: ShareReader;
  /** Where it is kept how far the reading has come. */
  readonly folder: SystemFolder;
  readonly task: ContentTask;
  /** What both snapshots hold by their listings, to measure against; undefined where that is not known. */
  readonly digest: ShareDigest | undefined;
  readonly options: Pick<ContentOptions, 'terms' | 'concurrency' | 'stop' | 'keepEveryMs'>;
  readonly meter: VerifyMeter;
}

/** Reads the files of a recovery point from where an earlier reading of the same files had come. */
export async function carryOnReading(reading: Reading): Promise<ContentVerification> {
  const { source, target, folder, task, digest, options, meter } = reading;
  const { sample } = task;
  const from = await readContentState(folder, task);
  let read = { path: '', filesRead: from?.filesRead ?? 0, fileBytes: from?.fileBytes ?? 0 };
  const expected = (all: number | undefined) =>
    all === undefined ? null : Math.round(all / (sample?.rounds ?? 1));
  meter.begin('content', () => ({
    entries: read.filesRead,
    expectedEntries: expected(digest?.files),
    bytes: read.fileBytes,
    expectedBytes: expected(digest?.bytes),
    path: read.path,
  }));
  return verifyContent(source, target, {
    ...options,
    sample,
    from,
    keep: (state) => writeContentState(folder, task, state),
    onProgress: (progress) => {
      read = progress;
    },
  });
}
