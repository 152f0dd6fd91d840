import { type Scenario, type Seed, scaled, shownCount } from '../scenario.ts';
import { SMALL } from './sizes.ts';

const FILES = 1_000_000;
const FIRST_COPY_LIMIT_SECONDS = 600;

export const millionUnchanged: Scenario = {
  name: 'million-unchanged',
  title: (scale) => `peak memory at ${shownCount(scaled(FILES, scale))} unchanged files`,
  latencyMs: 0,
  seeds: millionFiles,
  targetAtFirst: 'equal',
};

/** AzCopy's seven million requests would take it most of an hour here, so it is cut off. */
export const millionFirstCopy: Scenario = {
  name: 'million-first-copy',
  title: (scale) => `peak memory at a first copy of ${shownCount(scaled(FILES, scale))} files`,
  latencyMs: 0,
  seeds: millionFiles,
  targetAtFirst: 'empty',
  azCopyLimitSeconds: FIRST_COPY_LIMIT_SECONDS,
};

function millionFiles(scale: number): readonly Seed[] {
  return [{ seed: 7, files: scaled(FILES, scale), filesPerDirectory: 1000, depth: 1, ...SMALL }];
}
