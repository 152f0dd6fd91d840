import { Argument, type Command } from 'commander';
import { candidatesFor } from '../completion/candidates.ts';
import { COMPLETION_SCRIPTS, isShell, SHELLS } from '../completion/scripts.ts';
import { withExamples } from '../options.ts';

export function addCompletion(program: Command): void {
  const command = program
    .command('completion')
    .summary('print a script that completes commands, options and jobs in a shell')
    .description(
      'Prints a script that lets a shell complete commands, options and the jobs of the configuration.',
    )
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS));
  withExamples(command, [
    ['source <(sharepair completion bash)', 'in ~/.bashrc'],
    ['source <(sharepair completion zsh)', 'in ~/.zshrc, after compinit'],
    ['sharepair completion fish > ~/.config/fish/completions/sharepair.fish', 'once'],
  ]);
  command.action((shell: string) => {
    if (isShell(shell)) process.stdout.write(COMPLETION_SCRIPTS[shell]);
  });
  addCandidates(program);
}

/** What the scripts call at each press of the key; not meant for people. */
function addCandidates(program: Command): void {
  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .helpOption(false)
    .action(async (words: readonly string[]) => {
      const candidates = await candidatesFor(program, words, process.env);
      for (const { word, description } of candidates) process.stdout.write(`${word}\t${description}\n`);
    });
}
