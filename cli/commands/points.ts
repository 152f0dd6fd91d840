import type { Command } from 'commander';
import { messageOf } from '../../lib/report/message-of.ts';
import { chosenJobs, openConfiguration } from '../configuration.ts';
import { asSentence } from '../errors.ts';
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
    .summary('list the recovery points of jobs')
    .description(
      'Lists the recovery points of each job, oldest first, from the snapshots of its two shares, with what was proven of each and what keeps it.',
    )
    .argument('[job...]', 'jobs of the configuration; all of them when none is named');
  withConfiguration(command);
  withJson(
    command,
    'print one JSON object with "points", "unpaired" and "foreign" snapshots; unless one job is named, one for each, with "job"',
  );
  withDebug(command);
  withExamples(command, [
    ['sharepair points finance', 'a table, times in the time zone of the job and in UTC'],
    ['sharepair points', 'of every job of ./sharepair.config.json'],
    ["sharepair points finance --json | jq -r '.points[-1].id'", 'the newest recovery point'],
  ]);
  command.action(listJobPoints);
}

async function listJobPoints(named: readonly string[], flags: ConfigurationFlags & JsonFlags): Promise<void> {
  const configuration = await openConfiguration(flags, named);
  const jobs = chosenJobs(configuration, named);
  const isOne = named.length === 1;
  const { listPoints } = await import('../../lib/target/list-points.ts');
  const { describePoints } = await import('../output/describe-points.ts');
  const failures: unknown[] = [];
  for (const job of jobs) {
    try {
      const list = await listPoints(configuration, job);
      if (flags.json === true) {
        process.stdout.write(`${JSON.stringify(isOne ? list : { job, ...list })}\n`);
        continue;
      }
      for (const warning of list.warnings) process.stderr.write(`Warning: ${warning}.\n`);
      const text = describePoints(job, list, configuration.jobs[job]?.timeZone ?? 'UTC');
      process.stdout.write(isOne ? text : `${job}:\n${text}\n`);
    } catch (error) {
      // What is known of the other jobs is worth telling all the same.
      failures.push(error);
    }
  }
  const last = failures.pop();
  for (const error of failures) process.stderr.write(`${asSentence(messageOf(error))}\n`);
  if (last !== undefined) throw last;
}
