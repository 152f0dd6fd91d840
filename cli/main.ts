import { CommanderError } from 'commander';
import { keepMemoryFlat } from '../lib/flat-memory.ts';
import { EXIT_CODES } from '../lib/report/exit-codes.ts';
import { endOfError, reportError } from './errors.ts';
import { buildProgram } from './program.ts';
import { requestStop, watchStopRequests } from './stop-requests.ts';

/**
 * The `sharepair` command: reads the process's arguments, does what they say and leaves the exit code in
 * `process.exitCode` (docs/exit-codes.md).
 */
export async function main(): Promise<void> {
  keepMemoryFlat();
  watchStopRequests();
  endQuietlyWithoutReader(process.stdout);
  endQuietlyWithoutReader(process.stderr);
  const program = buildProgram();
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT_CODES.complete : EXIT_CODES.configuration;
      return;
    }
    const debug = program.commands.some((command) => command.opts<{ debug?: boolean }>().debug === true);
    reportError(error, debug);
    process.exitCode = endOfError(error);
  }
}

/** `sharepair points finance | head` closes the pipe early; that is no failure of the command. */
function endQuietlyWithoutReader(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    requestStop();
  });
}
