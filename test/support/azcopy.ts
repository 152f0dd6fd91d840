import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installOnce } from './client-cache.ts';
import { lastLines, type RunResult, runProgram } from './run-program.ts';

const VERSION = '10.32.2';
const PACKAGE = '@azure-tools/azcopy-linux';
const EXECUTABLE = join('node_modules', PACKAGE, 'dist/bin/azcopy_linux_amd64');
/** Where the package of the one shared library that AzCopy needs is unpacked when the machine lacks it. */
const LIBRARY_PACKAGE = 'libsecret-1-0';
const LIBRARY_ROOT = 'libraries';
const LIBRARY_PATH = join(LIBRARY_ROOT, 'usr/lib/x86_64-linux-gnu');

export type { RunResult } from './run-program.ts';

/** Runs AzCopy with its own home, logs and plans, which are removed by `dispose`. */
export type AzCopy = {
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<RunResult>;
  /** For those who start it themselves. */
  readonly program: { readonly file: string; readonly env: Readonly<Record<string, string>> };
  dispose(): Promise<void>;
};

/** Real AzCopy, installed from its npm package on first use, or the reason why it cannot be had here. */
export async function findAzCopy(): Promise<AzCopy | { readonly unavailable: string }> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { unavailable: `AzCopy ${VERSION} is published on npm for Linux on x64 only.` };
  }
  const client = { title: `AzCopy ${VERSION}`, folder: `azcopy/${VERSION}`, install, isSlow: false };
  const installed = await installOnce(client);
  if ('unavailable' in installed) return installed;
  const azcopy = await inOwnFolder(installed.folder);
  const trial = await azcopy.run(['--version']);
  if (trial.code === 0) return azcopy;
  await azcopy.dispose();
  return { unavailable: `AzCopy ${VERSION} does not run here: ${trial.output.trim()}` };
}

async function inOwnFolder(installed: string): Promise<AzCopy> {
  const folder = await mkdtemp(join(tmpdir(), 'sharepair-azcopy-'));
  const own = {
    PATH: process.env.PATH ?? '',
    LD_LIBRARY_PATH: join(installed, LIBRARY_PATH),
    HOME: folder,
    AZCOPY_LOG_LOCATION: join(folder, 'logs'),
    AZCOPY_JOB_PLAN_LOCATION: join(folder, 'plans'),
    AZCOPY_DISABLE_SYSLOG: 'true',
  };
  const file = join(installed, EXECUTABLE);
  return {
    run: (args, env = {}) => runProgram(file, args, { env: { ...own, ...env } }),
    program: { file, env: own },
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}

async function install(staging: string): Promise<string | undefined> {
  const args = ['install', '--prefix', staging, '--no-save', '--no-audit', '--no-fund', '--ignore-scripts'];
  const result = await runProgram('npm', [...args, `${PACKAGE}@${VERSION}`], { env: process.env });
  if (result.code !== 0) return lastLines(result.output);
  const executable = join(staging, EXECUTABLE);
  await chmod(executable, 0o755);
  const trial = await runProgram(executable, ['--version'], { env: { HOME: staging } });
  if (trial.output.includes('libsecret')) await unpackLibrary(staging);
  return undefined;
}

/** Takes the library from the distribution's package without installing that; where there is none, AzCopy will say so. */
async function unpackLibrary(staging: string): Promise<void> {
  await runProgram('apt-get', ['download', LIBRARY_PACKAGE], { env: process.env, cwd: staging });
  const archive = (await readdir(staging)).find((name) => name.endsWith('.deb'));
  if (archive === undefined) return;
  await runProgram('dpkg', ['-x', archive, LIBRARY_ROOT], { env: process.env, cwd: staging });
}
