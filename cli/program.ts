import { Command } from 'commander';
import { VERSION } from '../lib/version.ts';
import { addBackup } from './commands/backup.ts';
import { addBudget } from './commands/budget.ts';
import { addCompletion } from './commands/completion.ts';
import { addDemo } from './commands/demo.ts';
import { addEmulator } from './commands/emulator.ts';
import { addPin } from './commands/pin.ts';
import { addPoints } from './commands/points.ts';
import { addPrune } from './commands/prune.ts';
import { addStatus } from './commands/status.ts';
import { addUnlock } from './commands/unlock.ts';
import { addUnpin } from './commands/unpin.ts';
import { addVerify } from './commands/verify.ts';
import { asSentence } from './errors.ts';

const AFTER_HELP = `
Exit codes:
  0  complete
  1  failed
  2  wrong configuration or command line; nothing was touched
  3  incomplete; run it again to carry on
  4  stopped by a guard
  5  another run holds the lock
  6  verification found differences
  7  a job is late

Examples:
  $ sharepair demo
      a backup from beginning to end on this machine, without an Azure account
  $ sharepair backup
      every job of ./sharepair.config.json
  $ sharepair points finance
      what can be restored`;

/** The tree of commands; each loads what it needs only when it is called. */
export function buildProgram(): Command {
  const program = new Command('sharepair')
    .description(
      'Scheduled, verified backups of an Azure file share in another storage account, and restores from them.',
    )
    .version(VERSION)
    .helpOption('-h, --help', 'show this text')
    .helpCommand('help [command]', 'show the help of a command')
    .showHelpAfterError('Say --help for what there is.')
    .configureOutput({ outputError: (text, write) => write(`${errorSentence(text)}\n`) })
    .exitOverride();
  addBackup(program);
  addPoints(program);
  addStatus(program);
  addPrune(program);
  addPin(program);
  addUnpin(program);
  addBudget(program);
  addVerify(program);
  addUnlock(program);
  addEmulator(program);
  addDemo(program);
  addCompletion(program);
  return program.addHelpText('after', AFTER_HELP);
}

/** The parser's own words begin with "error:" and may end with a guess in brackets on a line of its own. */
function errorSentence(text: string): string {
  const [first = '', ...rest] = text
    .trim()
    .replace(/^error: /, '')
    .split('\n');
  return [asSentence(first), ...rest].join('\n');
}
