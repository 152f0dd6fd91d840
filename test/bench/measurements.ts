import type { MirrorPhase } from '../../bench/mirror/emulator/mirror-phase.ts';
import type { Measurement, ScenarioResult } from '../../bench/mirror/measurement.ts';

export function measurement(given: Partial<Measurement> = {}): Measurement {
  return {
    requests: 10,
    operations: { ListFiles: 10 },
    wireBytes: 2048,
    copiedBytes: 0,
    mirror: mirrorPhase({}),
    comparison: { entries: 0, by: {} },
    seconds: 1,
    peakBytes: 2 ** 20,
    complete: true,
    ended: 'complete',
    ...given,
  };
}

export function mirrorPhase(given: Partial<MirrorPhase>): MirrorPhase {
  return { seconds: 1, entryRequests: 4, ownRequests: 1, operations: { ListFiles: 4 }, ...given };
}

export function scenarioResult(
  name: string,
  given: {
    readonly files?: number;
    readonly pages?: number;
    readonly azCopy?: Measurement;
    readonly sharepair?: Measurement;
  },
): ScenarioResult {
  return {
    name,
    title: `work called ${name}`,
    latencyMs: 5,
    prepared: { files: given.files ?? 100, listingPages: given.pages ?? 2 },
    azCopy: given.azCopy ?? measurement({}),
    sharepair: given.sharepair ?? measurement({}),
  };
}
