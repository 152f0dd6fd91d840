import { accountSas } from '../../test/support/account-sas.ts';
import type { AzCopy } from '../../test/support/azcopy.ts';
import type { HostReady } from './emulator/host-messages.ts';
import { type MeasuredRun, type RunLimits, runMeasured } from './run-measured.ts';

/** What keeps as much as AzCopy keeps, and deletes what the source lacks, as a mirror does. */
export const AZCOPY_FLAGS = [
  '--from-to=FileFile',
  '--preserve-info=true',
  '--preserve-permissions=true',
  '--include-root=true',
  '--delete-destination=true',
  '--log-level=ERROR',
] as const;

/** More scanners than the 16 it starts by itself: its fastest. */
export const AZCOPY_ENVIRONMENT = { AZCOPY_CONCURRENT_SCAN: '128' } as const;

export type EndedRun = { readonly run: MeasuredRun; readonly complete: boolean; readonly ended: string };

/** Syncs a snapshot of the source share to the target share. */
export async function runAzCopy(
  azCopy: AzCopy,
  { source, target }: HostReady,
  share: string,
  snapshot: string,
  limits: RunLimits,
): Promise<EndedRun> {
  const from = `${source.endpoint}/${share}?sharesnapshot=${encodeURIComponent(snapshot)}&${accountSas(source)}`;
  const to = `${target.endpoint}/${share}?${accountSas(target)}`;
  const { file, env } = azCopy.program;
  const run = await runMeasured(
    { file, parameters: ['sync', from, to, ...AZCOPY_FLAGS], env: { ...env, ...AZCOPY_ENVIRONMENT } },
    limits,
  );
  return { run, complete: run.code === 0 && !run.cutOff, ended: endOf(run) };
}

function endOf({ cutOff, seconds, code, stdout }: MeasuredRun): string {
  if (cutOff) return `cut off after ${Math.round(seconds)} s`;
  const [, status] = /Final Job Status: (\w+)/.exec(stdout) ?? [];
  return code === 0
    ? (status ?? 'Completed')
    : `exit code ${code}${status === undefined ? '' : `, ${status}`}`;
}
