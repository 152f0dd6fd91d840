import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/** How to start a program: its file, its whole environment. */
export type Program = {
  readonly file: string;
  readonly parameters: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
};

export type MeasuredRun = {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly cutOff: boolean;
  readonly seconds: number;
  /** The most memory that it held at once (VmHWM of proc(5)); null where the machine does not tell. */
  readonly peakBytes: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

const POLL_MS = 50;
const GRACE_MS = 20_000;
const KEPT_CHARACTERS = 8 * 2 ** 20;

/** When a run ends before its own end. */
export type RunLimits = { readonly seconds: number; readonly stop: AbortSignal };

/**
 * Runs a program to its end, or cuts it off after so many seconds. The last growth before its end may be missed.
 * @throws what `stop` was aborted with.
 */
export async function runMeasured(program: Program, limits: RunLimits): Promise<MeasuredRun> {
  limits.stop.throwIfAborted();
  const began = performance.now();
  const child = spawn(program.file, [...program.parameters], {
    env: { ...program.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = collect(child);
  const closed = once(child, 'close');
  let peakBytes: number | null = null;
  const poll = setInterval(() => {
    peakBytes = peakOf(child.pid) ?? peakBytes;
  }, POLL_MS);
  let cutOff = false;
  let force: NodeJS.Timeout | undefined;
  const end = () => {
    cutOff = true;
    child.kill('SIGTERM');
    force ??= setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  };
  const limit = setTimeout(end, limits.seconds * 1000);
  limits.stop.addEventListener('abort', end);
  try {
    const [code] = (await closed) as [number | null];
    limits.stop.throwIfAborted();
    return { code, cutOff, seconds: (performance.now() - began) / 1000, peakBytes, ...output };
  } finally {
    clearInterval(poll);
    clearTimeout(limit);
    clearTimeout(force);
    limits.stop.removeEventListener('abort', end);
  }
}

function collect(child: ChildProcess) {
  const output = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output.stdout = (output.stdout + text).slice(-KEPT_CHARACTERS);
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output.stderr = (output.stderr + text).slice(-KEPT_CHARACTERS);
  });
  return output;
}

function peakOf(pid: number | undefined): number | undefined {
  try {
    const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  } catch {
    return undefined;
  }
}
