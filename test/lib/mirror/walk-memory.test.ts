import { expect, it } from 'vitest';
import { countGenerated, GENERATED_TREES } from '../../support/generated-share.ts';
import {
  type GeneratedTarget,
  type GeneratedWalk,
  walkGeneratedWithin,
} from '../../support/walk-generated.ts';

/** Less than every entry would take, which has some 370 bytes on each side. */
const MEMORY_MIB = 96;
const SCALE = Number(process.env.SHAREPAIR_TEST_SCALE ?? 1);
const TIMEOUT_MS = 300_000 * SCALE;

const walks: readonly [string, GeneratedWalk][] = [
  ['equal directories of 1,000 files', { tree: 'broad', entries: 200_000, target: 'equal' }],
  ['one directory of files that both have', { tree: 'oneDirectory', entries: 200_000, target: 'equal' }],
  ['the first copy of one directory of files', { tree: 'oneDirectory', entries: 400_000, target: 'empty' }],
  [
    'two directories without a name in common',
    { tree: 'oneDirectory', entries: 200_000, target: 'disjoint' },
  ],
  ['one directory of directories', { tree: 'subdirectories', entries: 40_000, target: 'equal' }],
  ['directories within directories', { tree: 'deep', entries: 200_000, target: 'equal' }],
];

it.each(walks)(
  'walks %s in memory that does not grow with them',
  { timeout: TIMEOUT_MS },
  async (_, walk) => {
    const entries = walk.entries * SCALE;
    const walked = await walkGeneratedWithin(MEMORY_MIB, { ...walk, entries });
    const count = countGenerated(GENERATED_TREES[walk.tree](entries));
    expect(walked).toMatchObject({ entries: count, failures: 0, ...changesOf(walk.target, count) });
  },
);

/** The root directory itself is one of the changes, as something was put into it. */
function changesOf(target: GeneratedTarget, count: number) {
  if (target === 'equal') return { changes: 0, removals: 0 };
  return { changes: count + 1, removals: target === 'disjoint' ? count : 0 };
}
