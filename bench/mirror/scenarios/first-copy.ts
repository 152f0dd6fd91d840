import { type Scenario, scaled, shownCount } from '../scenario.ts';
import { SMALL } from './sizes.ts';

const FILES = 20_000;

export const firstCopy: Scenario = {
  name: 'first-copy',
  title: (scale) => `first copy of ${shownCount(scaled(FILES, scale))} small files`,
  latencyMs: 10,
  seeds: (scale) => [{ seed: 2, files: scaled(FILES, scale), filesPerDirectory: 100, depth: 1, ...SMALL }],
  targetAtFirst: 'empty',
};
