import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installOnce } from './client-cache.ts';
import { lastLines, type RunResult, runProgram } from './run-program.ts';

const SDK = {
  version: '12.27.1',
  // The extension computes the CRC-64 that the SDK sends and checks; the identity library gets tokens.
  packages: [
    'azure-storage-file-share==12.27.1',
    'azure-storage-extensions==0.1.0',
    'azure-identity==1.27.0',
  ],
};
const INSTALL_TIMEOUT_MS = 900_000;

/** Runs Python in a virtual environment, with a home of its own, which is removed by `dispose`. */
export type PythonEnvironment = {
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<RunResult>;
  /** Starts a process that stays; whoever starts it ends it. */
  start(args: readonly string[]): ChildProcessWithoutNullStreams;
  /** A folder for files of the test. */
  readonly folder: string;
  dispose(): Promise<void>;
};

/** What to install, and how to see that it works. */
export type WantedEnvironment = {
  /** For messages: `Azure CLI 2.91.0`. */
  readonly title: string;
  /** Folder below the cache. */
  readonly folder: string;
  readonly packages: readonly string[];
  /** See `CachedClient`. */
  readonly isSlow: boolean;
  /** Arguments with which Python must succeed. */
  readonly trial: readonly string[];
  /** Added to the environment of every run. */
  readonly env?: Readonly<Record<string, string>>;
};

/** The Python SDK of Azure Files from PyPI, installed on first use, or the reason why it cannot be had here. */
export function findPythonSdk(): Promise<PythonEnvironment | { readonly unavailable: string }> {
  return findPythonEnvironment({
    title: `Python SDK ${SDK.version}`,
    folder: `python-sdk/${SDK.version}`,
    packages: SDK.packages,
    isSlow: false,
    trial: ['-c', 'import azure.storage.fileshare, azure.storage.extensions, azure.identity'],
  });
}

/** A virtual environment with these packages, or the reason why it cannot be had here. */
export async function findPythonEnvironment(
  wanted: WantedEnvironment,
): Promise<PythonEnvironment | { readonly unavailable: string }> {
  const { title, folder, packages, isSlow, trial, env = {} } = wanted;
  if (process.platform === 'win32') return { unavailable: `${title} is not tried on Windows.` };
  const install = (staging: string) => makeEnvironment(staging, packages);
  const installed = await installOnce({ title, folder, install, isSlow });
  if ('unavailable' in installed) return installed;
  const environment = await inOwnFolder(installed.folder, env);
  const result = await environment.run(trial);
  if (result.code === 0) return environment;
  await environment.dispose();
  return { unavailable: `${title} does not run here: ${lastLines(result.output)}` };
}

async function makeEnvironment(staging: string, packages: readonly string[]): Promise<string | undefined> {
  const limits = { env: process.env, timeoutMs: INSTALL_TIMEOUT_MS };
  const made = await runProgram('python3', ['-m', 'venv', staging], limits);
  if (made.code !== 0) return lastLines(made.output);
  const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check'];
  const filled = await runProgram(join(staging, 'bin/python'), [...pip, ...packages], limits);
  return filled.code === 0 ? undefined : lastLines(filled.output);
}

/** An environment can be moved as long as its scripts, which name their interpreter, are not used. */
async function inOwnFolder(
  installed: string,
  env: Readonly<Record<string, string>>,
): Promise<PythonEnvironment> {
  const folder = await mkdtemp(join(tmpdir(), 'sharepair-python-'));
  const own = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    AZURE_CONFIG_DIR: join(folder, 'azure'),
    PYTHONDONTWRITEBYTECODE: '1',
    // Nothing listens there, so nothing but this machine can be reached.
    HTTP_PROXY: 'http://127.0.0.1:9',
    HTTPS_PROXY: 'http://127.0.0.1:9',
    NO_PROXY: '127.0.0.1,localhost',
    ...env,
  };
  const interpreter = join(installed, 'bin/python');
  return {
    folder,
    start: (args) => spawn(interpreter, [...args], { env: own }),
    run: (args, more = {}) => runProgram(interpreter, args, { env: { ...own, ...more } }),
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}
