import { createFile, deleteFile, putRange } from '../../../emulator/state/index.ts';
import { filePaths } from '../emulator/walk-share.ts';
import { type Scenario, shownCount } from '../scenario.ts';
import { hundredThousand, hundredThousandFiles } from './hundred-thousand.ts';

/** Of each hundred files one is touched: of ten such, six are written, two deleted, and two new ones made. */
const ONE_IN = 100;
const ROUND = 10;
const WRITTEN = 6;
const DELETED = 8;

export const churn: Scenario = {
  name: 'churn',
  title: (scale) =>
    `1 % churn of ${shownCount(hundredThousand(scale))} files: of ten changes six writes, two new files, two deletions`,
  latencyMs: 5,
  seeds: hundredThousandFiles,
  targetAtFirst: 'equal',
  change: (share) => {
    const touched = [...filePaths(share.view())].filter((_, index) => index % ONE_IN === 0);
    const content = Buffer.alloc(1024, 'changed ');
    for (const [index, path] of touched.entries()) {
      const turn = index % ROUND;
      if (turn < WRITTEN) putRange(share, path, 0, content);
      else if (turn < DELETED) deleteFile(share, path);
      else createFile(share, [...path.slice(0, -1), `new-${index}.dat`], { size: content.length, content });
    }
  },
};
