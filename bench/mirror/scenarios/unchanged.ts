import { type Scenario, shownCount } from '../scenario.ts';
import { hundredThousand, hundredThousandFiles } from './hundred-thousand.ts';

export const unchanged: Scenario = {
  name: 'unchanged',
  title: (scale) => {
    const files = hundredThousand(scale);
    return `${shownCount(files)} unchanged files in ${shownCount(Math.ceil(files / 100))} directories`;
  },
  latencyMs: 5,
  seeds: hundredThousandFiles,
  targetAtFirst: 'equal',
};
