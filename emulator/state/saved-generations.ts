import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A folder of saved states: the files of a generation are complete before `current` names it, and those of
 * others are deleted only afterwards.
 */
const POINTER = 'current';

export type GenerationFiles = { readonly records: string; readonly bytes: string };

export function filesOf(folder: string, generation: number): GenerationFiles {
  return {
    records: join(folder, `state-${generation}.jsonl`),
    bytes: join(folder, `bytes-${generation}.bin`),
  };
}

/** The generation to load; undefined when nothing was saved. */
export async function currentGeneration(folder: string): Promise<number | undefined> {
  try {
    const generation = Number(await readFile(join(folder, POINTER), 'utf8'));
    if (!Number.isSafeInteger(generation) || generation < 1) {
      throw new Error(`${join(folder, POINTER)} does not name a saved state`);
    }
    return generation;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Makes a generation, whose files are written and synchronised, the current one, and deletes the others. */
export async function makeCurrent(folder: string, generation: number): Promise<void> {
  const temporary = join(folder, `${POINTER}.${generation}`);
  const handle = await open(temporary, 'w');
  try {
    await handle.writeFile(String(generation));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, join(folder, POINTER));
  for (const name of await readdir(folder)) {
    const match = /^(?:state-(\d+)\.jsonl|bytes-(\d+)\.bin)$/.exec(name);
    if (match !== null && Number(match[1] ?? match[2]) !== generation) await rm(join(folder, name));
  }
}
