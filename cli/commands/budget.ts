import type { Command } from 'commander';
import { EXIT_CODES } from '../../lib/report/exit-codes.ts';
import type { AzureBackupPolicy } from '../../lib/snapshots/azure-backup.ts';
import { openConfiguration } from '../configuration.ts';
import { UsageError } from '../errors.ts';
import {
  type ConfigurationFlags,
  type JsonFlags,
  withConfiguration,
  withDebug,
  withExamples,
  withJson,
} from '../options.ts';

interface BudgetFlags extends ConfigurationFlags, JsonFlags {
  readonly azureBackup?: string;
}

export function addBudget(program: Command): void {
  const command = program
    .command('budget')
    .summary('foresee whether the snapshots of a job find room for a year')
    .description(
      'Plays out a year of snapshots of the two shares of a job: what is there now, every job of the configuration that has one of them, by its schedule and retention, and Azure Backup. Ends with 4 if a run would find no room within the budget.',
    )
    .argument('<job>', 'a job of the configuration')
    .option(
      '--azure-backup <policy>',
      'how Azure Backup keeps snapshots of the source, such as daily=30,weekly=12,monthly=60,yearly=10',
    );
  withConfiguration(command);
  withJson(command, 'print one JSON object with a forecast for each share');
  withDebug(command);
  withExamples(command, [
    ['sharepair budget finance', 'the most snapshots in each share, and when'],
    [
      'sharepair budget finance --azure-backup daily=30,weekly=12,monthly=60',
      'with Azure Backup on the source share, too',
    ],
  ]);
  command.action(forecast);
}

async function forecast(job: string, flags: BudgetFlags): Promise<void> {
  const azureBackup = flags.azureBackup === undefined ? undefined : await policyOf(flags.azureBackup);
  const configuration = await openConfiguration(flags, [job]);
  const { forecastJobBudget } = await import('../../lib/target/forecast-budget.ts');
  const report = await forecastJobBudget({ configuration, job, azureBackup, now: new Date() });
  if (flags.json === true) {
    process.stdout.write(`${JSON.stringify(report)}\n`);
  } else {
    const { describeBudget } = await import('../output/describe-budget.ts');
    for (const warning of report.warnings) process.stderr.write(`Warning: ${warning}.\n`);
    process.stdout.write(describeBudget(report));
  }
  process.exitCode = EXIT_CODES[report.outcome];
}

async function policyOf(text: string): Promise<AzureBackupPolicy> {
  const { parseAzureBackupPolicy } = await import('../../lib/snapshots/azure-backup.ts');
  try {
    return parseAzureBackupPolicy(text);
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(`--azure-backup: ${error.message}.`) : error;
  }
}
