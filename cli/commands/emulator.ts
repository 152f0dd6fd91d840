import type { Command } from 'commander';
import { UsageError } from '../errors.ts';
import { collect, type JsonFlags, parsePort, withDebug, withExamples, withJson } from '../options.ts';
import { stopSignal } from '../stop-requests.ts';

interface EmulatorFlags extends JsonFlags {
  readonly port: number;
  readonly account: readonly string[];
  readonly data?: string;
  readonly https?: true;
}

export function addEmulator(program: Command): void {
  const command = program
    .command('emulator')
    .summary('run an emulator of Azure Files on this machine')
    .description(
      'Serves the REST interface of Azure Files on 127.0.0.1 until Ctrl-C or SIGTERM, for trying things out and for tests.',
    )
    .option('--port <number>', 'port to listen on; 0 takes any that is free', parsePort, 0)
    .option(
      '--account <name[=key]>',
      'a storage account to serve, the key in base64 or made up; may be repeated (default: source and target)',
      collect,
      [],
    )
    .option('--data <folder>', 'folder that keeps the state from one start to the next')
    .option('--https', 'listen for HTTPS, too, with a certificate made at the start');
  withJson(command, 'print endpoints and keys as one line of JSON once it is ready');
  withDebug(command);
  withExamples(command, [
    ['sharepair emulator', 'two accounts in memory, on any free port'],
    [
      'sharepair emulator --port 10000 --account proddata --account drdata --data ./emulated',
      'kept in a folder',
    ],
  ]);
  command.action(runEmulator);
}

async function runEmulator(flags: EmulatorFlags): Promise<void> {
  const signal = stopSignal();
  const { AccountArgumentError, runEmulatorCommand } = await import('../../emulator/command.ts');
  try {
    await runEmulatorCommand({
      port: flags.port,
      accounts: flags.account,
      json: flags.json === true,
      https: flags.https === true,
      signal,
      ...(flags.data === undefined ? {} : { dataDir: flags.data }),
    });
  } catch (error) {
    throw error instanceof AccountArgumentError ? new UsageError(error.message) : error;
  }
}
