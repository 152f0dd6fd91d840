import { resolve } from 'node:path';
import type { Command, Option } from 'commander';
import { DEFAULT_CONFIGURATION_FILE, PATH_OPTIONS } from '../options.ts';
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
  const pending = command.options.find((option) => takesValue(option) && names(option).includes(previous));
  if (pending !== undefined) return valuesOf(pending);
  if (current.startsWith('-')) return optionsOf(command);
  const argument = command.registeredArguments[0];
  const given = argumentsIn(command, before);
  if (argument === undefined || (given.length > 0 && !argument.variadic)) return [];
  if (argument.argChoices !== undefined)
    return argument.argChoices.map((word) => ({ word, description: '' }));
  if (argument.name() !== 'job') return [];
  const jobs = await readJobNames(resolve(configurationFile(before, environment)));
  return jobs.filter((job) => !given.includes(job)).map((word) => ({ word, description: 'job' }));
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

function valuesOf(option: Option): Candidate[] {
  if (PATH_OPTIONS.has(option.long ?? '')) return [];
  return (option.argChoices ?? []).map((word) => ({ word, description: '' }));
}

function takesValue(option: Option): boolean {
  return option.required || option.optional;
}

function names({ long, short }: Option): readonly (string | undefined)[] {
  return [long, short];
}

/** The words that are neither the command's name, nor options, nor their values. */
function argumentsIn(command: Command, before: readonly string[]): readonly string[] {
  const given = before.filter((word, index) => {
    const previous = before[index - 1];
    const isValue = command.options.some((option) => takesValue(option) && names(option).includes(previous));
    return isPlain(word) && !isValue;
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
