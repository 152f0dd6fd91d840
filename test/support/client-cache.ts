import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { exists } from './run-program.ts';

const CACHE = resolve(import.meta.dirname, '../../node_modules/.cache/sharepair');
const POLL_MS = 250;

/** A client that tests run: where its installation is kept between runs. */
export type CachedClient = {
  /** For messages: `rclone 1.75.1`. */
  readonly title: string;
  /** Folder below the cache: `rclone/1.75.1`. */
  readonly folder: string;
  /** Installs into an empty folder; returns why that failed, or nothing. */
  readonly install: (staging: string) => Promise<string | undefined>;
  /** Whether installing takes minutes, so that it happens only when asked for. */
  readonly isSlow: boolean;
};

/** Where the client is installed, or the reason why it cannot be had here. */
export type Installed = { readonly folder: string } | { readonly unavailable: string };

/**
 * Finds a client in the cache, or installs it; others who want it meanwhile wait. It is installed beside and
 * renamed, so that nobody can meet a half-installed one. Slow ones are installed only with
 * `SHAREPAIR_TEST_CLIENTS=all`.
 */
export async function installOnce(client: CachedClient): Promise<Installed> {
  const folder = resolve(CACHE, client.folder);
  if (await exists(folder)) return { folder };
  if (client.isSlow && process.env.SHAREPAIR_TEST_CLIENTS !== 'all') {
    return {
      unavailable: `${client.title} is not installed yet, which takes minutes: set SHAREPAIR_TEST_CLIENTS=all once.`,
    };
  }
  await mkdir(dirname(folder), { recursive: true });
  const lock = `${folder}.lock`;
  await takeLock(lock);
  try {
    return (await exists(folder)) ? { folder } : await install(client, folder);
  } finally {
    await rm(lock, { force: true });
  }
}

async function install(client: CachedClient, folder: string): Promise<Installed> {
  const staging = await mkdtemp(resolve(dirname(folder), 'staging-'));
  try {
    const failure = await client.install(staging);
    if (failure !== undefined) return { unavailable: `${client.title} could not be installed: ${failure}` };
    await rename(staging, folder);
    return { folder };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Makes a file that names this process, once there is none of a process that lives. */
async function takeLock(lock: string): Promise<void> {
  for (;;) {
    try {
      await writeFile(lock, String(process.pid), { flag: 'wx' });
      return;
    } catch {
      const holder = await readFile(lock, 'utf8').catch(() => '');
      if (holder !== '' && !isAlive(Number(holder))) await rm(lock, { force: true });
      else await sleep(POLL_MS);
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
