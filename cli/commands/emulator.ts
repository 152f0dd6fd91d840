import type { Command } from 'commander';
import { UsageError } from '../errors.ts';
import {
  collect,
  type JsonFlags,
  parsePort,
  parseSeconds,
  withDebug,
  withExamples,
  withJson,
} from '../options.ts';
import { stopSignal } from '../stop-requests.ts';

interface EmulatorFlags extends JsonFlags {
  readonly port: number;
  readonly account?: readonly string[];
  readonly data?: string;
  readonly https?: true;
  readonly identity?: readonly string[];
  readonly bearerOverHttp?: true;
  /** Milliseconds. */
  readonly saveEvery?: number;
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
      'a storage account to serve, the key in base64 or made up; may be repeated; source and target unless given',
      collect,
    )
    .option('--data <folder>', 'folder that keeps the state from one start to the next')
    .option('--save-every <seconds>', 'save to that folder from time to time, too', parseSeconds)
    .option(
      '--identity <name[=role[@account],...]>',
      'a managed identity and its roles, by name or single action; may be repeated',
      collect,
    )
    .option('--bearer-over-http', 'take access tokens over plain HTTP, which Azure does not')
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
      accounts: flags.account ?? [],
      identities: flags.identity ?? [],
      bearerOverHttp: flags.bearerOverHttp === true,
      json: flags.json === true,
      https: flags.https === true,
      signal,
      ...(flags.data === undefined ? {} : { dataDir: flags.data }),
      ...(flags.saveEvery === undefined ? {} : { saveEverySeconds: flags.saveEvery / 1000 }),
    });
  } catch (error) {
    throw error instanceof AccountArgumentError ? new UsageError(error.message) : error;
  }
}
