import { messageOf } from '../report/message-of.ts';
import { writeFailure } from '../target/last-run.ts';
import type { SystemFolder } from '../target/system-folder.ts';
import type { BackupResult, RunScope } from './run-scope.ts';

/** Runs that the journal remembers; a snapshot budget of 200 makes room for no more recovery points. */
const LENGTH = 200;

/**
 * Writes down which error has ended a run. A failure to do so is of no account, as the error itself is reported.
 */
export async function noteFailure(scope: RunScope, folder: SystemFolder, error: unknown): Promise<void> {
  const { run, startedAt, stop } = scope;
  const job = scope.job.name;
  const outcome = stop.aborted ? 'incomplete' : 'failed';
  const endedAt = new Date().toISOString();
  try {
    await writeFailure(folder, { run, job, outcome, message: messageOf(error), startedAt, endedAt });
  } catch {
    scope.note('how the run ended could not be written down');
  }
}

/**
 * Writes down what a run did, also one that made no recovery point. What the run is worth does not hang on
 * it, so that a failure here is only noted.
 */
export async function writeJournal(
  scope: RunScope,
  folder: SystemFolder,
  result: BackupResult,
): Promise<void> {
  const { progress, failures, tally } = scope;
  try {
    await folder.write(`journal/${scope.run}.json`, {
      run: scope.run,
      job: scope.job.name,
      outcome: result.outcome,
      point: result.point?.id,
      message: result.message,
      startedAt: scope.startedAt,
      endedAt: new Date().toISOString(),
      changed: progress.changed,
      deleted: progress.deleted,
      bytes: progress.bytesCopied,
      failures: failures.count,
      failed: failures.list.slice(0, 100),
      tolerated: result.tolerated?.length ?? 0,
      requests: tally.counts,
    });
    const files = [...((await folder.list('journal')) ?? [])].sort();
    for (const file of files.slice(0, -LENGTH)) await folder.delete(`journal/${file}`);
  } catch (error) {
    scope.note(`the journal could not be written: ${messageOf(error)}`);
  }
}
