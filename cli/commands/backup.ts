import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Configuration } from '../../lib/jobs/configuration.ts';
import type { PriceTable } from '../../lib/report/billing.ts';
import type { EndEvent, Outcome } from '../../lib/report/events.ts';
import { EXIT_CODES } from '../../lib/report/exit-codes.ts';
import { chosenJobs, openConfiguration } from '../configuration.ts';
import { UsageError } from '../errors.ts';
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
  readonly all?: true;
  readonly prices?: string;
  readonly adopt?: true;
  readonly allowDeletes?: true;
  readonly allowChanges?: true;
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
    .option('--dry-run', 'say what a run would do, ask and move, and change nothing')
    .option('--all', 'name every change of a dry run rather than as many as fit on a screen')
    .option('--prices <file>', 'estimate what a dry run’s plan costs from the prices in a JSON file')
    .option('--adopt', 'make a target that holds data of unknown origin the job’s own')
    .option('--allow-deletes', 'delete as much as the mirror needs, whatever the guard of the job says')
    .option('--allow-changes', 'overwrite as much as the mirror needs, whatever the guard of the job says')
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
    [
      'sharepair backup finance --dry-run --prices prices.json',
      'and what its requests would cost, by a price table of your own (docs/cost.md)',
    ],
    ['sharepair backup finance --config /etc/sharepair.json --json', 'for a program that reads the report'],
    [
      'sharepair backup finance --budget 45m',
      'stops after 45 minutes with exit code 3; run it again to carry on',
    ],
    ['sharepair backup finance --adopt', 'the first run into a share that already holds a copy'],
  ]);
  command.action(backUpJobs);
}

/** Changes that a plan keeps where all are asked for, by people or programs: more are only counted. */
const ALL_CHANGES = 1_000_000;

async function backUpJobs(named: readonly string[], flags: BackupFlags): Promise<void> {
  if (flags.dryRun !== true && (flags.all === true || flags.prices !== undefined)) {
    throw new UsageError('--all and --prices are for --dry-run.');
  }
  const configuration = await openConfiguration(flags, named);
  const prices = flags.prices === undefined ? undefined : await readPrices(flags.prices);
  const jobs = chosenJobs(configuration, named);
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
    const end = await backUpJob(configuration, job, { ...flags, budget: budgetMs, prices }, display, stop);
    ends.push(end);
    outcomes.push(end.outcome);
  }
  display.close();
  if (flags.json !== true) await printReports(ends, flags.all === true);
  process.exitCode = EXIT_CODES[worstOutcome(outcomes)];
}

async function backUpJob(
  configuration: Configuration,
  job: string,
  flags: Omit<BackupFlags, 'budget' | 'prices'> & {
    readonly budget: number | undefined;
    readonly prices: PriceTable | undefined;
  },
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
    namedChanges: flags.all === true || flags.json === true ? ALL_CHANGES : undefined,
    prices: flags.prices,
    adopt: flags.adopt,
    allowDeletes: flags.allowDeletes,
    allowChanges: flags.allowChanges,
    lockWaitMs: flags.lockWait,
  });
}

async function readPrices(fileName: string): Promise<PriceTable> {
  const { loadPriceTable } = await import('../../lib/jobs/price-table.ts');
  return loadPriceTable(resolve(fileName));
}

async function printReports(ends: readonly EndEvent[], allChanges: boolean): Promise<void> {
  const { describeRun, runTable } = await import('../output/describe-run.ts');
  for (const end of ends) process.stdout.write(`${describeRun(end, allChanges)}\n`);
  if (ends.length > 1) process.stdout.write(`\n${runTable(ends)}`);
}
