import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EndEvent, RunEvent } from '../../lib/report/events.ts';

const ROOT = join(import.meta.dirname, '../..');

export interface CommandResult {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly process: ChildProcess;
  readonly result: Promise<CommandResult>;
}

/** Starts the real command in a process of its own. */
export function startCommand(
  parameters: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): RunningCommand {
  const child = spawn(process.execPath, [join(ROOT, 'bin/sharepair.js'), ...parameters], {
    env: { ...process.env, NO_COLOR: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { process: child, result: finish(child) };
}

export function runCommand(
  parameters: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  return startCommand(parameters, environment).result;
}

/** The events that a backup with --json wrote. */
export function eventsOf({ stdout }: CommandResult): RunEvent[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line): RunEvent => JSON.parse(line));
}

export function endOf(result: CommandResult): EndEvent {
  const last = eventsOf(result).at(-1);
  if (last?.event !== 'end') throw new Error(`the last event is no end:\n${result.stdout}\n${result.stderr}`);
  return last;
}

/** Calls `use` with the path of a configuration file that is gone afterwards. */
export async function withConfigurationFile<T>(text: string, use: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'sharepair-test-'));
  try {
    const file = join(folder, 'sharepair.config.json');
    await writeFile(file, text);
    return await use(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function finish(child: ChildProcess): Promise<CommandResult> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, stdout, stderr };
}
