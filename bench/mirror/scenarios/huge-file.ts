import {
  type EmulatorState,
  getFile,
  putRangeFrom,
  type Share,
  seed,
} from '../../../emulator/state/index.ts';
import { filePaths } from '../emulator/walk-share.ts';
import { type Scenario, SOURCE } from '../scenario.ts';
import { GIB, MIB } from './sizes.ts';

const SIZE = 100 * GIB;
const CHANGED = 4 * MIB;
const ONE_IN = 100;
const SCRATCH = 'scratch';

export const hugeFile: Scenario = {
  name: 'huge-file',
  title: (scale) => `file of ${(sizeAt(scale) / GIB).toFixed(1)} GiB with 1 % changed, in places of 4 MiB`,
  latencyMs: 5,
  seeds: (scale) => [{ seed: 4, ...oneFile(scale) }],
  targetAtFirst: 'equal',
  change: (share, state, scale) => {
    const [path] = filePaths(share.view());
    if (path === undefined) throw new Error('The huge file is gone.');
    const view = otherFile(state, scale).view();
    const { entry } = getFile(view, path);
    for (let offset = 0; offset < sizeAt(scale); offset += CHANGED * ONE_IN) {
      putRangeFrom(share, path, offset, CHANGED, { view, entry }, offset);
    }
    state.addAccount(SOURCE).deleteShare(SCRATCH);
  },
};

/** Whole places, so that the last one fits. */
function sizeAt(scale: number): number {
  return Math.max(1, Math.round((SIZE * scale) / CHANGED)) * CHANGED;
}

function oneFile(scale: number) {
  return { files: 1, depth: 0, minSize: sizeAt(scale), maxSize: sizeAt(scale) };
}

/** A share with a file of the same name and size and other bytes, which takes no memory. */
function otherFile(state: EmulatorState, scale: number): Share {
  seed(state, { account: SOURCE, share: SCRATCH, seed: 40, ...oneFile(scale) });
  return state.addAccount(SOURCE).getShare(SCRATCH);
}
