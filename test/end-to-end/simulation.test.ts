import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Horizon, scenarios } from '../support/simulation/scenario.ts';
import { simulate, type Tally } from '../support/simulation/simulate.ts';

/** How many scenarios of each horizon; more, and with more runs, with SHAREPAIR_TEST_SIMULATIONS. */
const SIMULATIONS = process.env.SHAREPAIR_TEST_SIMULATIONS;
const EACH = Number(SIMULATIONS ?? '1');

const HORIZONS: readonly Horizon[] =
  SIMULATIONS === undefined
    ? [
        { name: 'two weeks', schedules: [{ text: '0 0 */4 * * *', mostPerDay: 6 }], runs: 84 },
        { name: 'three months', schedules: [{ text: '0 30 2 * * *', mostPerDay: 1 }], runs: 90 },
        { name: 'two years', schedules: [{ text: '0 0 3 * * 0', mostPerDay: 1 }], runs: 104 },
      ]
    : [
        {
          name: 'two weeks',
          schedules: [
            { text: '0 0 * * * *', mostPerDay: 24 },
            { text: '0 30 0-22 * * *', mostPerDay: 23 },
          ],
          runs: 336,
        },
        {
          name: 'a year',
          schedules: [
            { text: '0 30 2 * * *', mostPerDay: 1 },
            { text: '0 0 22 * * *', mostPerDay: 1 },
          ],
          runs: 365,
        },
        {
          name: 'two years',
          schedules: [
            { text: '0 0 3 * * 1,4', mostPerDay: 1 },
            { text: '0 15 2 * * 0,3', mostPerDay: 1 },
          ],
          runs: 208,
        },
      ];

describe('a simulation of', () => {
  it.each(HORIZONS)(
    '$name of backups keeps its promises after every run',
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
