import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findPythonEnvironment, type PythonEnvironment } from './python-environment.ts';
import type { RunResult } from './run-program.ts';

const VERSION = '2.91.0';
const SESSION = join(import.meta.dirname, 'azure_cli_session.py');
const QUIET = {
  AZURE_CORE_COLLECT_TELEMETRY: 'no',
  AZURE_AUTO_UPGRADE_ENABLE: 'no',
  AZURE_CORE_OUTPUT: 'json',
  AZURE_CORE_ONLY_SHOW_ERRORS: 'yes',
  AZURE_CORE_NO_COLOR: 'yes',
};

/** The Azure CLI with a configuration of its own, which is removed by `dispose`. */
export type AzureCli = {
  /** A folder for files of the test. */
  readonly folder: string;
  /** Runs `az` with these arguments as a program of its own. */
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<RunResult>;
  /** Runs `az` with these arguments in a process that stays; `output` lacks what goes to standard error. */
  invoke(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<RunResult>;
  dispose(): Promise<void>;
};

/** The Azure CLI from PyPI, installed when asked for, or the reason why it cannot be had here. */
export async function findAzureCli(): Promise<AzureCli | { readonly unavailable: string }> {
  const module = ['-m', 'azure.cli'];
  const python = await findPythonEnvironment({
    title: `Azure CLI ${VERSION}`,
    folder: `python-azure-cli/${VERSION}`,
    packages: [`azure-cli==${VERSION}`],
    isSlow: true,
    trial: [...module, 'version'],
    env: QUIET,
  });
  if ('unavailable' in python) return python;
  let session: Session | undefined;
  return {
    folder: python.folder,
    run: (args, env) => python.run([...module, ...args], env),
    invoke(args, env = {}) {
      session ??= startSession(python);
      return session.invoke(args, env);
    },
    async dispose() {
      session?.end();
      await python.dispose();
    },
  };
}

type Session = {
  invoke(args: readonly string[], env: Readonly<Record<string, string>>): Promise<RunResult>;
  end(): void;
};

function startSession(python: PythonEnvironment): Session {
  const child = python.start([SESSION]);
  const waiting: ((result: RunResult) => void)[] = [];
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += String(text);
  });
  createInterface(child.stdout).on('line', (line) => {
    const { code, output } = JSON.parse(line) as RunResult;
    waiting.shift()?.({ code, output: code === 0 ? output : `${output}${errors}` });
  });
  child.once('close', () => {
    for (const done of waiting.splice(0)) done({ code: 1, output: `The Azure CLI ended: ${errors}` });
  });
  return {
    invoke: (args, env) =>
      new Promise((done) => {
        waiting.push(done);
        child.stdin.write(`${JSON.stringify({ args, env })}\n`);
      }),
    end: () => child.stdin.end(),
  };
}
