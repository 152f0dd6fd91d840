import { deleteFile } from '../../../emulator/state/index.ts';
import { filePaths } from '../emulator/walk-share.ts';
import { type Scenario, scaled, shownCount } from '../scenario.ts';
import { SMALL } from './sizes.ts';

const FILES = 10_000;
const DELETED = 5000;

export const deletions: Scenario = {
  name: 'deletions',
  title: (scale) =>
    `${shownCount(scaled(DELETED, scale))} deletions from ${shownCount(scaled(FILES, scale))} files`,
  latencyMs: 10,
  seeds: (scale) => [{ seed: 3, files: scaled(FILES, scale), filesPerDirectory: 1000, depth: 1, ...SMALL }],
  targetAtFirst: 'equal',
  change: (share, _state, scale) => {
    const every = [...filePaths(share.view())].filter((_, index) => index % 2 === 0);
    for (const path of every.slice(0, scaled(DELETED, scale))) deleteFile(share, path);
  },
};
