import type { Command } from 'commander';
import { EXIT_CODES } from '../../lib/report/exit-codes.ts';
import { openConfiguration } from '../configuration.ts';
import {
  type ConfigurationFlags,
  type JsonFlags,
  withConfiguration,
  withDebug,
  withExamples,
  withJson,
} from '../options.ts';

export function addUnpin(program: Command): void {
  const command = program
    .command('unpin')
    .summary('leave a pinned recovery point to the retention again')
    .description(
      'Releases the leases by which Sharepair has pinned a recovery point. The next prune treats it like any other. Leases of other programs stay as they are.',
    )
    .argument('<job>', 'a job of the configuration')
    .argument('<point>', 'id of the recovery point');
  withConfiguration(command);
  withJson(command, 'print one JSON object');
  withDebug(command);
  withExamples(command, [['sharepair unpin finance 20261121T053000Z-7f3a', 'release both leases']]);
  command.action(unpin);
}

async function unpin(job: string, point: string, flags: ConfigurationFlags & JsonFlags): Promise<void> {
  const configuration = await openConfiguration(flags, [job]);
  const { unpinPoint } = await import('../../lib/target/pin-point.ts');
  const report = await unpinPoint({ configuration, job, point });
  if (flags.json === true) {
    process.stdout.write(`${JSON.stringify(report)}\n`);
  } else {
    const { describeUnpinned } = await import('../output/describe-pin.ts');
    process.stdout.write(describeUnpinned(report));
  }
  if (report.warnings.length > 0) process.exitCode = EXIT_CODES.incomplete;
}
