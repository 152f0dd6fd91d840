import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';

const readySchema = z.object({
  ready: z.literal(true),
  accounts: z.array(z.object({ name: z.string(), key: z.string(), endpoint: z.string() })),
  control: z.url(),
});

export type EmulatedAccount = z.output<typeof readySchema>['accounts'][number];

/** An emulator in a process of its own, so that it and its client do not share one core. */
export interface EmulatorProcess {
  readonly accounts: readonly EmulatedAccount[];
  /** URL of the control endpoint, ended by a slash. */
  readonly control: string;
  /** Ends it, once its state is saved where it has a folder. */
  stop(): Promise<void>;
}

const SAVING_MS = 60_000;

/** Starts `sharepair emulator` and waits until it answers. It ends with this process, however that ends. */
export async function startEmulatorProcess(
  accounts: readonly string[],
  dataFolder: string | undefined,
): Promise<EmulatorProcess> {
  const [, command = ''] = process.argv;
  const flags = ['--json', ...accounts.flatMap((account) => ['--account', account])];
  if (dataFolder !== undefined) flags.push('--data', dataFolder);
  // In a session of its own, as a Ctrl-C is for the demo, which then ends it in order.
  const child = spawn(process.execPath, [command, 'emulator', ...flags], {
    env: { ...process.env, SHAREPAIR_LAUNCHED: '1' },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    detached: true,
    windowsHide: true,
  });
  const { stdout } = child;
  if (stdout === null) throw new Error('the emulator has no standard output');
  const line = await firstLine(child, stdout);
  const { accounts: served, control } = readySchema.parse(JSON.parse(line));
  return { accounts: served, control, stop: () => stop(child) };
}

async function firstLine(child: ChildProcess, stdout: Readable): Promise<string> {
  const lines = createInterface({ input: stdout });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the emulator ended with ${code} before it was ready`);
  });
  const [line] = await Promise.race([once(lines, 'line'), ended]);
  ended.catch(() => undefined);
  lines.close();
  stdout.resume();
  return String(line);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.send({ signal: 'SIGTERM', count: 1 });
  const patience = new AbortController();
  const late = delay(SAVING_MS, 'late', { signal: patience.signal }).catch(() => 'cancelled');
  const first = await Promise.race([exited, late]);
  patience.abort();
  if (first === 'late') {
    child.kill('SIGKILL');
    await exited;
  }
}
