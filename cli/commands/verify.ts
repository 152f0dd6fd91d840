import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { EXIT_CODES } from '../../lib/report/exit-codes.ts';
import { messageOf } from '../../lib/report/message-of.ts';
import type { ContentToRead } from '../../lib/verify/verify-point-again.ts';
import { openConfiguration } from '../configuration.ts';
import { UsageError } from '../errors.ts';
import {
  type ConfigurationFlags,
  collect,
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
  readonly newest?: true;
  readonly content?: true;
  /** Per cent. */
  readonly sample?: number;
  readonly chain?: true;
  readonly publicKey?: readonly string[];
  /** Milliseconds. */
  readonly lockWait?: number;
}

export function addVerify(program: Command): void {
  const command = program
    .command('verify')
    .summary('prove recovery points on their two snapshots')
    .description(
      'Compares the two snapshots of recovery points: names, kinds, sizes, times, attributes and permissions, and with --content or --sample bytes, too. Records what was proven as the level of the recovery point. Checks the manifests of all recovery points against each other, and their signatures.',
    )
    .argument('<job>', 'a job of the configuration')
    .option('-p, --point <id>', 'one recovery point; all of them unless given')
    .option('--newest', 'the newest recovery point')
    .option('--content', 'read every file on both sides and compare its bytes')
    .option(
      '--sample <share>',
      'read the next part of the files instead, such as 5%; repeated, it reads all of them in turn',
      parsePercent,
    )
    .option('--chain', 'check only the manifests and their signatures')
    .option(
      '--public-key <file>',
      'a public key in PEM to check signatures with, besides that of the job; may be given several times',
      collect,
    );
  withLockWait(command);
  withConfiguration(command);
  withJson(command, 'print one JSON object with "results" for each recovery point, and "chain"');
  withDebug(command);
  withExamples(command, [
    ['sharepair verify finance', 'compare the listings of every recovery point'],
    ['sharepair verify finance --point 20261121T053000Z-7f3a --content', 'read one of them to the last byte'],
    ['sharepair verify finance --newest --sample 5%', 'every day: reads everything in twenty days'],
    ['sharepair verify finance --chain --public-key backup.pub.pem', 'on a machine without the private key'],
  ]);
  command.action(verifyJob);
}

async function verifyJob(job: string, flags: VerifyFlags): Promise<void> {
  const point = pointOf(flags);
  const content = contentOf(flags);
  if (flags.chain === true && (point !== undefined || content.kind !== 'none')) {
    throw new UsageError('--chain reads no recovery point: say it alone');
  }
  const publicKeys = await Promise.all((flags.publicKey ?? []).map(readPublicKey));
  const configuration = await openConfiguration(flags, [job]);
  const { verifyDisplay } = await import('../output/verify-display.ts');
  const display = verifyDisplay({ isQuiet: flags.json === true });
  const stop = stopSignal(() =>
    display.say('stopping; what was proven is recorded, and a reading of files is carried on the next time'),
  );
  const { runVerify } = await import('../../lib/verify/run-verify.ts');
  const report = await runVerify({
    configuration,
    job,
    point,
    content,
    chainOnly: flags.chain,
    publicKeys,
    stop,
    lockWaitMs: flags.lockWait ?? DEFAULT_LOCK_WAIT_MS,
    observe: display.observe,
  }).finally(display.close);
  if (flags.json === true) {
    process.stdout.write(`${JSON.stringify(report)}\n`);
  } else {
    for (const warning of report.warnings) process.stderr.write(`Warning: ${warning}.\n`);
    const { describeVerify } = await import('../output/describe-verify.ts');
    process.stdout.write(describeVerify(report));
  }
  process.exitCode = EXIT_CODES[report.outcome];
}

function pointOf({ point, newest }: VerifyFlags): string | undefined {
  if (point !== undefined && newest === true) {
    throw new UsageError('--point and --newest name two recovery points: say one of them');
  }
  return newest === true ? 'newest' : point;
}

function contentOf({ content, sample }: VerifyFlags): ContentToRead {
  if (content === true && sample !== undefined) {
    throw new UsageError('--content reads all files and --sample a part of them: say one of them');
  }
  if (sample !== undefined) return { kind: 'sample', percent: sample };
  return { kind: content === true ? 'whole' : 'none' };
}

function parsePercent(text: string): number {
  const [, digits] = /^(100|[1-9][0-9]?)%$/.exec(text) ?? [];
  if (digits === undefined) {
    throw new InvalidArgumentError('It must be a part of the files, from 1% to 100%.');
  }
  return Number(digits);
}

async function readPublicKey(file: string): Promise<KeyObject> {
  const text = await readFile(file).catch((error: unknown) => {
    throw new UsageError(`--public-key: ${file} cannot be read: ${messageOf(error)}`);
  });
  try {
    const key = createPublicKey(text);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // What is wrong with it is told below.
  }
  throw new UsageError(`--public-key: ${file} is no Ed25519 public key in PEM`);
}
