import type { Command } from 'commander';
import { openConfiguration } from '../configuration.ts';
import {
  type ConfigurationFlags,
  type JsonFlags,
  withConfiguration,
  withDebug,
  withExamples,
  withJson,
} from '../options.ts';

export function addPoints(program: Command): void {
  const command = program
    .command('points')
    .summary('list the recovery points of a job')
    .description(
      'Lists the recovery points of a job, oldest first, from the snapshots of its two shares, with what was proven of each and what keeps it.',
    )
    .argument('<job>', 'a job of the configuration');
  withConfiguration(command);
  withJson(command, 'print one JSON object with "points", "unpaired" and "foreign" snapshots');
  withDebug(command);
  withExamples(command, [
    ['sharepair points finance', 'a table, times in the time zone of the job and in UTC'],
    ["sharepair points finance --json | jq -r '.points[-1].id'", 'the newest recovery point'],
  ]);
  command.action(listJobPoints);
}

async function listJobPoints(job: string, flags: ConfigurationFlags & JsonFlags): Promise<void> {
  const configuration = await openConfiguration(flags, [job]);
  const { listPoints } = await import('../../lib/target/list-points.ts');
  const list = await listPoints(configuration, job);
  if (flags.json === true) {
    process.stdout.write(`${JSON.stringify(list)}\n`);
    return;
  }
  const { describePoints } = await import('../output/describe-points.ts');
  for (const warning of list.warnings) process.stderr.write(`Warning: ${warning}.\n`);
  process.stdout.write(describePoints(job, list, configuration.jobs[job]?.timeZone ?? 'UTC'));
}
