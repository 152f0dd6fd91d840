import { writeFile } from 'node:fs/promises';
import { findAzCopy } from '../../test/support/azcopy.ts';
import { measureListing } from '../listing.ts';
import { type BenchArguments, LISTING } from './arguments.ts';
import type { ListingRates } from './goals.ts';
import { describeMachine } from './machine.ts';
import { measureScenario } from './measure-scenario.ts';
import type { ScenarioResult } from './measurement.ts';
import { type BenchReport, resultsPage } from './results.ts';

export type BenchOptions = {
  /** For the results. */
  readonly command: string;
  /** Told what is being done. */
  readonly say: (text: string) => void;
  /** Ends what is under way; what was found until then stays written. */
  readonly stop: AbortSignal;
};

/**
 * Measures what was chosen, one after the other. The results are written anew after each piece of work, so that a
 * bench that is broken off leaves what it found; what could not be measured is told in them.
 */
export async function bench(chosen: BenchArguments, options: BenchOptions): Promise<BenchReport> {
  const { scenarios, scale, output } = chosen;
  const { command, say, stop } = options;
  const azCopy = await findAzCopy();
  if ('unavailable' in azCopy) say(`AzCopy is left out: ${azCopy.unavailable}`);
  const results: ScenarioResult[] = [];
  const broken: { name: string; reason: string }[] = [];
  let listing: ListingRates | undefined;
  try {
    const machine = await describeMachine(azCopy);
    const write = async () => {
      const report = { machine, command, date: new Date().toISOString(), scale, results, listing, broken };
      await writeFile(output, resultsPage(report));
      return report;
    };
    const attempt = async (name: string, measure: () => Promise<void>) => {
      if (stop.aborted) return;
      await measure().catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        say(`${name} could not be measured: ${reason}`);
        broken.push({ name, reason });
      });
      await write();
    };
    if (chosen.listing) {
      await attempt(LISTING, async () => {
        say('parsing of listings');
        listing = await measureListing();
      });
    }
    for (const scenario of scenarios) {
      await attempt(scenario.name, async () => {
        results.push(await measureScenario(scenario, { scale, azCopy, say, stop }));
      });
    }
    return await write();
  } finally {
    if (!('unavailable' in azCopy)) await azCopy.dispose();
  }
}
