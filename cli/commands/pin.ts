import { hostname, userInfo } from 'node:os';
import type { Command } from 'commander';
import type { Configuration } from '../../lib/jobs/configuration.ts';
import { EXIT_CODES } from '../../lib/report/exit-codes.ts';
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

interface PinFlags extends ConfigurationFlags, JsonFlags {
  readonly reason: string;
  readonly until?: string;
}

export function addPin(program: Command): void {
  const command = program
    .command('pin')
    .summary('keep a recovery point whatever the retention says')
    .description(
      'Takes an infinite lease on both snapshots of a recovery point, so that the service itself refuses to delete them, whoever asks, and writes down why. Said again of a recovery point that is pinned, it replaces the reason and the end; of one whose pin was cut off half-way, it finishes that.',
    )
    .argument('<job>', 'a job of the configuration')
    .argument('<point>', 'id of the recovery point, as "points" lists it')
    .requiredOption('--reason <text>', 'why it is kept')
    .option(
      '--until <end>',
      'release it at the first prune after this: a day, a time, or a duration such as 90d (default: never)',
    );
  withConfiguration(command);
  withJson(command, 'print one JSON object');
  withDebug(command);
  withExamples(command, [
    [
      'sharepair pin finance 20261121T053000Z-7f3a --reason "annual audit" --until 2027-03-31',
      'until the end of that day, by the clock of the job',
    ],
    ['sharepair pin finance 20261121T053000Z-7f3a --reason "legal hold 4711"', 'until it is unpinned'],
  ]);
  command.action(pin);
}

async function pin(job: string, point: string, flags: PinFlags): Promise<void> {
  const configuration = await openConfiguration(flags, [job]);
  const reason = flags.reason.trim();
  if (reason === '') throw new UsageError('--reason says nothing.');
  const now = new Date();
  const until = flags.until === undefined ? undefined : await untilOf(flags.until, configuration, job, now);
  const { pinPoint } = await import('../../lib/target/pin-point.ts');
  const record = { reason, until, by: whoAmI(), at: now.toISOString() };
  const report = await pinPoint({ configuration, job, point }, record);
  if (flags.json === true) {
    process.stdout.write(`${JSON.stringify(report)}\n`);
  } else {
    const { describePinned } = await import('../output/describe-pin.ts');
    process.stdout.write(describePinned(report, configuration.jobs[job]?.timeZone ?? 'UTC'));
  }
  if (report.warnings.length > 0) process.exitCode = EXIT_CODES.incomplete;
}

async function untilOf(text: string, { jobs }: Configuration, job: string, now: Date): Promise<string> {
  const { pinUntil } = await import('../../lib/target/pin-until.ts');
  try {
    return pinUntil(text, jobs[job]?.timeZone ?? 'UTC', now);
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(`--until ${error.message}.`) : error;
  }
}

function whoAmI(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    // A container may run under a number that has no name.
    return hostname();
  }
}
