import { execFile } from 'node:child_process';
import { access, chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const VERSION = '10.32.2';
const PACKAGE = '@azure-tools/azcopy-linux';
const CACHE = resolve(import.meta.dirname, '../../node_modules/.cache/sharepair/azcopy');
const INSTALLED = join(CACHE, VERSION);
const EXECUTABLE = join('node_modules', PACKAGE, 'dist/bin/azcopy_linux_amd64');
/** Where the package of the one shared library that AzCopy needs is unpacked when the machine lacks it. */
const LIBRARY_PACKAGE = 'libsecret-1-0';
const LIBRARY_ROOT = 'libraries';
const LIBRARY_PATH = join(INSTALLED, LIBRARY_ROOT, 'usr/lib/x86_64-linux-gnu');

/** How a run of a program ended. */
export type RunResult = { readonly code: number; readonly output: string };

/** Runs AzCopy with its own home, logs and plans, which are removed by `dispose`. */
export type AzCopy = {
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<RunResult>;
  dispose(): Promise<void>;
};

/** Real AzCopy, installed from its npm package on first use, or the reason why it cannot be had here. */
export async function findAzCopy(): Promise<AzCopy | { readonly unavailable: string }> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { unavailable: `AzCopy ${VERSION} is published on npm for Linux on x64 only.` };
  }
  if (!(await exists(join(INSTALLED, EXECUTABLE)))) {
    const failure = await install();
    if (failure !== undefined) return { unavailable: `AzCopy ${VERSION} could not be installed: ${failure}` };
  }
  const azcopy = await inOwnFolder();
  const trial = await azcopy.run(['--version']);
  if (trial.code === 0) return azcopy;
  await azcopy.dispose();
  return { unavailable: `AzCopy ${VERSION} does not run here: ${trial.output.trim()}` };
}

async function inOwnFolder(): Promise<AzCopy> {
  const folder = await mkdtemp(join(tmpdir(), 'sharepair-azcopy-'));
  const own = {
    PATH: process.env.PATH ?? '',
    LD_LIBRARY_PATH: LIBRARY_PATH,
    HOME: folder,
    AZCOPY_LOG_LOCATION: join(folder, 'logs'),
    AZCOPY_JOB_PLAN_LOCATION: join(folder, 'plans'),
    AZCOPY_DISABLE_SYSLOG: 'true',
  };
  return {
    run: (args, env = {}) => execute(join(INSTALLED, EXECUTABLE), args, { env: { ...own, ...env } }),
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Installs beside and renames, so that two test workers cannot meet a half-installed package. */
async function install(): Promise<string | undefined> {
  await mkdir(CACHE, { recursive: true });
  const staging = await mkdtemp(join(CACHE, 'staging-'));
  try {
    const args = ['install', '--prefix', staging, '--no-save', '--no-audit', '--no-fund', '--ignore-scripts'];
    const result = await execute('npm', [...args, `${PACKAGE}@${VERSION}`], { env: process.env });
    if (result.code !== 0) return result.output.trim().split('\n').slice(-3).join(' ');
    const executable = join(staging, EXECUTABLE);
    await chmod(executable, 0o755);
    const trial = await execute(executable, ['--version'], { env: { HOME: staging } });
    if (trial.output.includes('libsecret')) await unpackLibrary(staging);
    await rename(staging, INSTALLED).catch(() => undefined);
    return undefined;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Takes the library from the distribution's package without installing that; where there is none, AzCopy will say so. */
async function unpackLibrary(staging: string): Promise<void> {
  await execute('apt-get', ['download', LIBRARY_PACKAGE], { env: process.env, cwd: staging });
  const archive = (await readdir(staging)).find((name) => name.endsWith('.deb'));
  if (archive === undefined) return;
  await execute('dpkg', ['-x', archive, LIBRARY_ROOT], { env: process.env, cwd: staging });
}

type ExecuteOptions = { readonly env: Readonly<Record<string, string | undefined>>; readonly cwd?: string };

function execute(file: string, args: readonly string[], options: ExecuteOptions): Promise<RunResult> {
  return new Promise((done) => {
    const limits = { timeout: 120_000, maxBuffer: 64 * 1024 * 1024 };
    execFile(file, [...args], { ...options, ...limits }, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`;
      if (error === null) done({ code: 0, output });
      else if (typeof error.code === 'number') done({ code: error.code, output });
      else done({ code: 1, output: `${output}${error.message}` });
    });
  });
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
