import type { Command } from 'commander';
import { EXIT_CODES } from '../../lib/report/exit-codes.ts';
import { chosenJobs, openConfiguration } from '../configuration.ts';
import {
  type ConfigurationFlags,
  type JsonFlags,
  withConfiguration,
  withDebug,
  withExamples,
  withJson,
} from '../options.ts';

export function addStatus(program: Command): void {
  const command = program
    .command('status')
    .summary('say how jobs stand, for people and for monitoring')
    .description(
      'Says of each job which recovery point is the newest complete one and how old it is, whether a run is under way, when the next one begins, how many snapshots the shares have, and when something was verified last. Only reads. Ends with 0 only if no job is late and no recovery point differs.',
    )
    .argument('[job...]', 'jobs of the configuration; all of them when none is named');
  withConfiguration(command);
  withJson(command, 'print one JSON object with "verdict" and "jobs"');
  withDebug(command);
  withExamples(command, [
    ['sharepair status', 'every job of ./sharepair.config.json'],
    ['sharepair status finance --json', 'for a program that watches'],
    ['sharepair status > /dev/null || mail -s "backup" admin@contoso.com < /dev/null', 'in a crontab'],
  ]);
  command.action(showStatus);
}

async function showStatus(named: readonly string[], flags: ConfigurationFlags & JsonFlags): Promise<void> {
  const configuration = await openConfiguration(flags, named);
  const jobs = chosenJobs(configuration, named);
  const { readStatus } = await import('../../lib/target/read-status.ts');
  const { worstVerdict } = await import('../../lib/report/status.ts');
  const now = new Date();
  const statuses = await Promise.all(jobs.map((job) => readStatus(configuration, job, now)));
  const verdict = worstVerdict(statuses.map((status) => status.verdict));
  if (flags.json === true) {
    process.stdout.write(`${JSON.stringify({ verdict, jobs: statuses })}\n`);
  } else {
    const { describeStatus } = await import('../output/describe-status.ts');
    process.stdout.write(describeStatus(statuses));
  }
  process.exitCode = verdict === 'good' ? EXIT_CODES.complete : EXIT_CODES[verdict];
}
