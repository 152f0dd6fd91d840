import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { exists } from './run-program.ts';

const CACHE = resolve(import.meta.dirname, '../../node_modules/.cache/sharepair');

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
 * Finds a client in the cache, or installs it. It is installed beside and renamed, so that two test workers
 * cannot meet a half-installed one. Slow ones are installed only with `SHAREPAIR_TEST_CLIENTS=all`.
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
  const staging = await mkdtemp(resolve(dirname(folder), 'staging-'));
  try {
    const failure = await client.install(staging);
    if (failure !== undefined) return { unavailable: `${client.title} could not be installed: ${failure}` };
    await rename(staging, folder).catch(async (error: unknown) => {
      if (!(await exists(folder))) throw error;
    });
    return { folder };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}
