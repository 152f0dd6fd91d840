import { mkdtemp, rm } from 'node:fs/promises';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { installOnce } from './client-cache.ts';
import { lastLines, type RunResult, runProgram } from './run-program.ts';

const VERSION = '1.75.1';
const MODULE = `github.com/rclone/rclone@v${VERSION}`;
const BUILD_TIMEOUT_MS = 1_800_000;

/** Runs rclone with its own configuration and cache, which are removed by `dispose`. */
export type Rclone = {
  run(args: readonly string[], env?: Readonly<Record<string, string>>, input?: string): Promise<RunResult>;
  dispose(): Promise<void>;
};

/** Real rclone, built with Go when asked for, or the reason why it cannot be had here. */
export async function findRclone(): Promise<Rclone | { readonly unavailable: string }> {
  const title = `rclone ${VERSION}`;
  const installed = await installOnce({ title, folder: `rclone/${VERSION}`, install: build, isSlow: true });
  if ('unavailable' in installed) return installed;
  const rclone = await inOwnFolder(installed.folder);
  const trial = await rclone.run(['version']);
  if (trial.code === 0) return rclone;
  await rclone.dispose();
  return { unavailable: `${title} does not run here: ${lastLines(trial.output)}` };
}

async function build(staging: string): Promise<string | undefined> {
  const env = { ...process.env, GOBIN: staging };
  const built = await runProgram('go', ['install', '-ldflags=-s', MODULE], {
    env,
    timeoutMs: BUILD_TIMEOUT_MS,
  });
  if (built.code !== 0) return lastLines(built.output);
  return undefined;
}

async function inOwnFolder(installed: string): Promise<Rclone> {
  const folder = await mkdtemp(join(tmpdir(), 'sharepair-rclone-'));
  const own = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    RCLONE_CONFIG: devNull,
    RCLONE_CACHE_DIR: join(folder, 'cache'),
    RCLONE_RETRIES: '1',
    RCLONE_LOW_LEVEL_RETRIES: '1',
    // Nothing listens there, so nothing but this machine can be reached.
    HTTP_PROXY: 'http://127.0.0.1:9',
    HTTPS_PROXY: 'http://127.0.0.1:9',
    NO_PROXY: '127.0.0.1,localhost',
  };
  return {
    run: (args, env = {}, input = '') =>
      runProgram(join(installed, 'rclone'), args, { env: { ...own, ...env }, input }),
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}
