import fc from 'fast-check';

/**
 * What the property tests make up, they make up of one seed, so that a commit passes or fails as it did before:
 * `SHAREPAIR_TEST_SEED=4711` names another one, and `=random` takes any. A failure tells the seed it came of.
 */
const DEFAULT_SEED = 20_261_121;

const given = process.env.SHAREPAIR_TEST_SEED ?? String(DEFAULT_SEED);
if (given !== 'random' && !/^-?\d+$/.test(given)) {
  throw new Error(`SHAREPAIR_TEST_SEED: expected a whole number or "random", found "${given}"`);
}
if (given !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(given) });
