import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { RunEvent } from '../../lib/report/events.ts';
import { accountSas } from '../../test/support/account-sas.ts';
import type { HostReady } from './emulator/host-messages.ts';
import type { EndedRun } from './run-azcopy.ts';
import { type MeasuredRun, type RunLimits, runMeasured } from './run-measured.ts';
import { SOURCE, TARGET } from './scenario.ts';

const COMMAND = resolve(import.meta.dirname, '../../bin/sharepair.js');
const JOB = 'bench';

/** The target was seeded by the harness, and what is to be measured must not stop at a guard. */
export const SHAREPAIR_FLAGS = ['--adopt', '--allow-deletes', '--json'] as const;

/** Runs a whole backup by the real command, in a process of its own. */
export async function runSharepair(
  { source, target }: HostReady,
  share: string,
  limits: RunLimits,
): Promise<EndedRun> {
  const folder = await mkdtemp(join(tmpdir(), 'sharepair-bench-'));
  const file = join(folder, 'sharepair.config.json');
  const configuration = {
    accounts: {
      [SOURCE]: { endpoint: source.endpoint, credential: { sas: 'env:SOURCE_SAS' } },
      [TARGET]: { endpoint: target.endpoint, credential: { sas: 'env:TARGET_SAS' } },
    },
    jobs: { [JOB]: { source: { account: SOURCE, share }, target: { account: TARGET, share } } },
  };
  const env = { ...process.env, SOURCE_SAS: accountSas(source), TARGET_SAS: accountSas(target) };
  const parameters = [COMMAND, 'backup', JOB, '--config', file, ...SHAREPAIR_FLAGS];
  try {
    await writeFile(file, JSON.stringify(configuration));
    const run = await runMeasured({ file: process.execPath, parameters, env }, limits);
    return { run, complete: run.code === 0 && !run.cutOff, ended: endOf(run) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function endOf(run: MeasuredRun): string {
  if (run.cutOff) return `cut off after ${Math.round(run.seconds)} s`;
  const last = run.stdout.trimEnd().split('\n').at(-1) ?? '';
  try {
    const event: RunEvent = JSON.parse(last);
    if (event.event === 'end') return run.code === 0 ? event.outcome : `${event.outcome}: ${event.message}`;
  } catch {
    // What it wrote instead says more than the place at which it is no JSON.
  }
  return `exit code ${run.code}: ${(run.stderr || last).trim().slice(-300)}`;
}
