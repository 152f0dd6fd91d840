import type { Command } from 'commander';
import { openConfiguration } from '../configuration.ts';
import { UsageError } from '../errors.ts';
import { type ConfigurationFlags, withConfiguration, withDebug, withExamples } from '../options.ts';

export function addUnlock(program: Command): void {
  const command = program
    .command('unlock')
    .summary('break the lock of a job whose holder is known to be dead')
    .description(
      'Breaks the lease on the target share of a job, whoever holds it. Seldom needed: the lock of a run that died is free within a minute, and a run that waits takes it then. Two runs that write to one target at once can spoil it.',
    )
    .argument('<job>', 'a job of the configuration')
    .option('--yes', 'say that no run of the job is under way, on this machine or elsewhere');
  withConfiguration(command);
  withDebug(command);
  withExamples(command, [['sharepair unlock finance --yes', 'after making sure that no run is under way']]);
  command.action(unlockJob);
}

async function unlockJob(job: string, flags: ConfigurationFlags & { readonly yes?: true }): Promise<void> {
  const configuration = await openConfiguration(flags, [job]);
  const { readLock, unlockTarget } = await import('../../lib/target/unlock-target.ts');
  const { locked, holder, isRunning } = await readLock(configuration, job);
  if (!locked) {
    process.stdout.write(`Job ${job} is not locked.\n`);
    return;
  }
  if (flags.yes !== true) {
    throw new UsageError(
      `Job "${job}" is locked by ${holder}. Make sure that it is not under way, on this machine or elsewhere, then say --yes.`,
    );
  }
  if (isRunning)
    process.stderr.write(`Warning: ${holder} is running on this machine. It stops within half a minute.\n`);
  await unlockTarget(configuration, job);
  process.stdout.write(`The lock of job ${job}, held by ${holder}, is broken.\n`);
}
