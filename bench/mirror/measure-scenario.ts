import type { AzCopy } from '../../test/support/azcopy.ts';
import { EmulatorProcess } from './emulator/emulator-process.ts';
import type { Measurement, ScenarioResult } from './measurement.ts';
import { type EndedRun, runAzCopy } from './run-azcopy.ts';
import type { RunLimits } from './run-measured.ts';
import { runSharepair } from './run-sharepair.ts';
import { DEFAULT_LIMIT_SECONDS, type Scenario } from './scenario.ts';

const SHAREPAIR_SHARE = 'sharepair';
const AZCOPY_SHARE = 'azcopy';

export type MeasureOptions = {
  readonly scale: number;
  readonly azCopy: AzCopy | { readonly unavailable: string };
  /** Told what is being done. */
  readonly say: (text: string) => void;
  /** Ends what is under way. */
  readonly stop: AbortSignal;
};

/**
 * Gives both tools the same work on one emulator, each on shares of its own that were seeded alike. Sharepair comes
 * first, so that AzCopy has the emulator that is warm.
 */
export async function measureScenario(scenario: Scenario, options: MeasureOptions): Promise<ScenarioResult> {
  const { scale, azCopy, say, stop } = options;
  const emulator = await EmulatorProcess.start(scenario.name, scale);
  try {
    say(`${scenario.title(scale)}: Sharepair`);
    const { prepared, measurement } = await measureSharepair(emulator, scenario, stop);
    const about = { name: scenario.name, title: scenario.title(scale), latencyMs: scenario.latencyMs };
    if ('unavailable' in azCopy) return { ...about, prepared, azCopy, sharepair: measurement };
    say(`${scenario.title(scale)}: AzCopy`);
    const other = await measureAzCopy(emulator, scenario, azCopy, stop);
    return { ...about, prepared, azCopy: other, sharepair: measurement };
  } finally {
    await emulator.end();
  }
}

async function measureSharepair(emulator: EmulatorProcess, scenario: Scenario, stop: AbortSignal) {
  const share = SHAREPAIR_SHARE;
  const limits = { seconds: DEFAULT_LIMIT_SECONDS, stop };
  await emulator.prepare(share);
  if (scenario.targetAtFirst === 'equal') await makeFirstPoint(emulator, limits);
  const prepared = await emulator.change(share);
  const measurement = await measureRun(emulator, share, () => runSharepair(emulator.accounts, share, limits));
  await emulator.drop(share);
  return { prepared, measurement };
}

/** The recovery point that the run to be measured goes by; without latency, and not measured. */
async function makeFirstPoint(emulator: EmulatorProcess, limits: RunLimits): Promise<void> {
  const { complete, ended } = await runSharepair(emulator.accounts, SHAREPAIR_SHARE, limits);
  if (!complete) throw new Error(`The first recovery point was not made: ${ended}`);
}

async function measureAzCopy(
  emulator: EmulatorProcess,
  scenario: Scenario,
  azCopy: AzCopy,
  stop: AbortSignal,
): Promise<Measurement> {
  const share = AZCOPY_SHARE;
  await emulator.prepare(share);
  await emulator.change(share);
  const snapshot = await emulator.snapshotSource(share);
  const limits = { seconds: scenario.azCopyLimitSeconds ?? DEFAULT_LIMIT_SECONDS, stop };
  return measureRun(emulator, share, () => runAzCopy(azCopy, emulator.accounts, share, snapshot, limits));
}

async function measureRun(
  emulator: EmulatorProcess,
  share: string,
  start: () => Promise<EndedRun>,
): Promise<Measurement> {
  await emulator.start(share);
  const { run, complete, ended } = await start();
  const traffic = await emulator.finish(share);
  return { ...traffic, seconds: run.seconds, peakBytes: run.peakBytes, complete, ended };
}
