import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';

/** How a run of a program ended. */
export type RunResult = { readonly code: number; readonly output: string };

/** How to run a program: its whole environment, its folder, and how long it may take. */
export type RunOptions = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly timeoutMs?: number;
  /** What the program reads from its standard input; nothing unless given. */
  readonly input?: string;
  /** Kills the program at once, as the machine's end would, when it is aborted. */
  readonly kill?: AbortSignal;
};

/** Runs a program to its end; never rejects. `output` is what it wrote, standard output first. */
export function runProgram(file: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  const { env, cwd, timeoutMs = 120_000, input = '', kill } = options;
  return new Promise((done) => {
    const limits = { env, timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024 };
    const settings = cwd === undefined ? limits : { ...limits, cwd };
    const child = execFile(file, [...args], settings, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`;
      if (error === null) done({ code: 0, output });
      else if (typeof error.code === 'number') done({ code: error.code, output });
      else done({ code: 1, output: `${output}${error.message}` });
    });
    kill?.addEventListener('abort', () => child.kill('SIGKILL'), { once: true });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/** Whether there is something at that path. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** The end of what a program wrote, on one line, for a message. */
export function lastLines(output: string): string {
  return output.trim().split('\n').slice(-3).join(' ');
}
