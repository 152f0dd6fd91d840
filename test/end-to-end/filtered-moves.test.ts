import { afterEach, expect, it } from 'vitest';
import type { EndEvent } from '../../lib/report/events.ts';
import { expectPlanOfRun } from '../support/plan-of-run.ts';
import { logRequests, writesData } from '../support/request-log.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { readTree } from '../support/tree.ts';
import { type JobSettings, World } from '../support/world.ts';

const MIB = 1024 * 1024;

let world: World;
let source: ShareBuilder;
let target: ShareBuilder;

afterEach(() => world.close());

/** A recovery point of everything, with an entry at the target that a run without the filter has left there. */
async function begin(filters: JobSettings): Promise<void> {
  world = await World.start({ written: { filters } });
  source = new ShareBuilder(world.source)
    .file('a/one', 'one')
    .file('a/cache/two', 'two')
    .file('a/cache/large', 'large', { size: 40 * MIB })
    .file('a/deep/three', 'three')
    .file('large', 'x', { size: 40 * MIB })
    .directory('b');
  await world.backup({ configuration: world.configured({ filters: {} }) });
  target = new ShareBuilder(world.target);
}

/** A recovery point under the filter itself. */
async function settleDown(): Promise<void> {
  expect(await world.backup()).toMatchObject({ outcome: 'complete' });
}

async function backUp(): Promise<{ readonly end: EndEvent; readonly renamed: readonly string[] }> {
  const log = logRequests(world.emulator);
  const end = await world.backup();
  log.stop();
  const renames = log.requests.filter(({ operation }) => /^Rename/.test(operation)).filter(writesData);
  return { end, renamed: renames.map(({ path }) => path) };
}

const paths = () => [...readTree(world.target, undefined, { withoutContent: true }).keys()].sort().slice(1);

it('a directory below which all is judged alike is renamed, with what is excluded in it', async () => {
  await begin({ exclude: ['cache/'] });
  await settleDown();
  source.rename('a', 'b/a');
  const { end, renamed } = await backUp();
  expect(end).toMatchObject({ outcome: 'complete', deleted: 0 });
  expect(renamed).toEqual(['b/a']);
  expect(paths()).toEqual([
    'b',
    'b/a',
    'b/a/cache',
    'b/a/cache/large',
    'b/a/cache/two',
    'b/a/deep',
    'b/a/deep/three',
    'b/a/one',
    'large',
  ]);
});

it.each([false, true])(
  'a directory is made anew where something below is judged otherwise, and what is excluded stays (again: %s)',
  async (again) => {
    await begin({ exclude: ['/a/cache/'] });
    if (again) await settleDown();
    source.rename('a', 'b/a');
    const { end, renamed } = await backUp();
    expect(end).toMatchObject({ outcome: 'complete' });
    // What is below it and judged alike at both places is moved by itself.
    expect(renamed).toEqual(['b/a/deep']);
    expect(paths()).toEqual([
      'a',
      'a/cache',
      'a/cache/large',
      'a/cache/two',
      'b',
      'b/a',
      'b/a/cache',
      'b/a/cache/large',
      'b/a/cache/two',
      'b/a/deep',
      'b/a/deep/three',
      'b/a/one',
      'large',
    ]);
    expect(readTree(world.target).get('b/a/cache/large')).toEqual(
      readTree(world.source).get('b/a/cache/large'),
    );
  },
);

it('what is moved to where it is excluded stays, and does not come', async () => {
  await begin({ exclude: ['/attic/'] });
  await settleDown();
  source.rename('a/deep', 'attic/deep').rename('large', 'attic/large');
  const { end, renamed } = await backUp();
  expect(end).toMatchObject({ outcome: 'complete' });
  expect(renamed).toEqual([]);
  expect(paths()).toEqual(['a', 'a/cache', 'a/cache/large', 'a/cache/two', 'a/one', 'b']);
});

it('a file that is moved out of where it is excluded is copied, and what the target has there stays', async () => {
  await begin({ exclude: ['/a/cache/'] });
  await settleDown();
  source.rename('a/cache/large', 'b/large').remove('a');
  const { end, renamed } = await backUp();
  expect(end).toMatchObject({ outcome: 'complete' });
  expect(renamed).toEqual([]);
  expect(paths()).toEqual(['a', 'a/cache', 'a/cache/large', 'a/cache/two', 'b', 'b/large', 'large']);
});

it.each([false, true])(
  'a file that its size excludes is not taken away from where it stands (again: %s)',
  async (again) => {
    await begin({ size: { max: '50 MiB' } });
    if (again) await settleDown();
    // The target keeps a version that is too large to be mirrored.
    target.resize('large', 60 * MIB);
    source.rename('large', 'b/large');
    const { end, renamed } = await backUp();
    expect(end).toMatchObject({ outcome: 'complete' });
    expect(renamed).toEqual([]);
    expect(paths()).toContain('large');
    expect(readTree(world.target).get('b/large')).toEqual(readTree(world.source).get('b/large'));
  },
);

it('two directories that change places are not put aside where the filter excludes the name', async () => {
  await begin({ exclude: ['.*'] });
  await settleDown();
  source.file('b/four', 'four').rename('a/deep', 'b/deep');
  await world.backup();
  source.swap('a', 'b');
  const { end, renamed } = await backUp();
  // Nobody would ever clear it away, should the run be cut off.
  expect(renamed.filter((path) => path.startsWith('.'))).toEqual([]);
  expect(end).toMatchObject({ outcome: 'complete' });
  const wanted = readTree(world.source);
  expect(Object.fromEntries(readTree(world.target))).toEqual(Object.fromEntries(wanted));
});

it('a directory that the previous recovery point had left out in part is made anew', async () => {
  world = await World.start({ written: { filters: { exclude: ['/a/cache/'] } } });
  source = new ShareBuilder(world.source).file('a/cache/x', 'x').file('a/y', 'y');
  await world.backup({ configuration: world.configured({ filters: {} }) });
  await world.backup();
  // Nothing that a listing shows tells that the target lacks it.
  source.metadata('a/cache/x', { written: 'while it was excluded' });
  await world.backup();
  source.rename('a', 'b');
  const configuration = world.configured({ filters: {} });
  expect(await world.backup({ configuration })).toMatchObject({ outcome: 'complete' });
  expect(readTree(world.target).get('b/cache/x')).toEqual(readTree(world.source).get('b/cache/x'));
});

it('what a dry run plans of filtered moves is what the run does', async () => {
  await begin({ exclude: ['/a/cache/', '*.tmp'], size: { max: '45 MiB' } });
  source.rename('a', 'b/a').rename('large', 'b/large').file('b/x.tmp', 'x').file('b/y', 'y');
  await expectPlanOfRun(world);
});
