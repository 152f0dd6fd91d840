import { formatTable } from '../cli/output/table.ts';
import { type GeneratedWalk, walkGeneratedWithin } from '../test/support/walk-generated.ts';

const MILLION = 1_000_000;
const GOAL_MIB = 300;
const MIB = 2 ** 20;

const WALKS: readonly [string, GeneratedWalk][] = [
  ['equal, 1,000 files in each directory', { tree: 'broad', entries: MILLION, target: 'equal' }],
  ['equal, 1,000 files in each directory', { tree: 'broad', entries: 10 * MILLION, target: 'equal' }],
  ['equal, one directory', { tree: 'oneDirectory', entries: MILLION, target: 'equal' }],
  ['first copy, one directory', { tree: 'oneDirectory', entries: MILLION, target: 'empty' }],
  ['no name in common, one directory', { tree: 'oneDirectory', entries: MILLION, target: 'disjoint' }],
  ['equal, 100 directories deep', { tree: 'deep', entries: MILLION, target: 'equal' }],
];

/** Walks two generated shares of a million entries and more, each time in a process of its own. */
async function measure(): Promise<void> {
  const rows: string[][] = [];
  for (const [what, walk] of WALKS) {
    const { entries, peakMemory, seconds } = await walkGeneratedWithin(undefined, walk);
    const mib = peakMemory / MIB;
    rows.push([
      what,
      shown(entries),
      `${shown(mib)} MiB`,
      mib <= GOAL_MIB ? 'met' : 'missed',
      `${shown(seconds)} s`,
    ]);
  }
  const columns = ['walked', 'entries', 'peak memory', `goal ${GOAL_MIB} MiB`, 'time'].map((title) => ({
    title,
  }));
  process.stdout.write(formatTable(columns, rows));
}

function shown(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 0 });
}

await measure();
