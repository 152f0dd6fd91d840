import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Configuration } from '../../lib/jobs/configuration.ts';
import { loadConfiguration } from '../../lib/jobs/load.ts';
import type { EmulatedAccount } from './emulator-process.ts';

export const KEPT_FOLDER = '.sharepair-demo';
export const JOB = 'finance';
export const SHARE = 'finance';

/** Where a demo writes its configurations and, when it is to be kept, the state of its emulator. */
export interface DemoFolder {
  readonly path: string;
  /** Undefined where the emulator's state is to end with it. */
  readonly emulatorData: string | undefined;
  /** Removes everything, unless it is to be kept. */
  close(): Promise<void>;
}

export async function openDemoFolder(keep: boolean): Promise<DemoFolder> {
  if (!keep) {
    const path = await mkdtemp(join(tmpdir(), 'sharepair-demo-'));
    return {
      path,
      emulatorData: undefined,
      close: () => rm(path, { recursive: true, force: true }),
    };
  }
  const path = resolve(KEPT_FOLDER);
  await rm(path, { recursive: true, force: true });
  await mkdir(path);
  return { path, emulatorData: join(path, 'emulator'), close: async () => undefined };
}

/** Writes a configuration with one job from the first account to the second, and reads it as every command does. */
export async function writeConfiguration(
  fileName: string,
  [prod, dr]: readonly [EmulatedAccount, EmulatedAccount],
  keepLast: number,
): Promise<Configuration> {
  const account = ({ endpoint, key }: EmulatedAccount) => ({ endpoint, credential: { accountKey: key } });
  const configuration = {
    accounts: { prod: account(prod), dr: account(dr) },
    jobs: {
      [JOB]: {
        source: { account: 'prod', share: SHARE },
        target: { account: 'dr', share: SHARE },
        schedule: '0 0 */4 * * *',
        timeZone: 'Europe/Berlin',
        retention: { last: keepLast },
      },
    },
  };
  await writeFile(fileName, `${JSON.stringify(configuration, null, 2)}\n`, { mode: 0o600 });
  return loadConfiguration(fileName, {});
}
