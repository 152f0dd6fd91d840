import { accountSas } from './account-sas.ts';
import type { AzCopy } from './azcopy.ts';
import { type RunResult, runProgram } from './run-program.ts';
import type { World } from './world.ts';

/** What AzCopy offers for a share as it is: times, permissions, the root, and what is gone at the source. */
const OPTIONS = [
  '--from-to=FileFile',
  '--preserve-info=true',
  '--preserve-permissions=true',
  '--include-root=true',
  '--delete-destination=true',
  '--log-level=ERROR',
];

/** Syncs the world's source share to its target with AzCopy; `kill` ends it at once. */
export function syncWithAzCopy(azcopy: AzCopy, world: World, kill?: AbortSignal): Promise<RunResult> {
  const args = [
    'sync',
    urlOf(world, 'prodacct', 'finance'),
    urlOf(world, 'dracct', 'finance-copy'),
    ...OPTIONS,
  ];
  const { file, env } = azcopy.program;
  return runProgram(file, args, { env, ...(kill === undefined ? {} : { kill }) });
}

function urlOf(world: World, name: string, share: string): string {
  const account = world.emulator.account(name);
  return `${account.endpoint}/${share}?${accountSas(account)}`;
}
