import type { Command } from 'commander';
import { withDebug, withExamples } from '../options.ts';
import { stopSignal } from '../stop-requests.ts';

export function addDemo(program: Command): void {
  const command = program
    .command('demo')
    .summary('show a backup on this machine, against the emulator')
    .description(
      'Starts the emulator with two storage accounts, fills a share, backs it up, changes it, backs it up again, proves both recovery points and prunes. Takes less than a minute, needs no Azure account, and leaves nothing behind.',
    )
    .option('--keep', 'leave the state of the emulator in ./.sharepair-demo and say how to look at it');
  withDebug(command);
  withExamples(command, [
    ['sharepair demo', 'see it work'],
    ['sharepair demo --keep', 'and look around afterwards'],
  ]);
  command.action(async (flags: { readonly keep?: true }) => {
    const stop = stopSignal(() => process.stderr.write('stopping\n'));
    const { runDemo } = await import('../demo/run-demo.ts');
    process.exitCode = await runDemo({ keep: flags.keep === true, stop });
  });
}
