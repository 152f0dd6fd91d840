import { rename } from '../../../emulator/state/index.ts';
import { type Scenario, scaled, shownCount } from '../scenario.ts';
import { SMALL } from './sizes.ts';

const FILES = 10_000;

export const renamedDirectory: Scenario = {
  name: 'rename',
  title: (scale) => `a renamed directory of ${shownCount(scaled(FILES, scale))} files`,
  latencyMs: 10,
  seeds: (scale) => [
    {
      seed: 6,
      path: 'projects/old name',
      files: scaled(FILES, scale),
      filesPerDirectory: 1000,
      depth: 1,
      ...SMALL,
    },
  ],
  targetAtFirst: 'equal',
  change: (share) => {
    rename(share, ['projects', 'old name'], ['projects', 'new name'], { kind: 'directory' });
  },
};
