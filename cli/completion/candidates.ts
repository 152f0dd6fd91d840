import { resolve } from 'node:path';
import type { Command, Option } from 'commander';
import { DEFAULT_CONFIGURATION_FILE } from '../options.ts';
import { readJobNames } from './job-names.ts';

export interface Candidate {
  readonly word: string;
  readonly description: string;
}

/**
 * What the last of `words` may become, the words being those after the command's own name. Read from the tree
 * of commands itself; nothing where the shell should offer files, or where anything may stand.
 */
export async function candidatesFor(
  program: Command,
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<readonly Candidate[]> {
  // Bash makes three words of `--config=file`.
  const before = words.slice(0, -1).filter((word) => word !== '=');
  const current = (words.at(-1) ?? '').replace(/^=$/, '');
  const all = await allCandidates(program, before, current, environment);
  return all.filter(({ word }) => word.startsWith(current));
}

async function allCandidates(
  program: Command,
  before: readonly string[],
  current: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<readonly Candidate[]> {
  const command = program.commands.find((known) => known.name() === before.find(isPlain));
  if (command === undefined) {
    if (before.some(isPlain)) return before.find(isPlain) === 'help' ? commandsOf(program) : [];
    return current.startsWith('-') ? optionsOf(program) : commandsOf(program);
  }
  const previous = before.at(-1) ?? '';
  const pending = optionWithValue(command, previous);
  if (pending !== undefined) return choices(pending.argChoices);
  if (current.startsWith('-')) return optionsOf(command);
  const argument = command.registeredArguments[0];
  const given = argumentsIn(command, before);
  if (argument === undefined || (given.length > 0 && !argument.variadic)) return [];
  if (argument.argChoices !== undefined) return choices(argument.argChoices);
  if (argument.name() !== 'job') return [];
  const jobs = await readJobNames(resolve(configurationFile(before, environment)));
  return jobs.filter((job) => !given.includes(job)).map((word) => ({ word, description: 'job' }));
}

function choices(words: readonly string[] = []): Candidate[] {
  return words.map((word) => ({ word, description: '' }));
}

function isPlain(word: string): boolean {
  return !word.startsWith('-');
}

function commandsOf(program: Command): Candidate[] {
  const visible = program.createHelp().visibleCommands(program);
  return visible.map((command) => ({
    word: command.name(),
    description: command.summary() || command.description(),
  }));
}

function optionsOf(command: Command): Candidate[] {
  const visible = command.createHelp().visibleOptions(command);
  return visible.map(({ long, short, description }) => ({ word: long ?? short ?? '', description }));
}

/** The option of this name whose value is the next word. */
function optionWithValue(command: Command, name: string): Option | undefined {
  return command.options.find(
    ({ long, short, required, optional }) => (required || optional) && (long === name || short === name),
  );
}

/** The words that are neither the command's name, nor options, nor their values. */
function argumentsIn(command: Command, before: readonly string[]): readonly string[] {
  const given = before.filter((word, index) => {
    const previous = before[index - 1];
    return isPlain(word) && (previous === undefined || optionWithValue(command, previous) === undefined);
  });
  return given.slice(1);
}

function configurationFile(
  before: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const index = before.findLastIndex((word) => /^(?:-c|--config)(?:=|$)/.test(word));
  const written = before[index]?.split('=')[1] ?? before[index + 1];
  return (index < 0 ? undefined : written) ?? environment.SHAREPAIR_CONFIG ?? DEFAULT_CONFIGURATION_FILE;
}
