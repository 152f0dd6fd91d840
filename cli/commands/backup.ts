import type { Command } from 'commander';
import type { Configuration } from '../../lib/jobs/configuration.ts';
import type { EndEvent, Outcome } from '../../lib/report/events.ts';
import { EXIT_CODES } from '../../lib/report/exit-codes.ts';
import { openConfiguration } from '../configuration.ts';
import {
  type ConfigurationFlags,
  type JsonFlags,
  parseDuration,
  withConfiguration,
  withDebug,
  withExamples,
  withJson,
  withLockWait,
} from '../options.ts';
import type { RunDisplay } from '../output/run-display.ts';
import { stopSignal } from '../stop-requests.ts';
import { worstOutcome } from '../worst-outcome.ts';

interface BackupFlags extends ConfigurationFlags, JsonFlags {
  readonly dryRun?: true;
  readonly adopt?: true;
  readonly allowDeletes?: true;
  /** Milliseconds. */
  readonly lockWait?: number;
  /** Milliseconds. */
  readonly budget?: number;
}

export function addBackup(program: Command): void {
  const command = program
    .command('backup')
    .summary('back up the source share of one or several jobs')
    .description(
      'Makes a recovery point of each job: snapshots the source share, mirrors that snapshot to the target share on the server side, snapshots the target, compares the two snapshots, and prunes. Jobs run one after the other.',
    )
    .argument('[job...]', 'jobs of the configuration; all of them when none is named')
    .option('--dry-run', 'say what a run would do, and change nothing')
    .option('--adopt', 'make a target that holds data of unknown origin the job’s own')
    .option('--allow-deletes', 'delete as much as the mirror needs, whatever the guard of the job says')
    .option(
      '--budget <duration>',
      'stop by itself after this long, such as 15m; the next run carries on',
      parseDuration,
    );
  withLockWait(command);
  withConfiguration(command);
  withJson(command, 'print events as JSON lines; the last one of each job is its report');
  withDebug(command);
  withExamples(command, [
    ['sharepair backup', 'every job of ./sharepair.config.json'],
    ['sharepair backup finance --dry-run', 'what a run of one job would change now'],
    ['sharepair backup finance --config /etc/sharepair.json --json', 'for a program that reads the report'],
    [
      'sharepair backup finance --budget 45m',
      'stops after 45 minutes with exit code 3; run it again to carry on',
    ],
    ['sharepair backup finance --adopt', 'the first run into a share that already holds a copy'],
  ]);
  command.action(backUpJobs);
}

async function backUpJobs(named: readonly string[], flags: BackupFlags): Promise<void> {
  const configuration = await openConfiguration(flags, named);
  const jobs = named.length === 0 ? Object.keys(configuration.jobs) : [...new Set(named)];
  const { jsonDisplay, peopleDisplay } = await import('../output/run-display.ts');
  const display = flags.json === true ? jsonDisplay() : peopleDisplay();
  const stop = stopSignal(() => display.say('stopping; the next run carries on'));
  const deadline = flags.budget === undefined ? undefined : performance.now() + flags.budget;
  const ends: EndEvent[] = [];
  const outcomes: Outcome[] = [];
  for (const job of jobs) {
    const budgetMs = deadline === undefined ? undefined : Math.floor(deadline - performance.now());
    if (stop.aborted || (budgetMs !== undefined && budgetMs <= 0)) {
      display.say(`${job}: not begun, as the command was to stop`);
      outcomes.push('incomplete');
      continue;
    }
    const end = await backUpJob(configuration, job, { ...flags, budget: budgetMs }, display, stop);
    ends.push(end);
    outcomes.push(end.outcome);
  }
  display.close();
  if (flags.json !== true) await printReports(ends);
  process.exitCode = EXIT_CODES[worstOutcome(outcomes)];
}

async function backUpJob(
  configuration: Configuration,
  job: string,
  flags: Omit<BackupFlags, 'budget'> & { readonly budget: number | undefined },
  { observe }: RunDisplay,
  stop: AbortSignal,
): Promise<EndEvent> {
  const { runBackup } = await import('../../lib/backup/run-backup.ts');
  return runBackup({
    configuration,
    job,
    observe,
    stop,
    budgetMs: flags.budget,
    dryRun: flags.dryRun,
    adopt: flags.adopt,
    allowDeletes: flags.allowDeletes,
    lockWaitMs: flags.lockWait,
  });
}

async function printReports(ends: readonly EndEvent[]): Promise<void> {
  const { describeRun, runTable } = await import('../output/describe-run.ts');
  for (const end of ends) process.stdout.write(`${describeRun(end)}\n`);
  if (ends.length > 1) process.stdout.write(`\n${runTable(ends)}`);
}
