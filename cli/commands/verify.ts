import type { Command } from 'commander';
import { EXIT_CODES } from '../../lib/report/exit-codes.ts';
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

interface VerifyFlags extends ConfigurationFlags, JsonFlags {
  readonly point?: string;
  readonly content?: true;
  /** Milliseconds. */
  readonly lockWait?: number;
}

export function addVerify(program: Command): void {
  const command = program
    .command('verify')
    .summary('prove recovery points on their two snapshots')
    .description(
      'Compares the two snapshots of recovery points: names, kinds, sizes, times, attributes and permissions, and with --content every byte. Records what was proven as the level of the recovery point.',
    )
    .argument('<job>', 'a job of the configuration')
    .option('-p, --point <id>', 'one recovery point; all of them unless given')
    .option('--content', 'read every file on both sides and compare its bytes');
  withLockWait(command);
  withConfiguration(command);
  withJson(command, 'print one JSON object with a result for each recovery point');
  withDebug(command);
  withExamples(command, [
    ['sharepair verify finance', 'compare the listings of every recovery point'],
    ['sharepair verify finance --point 20261121T053000Z-7f3a --content', 'read one of them to the last byte'],
  ]);
  command.action(verifyJob);
}

async function verifyJob(job: string, flags: VerifyFlags): Promise<void> {
  const configuration = await openConfiguration(flags, [job]);
  const stop = stopSignal(() => process.stderr.write('stopping; what was proven so far is recorded\n'));
  const { runVerify } = await import('../../lib/verify/run-verify.ts');
  const { readCounter } = await import('../output/read-counter.ts');
  const counter = readCounter();
  const report = await runVerify({
    configuration,
    job,
    point: flags.point,
    content: flags.content === true,
    stop,
    lockWaitMs: flags.lockWait ?? DEFAULT_LOCK_WAIT_MS,
    observe: counter.observe,
  }).finally(counter.close);
  if (flags.json === true) {
    process.stdout.write(`${JSON.stringify(report)}\n`);
  } else {
    const { describeVerify } = await import('../output/describe-verify.ts');
    process.stdout.write(describeVerify(report));
  }
  process.exitCode = EXIT_CODES[report.outcome];
}
