import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '../..');
const DEPLOYED = ['package.json', 'host.json'];

/** A folder with what a deployment would hold, built from the sources. */
export interface BuiltApp {
  readonly folder: string;
  remove(): Promise<void>;
}

export async function buildFunctionsApp(): Promise<BuiltApp> {
  const folder = await mkdtemp(join(tmpdir(), 'sharepair-app-'));
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  const parameters = [compiler, '-p', join(ROOT, 'tsconfig.build.json'), '--outDir', join(folder, 'dist')];
  await promisify(execFile)(process.execPath, parameters).catch((error: { stdout?: string }) => {
    throw new Error(`the app could not be built:\n${error.stdout ?? String(error)}`);
  });
  for (const file of DEPLOYED) await copyFile(join(ROOT, file), join(folder, file));
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
