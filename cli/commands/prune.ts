import type { Command } from 'commander';
import { openConfiguration } from '../configuration.ts';
import {
  type ConfigurationFlags,
  DEFAULT_LOCK_WAIT_MS,
  type JsonFlags,
  withConfiguration,
  withDebug,
  withExamples,
  withJson,
  withLockWait,
} from '../options.ts';
import { stopSignal } from '../stop-requests.ts';

interface PruneFlags extends ConfigurationFlags, JsonFlags {
  readonly dryRun?: true;
  /** Milliseconds. */
  readonly lockWait?: number;
}

export function addPrune(program: Command): void {
  const command = program
    .command('prune')
    .summary('delete the recovery points that the retention of a job no longer keeps')
    .description(
      'Deletes recovery points by the retention of the job, both snapshots of each, and says for every one which rules keep it, or that none does. Every backup prunes, too; this command is for a retention that was changed.',
    )
    .argument('<job>', 'a job of the configuration')
    .option('--dry-run', 'only say what would be kept and deleted, and why');
  withLockWait(command);
  withConfiguration(command);
  withJson(
    command,
    'print one JSON object with "keep", "drop", "superseded" and "spared", with "reasons" for each, and "unpin"',
  );
  withDebug(command);
  withExamples(command, [
    ['sharepair prune finance --dry-run', 'what the retention would delete now'],
    ['sharepair prune finance', 'delete it'],
  ]);
  command.action(pruneJob);
}

async function pruneJob(job: string, flags: PruneFlags): Promise<void> {
  const configuration = await openConfiguration(flags, [job]);
  const stop = stopSignal(() => process.stderr.write('stopping\n'));
  const { runPrune } = await import('../../lib/backup/run-prune.ts');
  const report = await runPrune({
    configuration,
    job,
    dryRun: flags.dryRun === true,
    stop,
    lockWaitMs: flags.lockWait ?? DEFAULT_LOCK_WAIT_MS,
  });
  if (flags.json === true) {
    process.stdout.write(`${JSON.stringify(report)}\n`);
    return;
  }
  const { describePrune } = await import('../output/describe-prune.ts');
  process.stdout.write(describePrune(report, configuration.jobs[job]?.timeZone ?? 'UTC'));
}
