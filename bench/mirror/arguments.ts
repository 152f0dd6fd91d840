import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Scenario } from './scenario.ts';
import { SCENARIOS, scenarioNamed } from './scenarios/index.ts';

/** Selects the parsing of listings, which is no scenario of the emulator. */
export const LISTING = 'listing';

export type BenchArguments = {
  readonly scenarios: readonly Scenario[];
  readonly listing: boolean;
  readonly scale: number;
  /** Where the results go. */
  readonly output: string;
};

const RESULTS = join(import.meta.dirname, '../results.md');

/**
 * Reads `[NAME...] [--scale NUMBER] [--output FILE]`; everything at full scale unless given.
 * @throws {Error} that says what is wrong.
 */
export function parseArguments(given: readonly string[]): BenchArguments {
  const { values, positionals } = parseArgs({
    args: [...given],
    allowPositionals: true,
    options: { scale: { type: 'string', default: '1' }, output: { type: 'string', default: RESULTS } },
  });
  const scale = Number(values.scale);
  if (!(scale > 0 && scale <= 10))
    throw new Error(`--scale must be above 0 and at most 10, not ${values.scale}.`);
  const names = positionals.filter((name) => name !== LISTING);
  return {
    scenarios: positionals.length === 0 ? SCENARIOS : names.map(scenarioNamed),
    listing: positionals.length === 0 || positionals.includes(LISTING),
    scale,
    output: values.output,
  };
}
