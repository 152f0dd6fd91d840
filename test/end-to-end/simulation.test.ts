import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Horizon, scenarios } from '../support/simulation/scenario.ts';
import { simulate, type Tally } from '../support/simulation/simulate.ts';

/** How many scenarios of each horizon; more, and of full length, with SHAREPAIR_TEST_SIMULATIONS. */
const SIMULATIONS = process.env.SHAREPAIR_TEST_SIMULATIONS;
const EACH = Number(SIMULATIONS ?? '1');

const HORIZONS: readonly Horizon[] = [
  {
    name: 'two weeks of runs by the hour',
    schedules: [
      { text: '0 0 * * * *', mostPerDay: 24 },
      { text: '0 0 */2 * * *', mostPerDay: 12 },
      { text: '0 30 6-20 * * *', mostPerDay: 15 },
    ],
    runs: SIMULATIONS === undefined ? 60 : 336,
  },
  {
    name: 'months of runs by the day',
    schedules: [
      { text: '0 30 2 * * *', mostPerDay: 1 },
      { text: '0 0 5,17 * * *', mostPerDay: 2 },
      { text: '0 0 22 * * 1-5', mostPerDay: 1 },
    ],
    runs: SIMULATIONS === undefined ? 60 : 365,
  },
  {
    name: 'two years of runs by the week',
    schedules: [
      { text: '0 0 3 * * 0', mostPerDay: 1 },
      { text: '0 0 3 * * 1,4', mostPerDay: 1 },
    ],
    runs: SIMULATIONS === undefined ? 60 : 208,
  },
];

describe('a simulation of', () => {
  it.each(HORIZONS)(
    '$name keeps its promises after every run',
    { timeout: 24 * 3_600_000 },
    async (horizon) => {
      const tally: Tally = new Map();
      await fc.assert(
        fc.asyncProperty(scenarios(horizon), async (scenario) => {
          for (const [what, count] of await simulate(scenario))
            tally.set(what, (tally.get(what) ?? 0) + count);
        }),
        // A run of it takes half a minute: rather tell the scenario than look for a smaller one.
        { numRuns: EACH, endOnFailure: true },
      );
      const ended = (outcome: string) => tally.get(`well: ${outcome}`) ?? 0;
      expect(ended('complete')).toBeGreaterThan(5);
      expect(ended('complete') + ended('guard')).toBeGreaterThan(horizon.runs / 4);
    },
  );
});
