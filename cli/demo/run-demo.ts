import { join } from 'node:path';
import { runBackup } from '../../lib/backup/run-backup.ts';
import { runPrune } from '../../lib/backup/run-prune.ts';
import type { Configuration } from '../../lib/jobs/configuration.ts';
import type { EndEvent } from '../../lib/report/events.ts';
import { EXIT_CODES } from '../../lib/report/exit-codes.ts';
import { listPoints } from '../../lib/target/list-points.ts';
import { runVerify } from '../../lib/verify/run-verify.ts';
import { DEFAULT_LOCK_WAIT_MS } from '../options.ts';
import { describePoints } from '../output/describe-points.ts';
import { describePrune } from '../output/describe-prune.ts';
import { describeRun } from '../output/describe-run.ts';
import { describeVerify } from '../output/describe-verify.ts';
import { peopleDisplay } from '../output/run-display.ts';
import { duration } from '../output/text.ts';
import { verifyDisplay } from '../output/verify-display.ts';
import { changeShare } from './change-share.ts';
import {
  type DemoFolder,
  JOB,
  KEPT_FOLDER,
  openDemoFolder,
  SHARE,
  writeConfiguration,
} from './demo-folder.ts';
import { type EmulatedAccount, type EmulatorProcess, startEmulatorProcess } from './emulator-process.ts';
import { fillShare } from './fill-share.ts';
import { demoTable } from './run-table.ts';
import { openShare } from './share-tree.ts';

export interface DemoOptions {
  /** Leaves the emulator's state and the configuration in a folder below the current one. */
  readonly keep: boolean;
  readonly stop: AbortSignal;
}

const ACCOUNTS = ['demoprod', 'demodr'];

/** A step of the demo did not end as it should. */
class DemoError extends Error {
  override readonly name = 'DemoError';
}

/**
 * Shows a backup from beginning to end against an emulator of its own, and cleans up.
 * @returns the exit code: complete, or incomplete when it was stopped.
 * @throws {DemoError} when a step did not end as it should.
 */
export async function runDemo({ keep, stop }: DemoOptions): Promise<number> {
  const folder = await openDemoFolder(keep);
  try {
    const emulator = await startEmulatorProcess(ACCOUNTS, folder.emulatorData);
    try {
      await showBackups(emulator, folder, stop);
    } finally {
      await emulator.stop();
    }
    if (keep) tellHowToLook(emulator);
    return EXIT_CODES.complete;
  } catch (error) {
    if (!stop.aborted) throw error;
    return EXIT_CODES.incomplete;
  } finally {
    await folder.close();
  }
}

async function showBackups(emulator: EmulatorProcess, folder: DemoFolder, stop: AbortSignal): Promise<void> {
  const pair = accountPair(emulator);
  const share = openShare(pair[0], SHARE);
  const configuration = await writeConfiguration(join(folder.path, 'sharepair.config.json'), pair, 30);

  heading('A share', 'an emulator of Azure Files with two storage accounts on this machine');
  const filled = await timed(() => fillShare(share, { account: pair[0].name, control: emulator.control }));
  say(
    `Share "${SHARE}" filled in ${duration(filled)}: folders and files, empty ones, ReadOnly and Hidden ones,`,
  );
  say(
    'a sparse file of 6 GiB, names in several scripts and with dots at the end, distinct access control lists.',
  );

  stop.throwIfAborted();
  heading('A first backup', 'everything is copied, by the service itself');
  const first = await backUp(configuration, stop);

  heading('A day of work', 'the share is changed');
  for (const change of await changeShare(share)) say(`- ${change}`);

  stop.throwIfAborted();
  heading('A second backup', 'only what changed is copied');
  const second = await backUp(configuration, stop);

  heading('Recovery points', 'two snapshots each, one of either share');
  say(describePoints(JOB, await listPoints(configuration, JOB), 'Europe/Berlin').trimEnd());

  heading('Proof', 'every entry and every byte of both recovery points against the source snapshots');
  await prove(configuration, stop);

  heading('Prune', 'under a retention that keeps the last one alone');
  await prune(await writeConfiguration(join(folder.path, 'keep-one.config.json'), pair, 1), stop);

  heading('In short');
  say(
    demoTable([
      ['first backup', first],
      ['second backup', second],
    ]).trimEnd(),
  );
}

function accountPair({ accounts }: EmulatorProcess): readonly [EmulatedAccount, EmulatedAccount] {
  const [prod, dr] = ACCOUNTS.map((name) => accounts.find((account) => account.name === name));
  if (prod === undefined || dr === undefined) throw new DemoError('the emulator lacks an account');
  return [prod, dr];
}

async function backUp(configuration: Configuration, stop: AbortSignal): Promise<EndEvent> {
  const display = peopleDisplay();
  const end = await runBackup({ configuration, job: JOB, observe: display.observe, stop });
  display.close();
  say(describeRun(end));
  if (end.outcome !== 'complete') throw new DemoError('the backup did not complete');
  return end;
}

async function prove(configuration: Configuration, stop: AbortSignal): Promise<void> {
  const display = verifyDisplay({ isQuiet: true });
  const report = await runVerify({
    configuration,
    job: JOB,
    content: { kind: 'whole' },
    stop,
    lockWaitMs: DEFAULT_LOCK_WAIT_MS,
    observe: display.observe,
  }).finally(display.close);
  say(describeVerify(report).trimEnd());
  if (report.outcome !== 'complete') throw new DemoError('the recovery points could not be proven');
}

async function prune(configuration: Configuration, stop: AbortSignal): Promise<void> {
  const options = { configuration, job: JOB, dryRun: false, stop, lockWaitMs: DEFAULT_LOCK_WAIT_MS };
  const report = await runPrune(options);
  say(describePrune(report, configuration.jobs[JOB]?.timeZone ?? 'UTC').trimEnd());
  if (report.drop.length !== 1) throw new DemoError('the prune did not delete the one older recovery point');
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

function heading(title: string, meaning?: string): void {
  say(`\n${title}${meaning === undefined ? '' : `: ${meaning}`}`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function tellHowToLook(emulator: EmulatorProcess): void {
  const port = new URL(emulator.control).port;
  const accounts = ACCOUNTS.map((name) => `--account ${name}`).join(' ');
  const configuration = `--config ${KEPT_FOLDER}/sharepair.config.json`;
  heading(
    `Kept in ${KEPT_FOLDER}`,
    'to look around, start the emulator again, and ask from another terminal',
  );
  say(`  npx sharepair emulator --port ${port} ${accounts} --data ${KEPT_FOLDER}/emulator`);
  say(`  npx sharepair points ${JOB} ${configuration}`);
  say(`  npx sharepair backup ${JOB} ${configuration} --dry-run`);
  say(`  npx sharepair backup ${JOB} ${configuration}`);
}
