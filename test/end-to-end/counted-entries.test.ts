import { afterEach, beforeEach, expect, it } from 'vitest';
import { ShareBuilder } from '../support/share-builder.ts';
import { World } from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await World.start();
});

afterEach(() => world.close());

it('a recovery point counts the files that replaced a folder', async () => {
  const source = new ShareBuilder(world.source).file('turns/x', 'a folder').file('b', 'b');
  await world.backup();
  source.remove('turns').file('turns', 'a file');
  const end = await world.backup();
  expect(end).toMatchObject({ outcome: 'complete', entries: 2 });
  expect((await world.points()).points.at(-1)).toMatchObject({ entries: 2, bytes: 7 });
});

it('a recovery point tells what its run has changed, and how long that took', async () => {
  const source = new ShareBuilder(world.source).file('a', 'a').file('b', 'b').file('c', 'c');
  await world.backup();
  source.file('a', 'A');
  await world.backup();
  await world.backup();
  const { points } = await world.points();
  // The root of the share is one of the first four.
  expect(points.map(({ changed }) => changed)).toEqual([4, 1, 0]);
  for (const { seconds } of points) expect(seconds).toBeLessThan(60);
});

it('a recovery point does not tell what its run has changed where that was cut off', async () => {
  new ShareBuilder(world.source).file('a', 'a').file('b', 'b');
  const stop = new AbortController();
  const first = await world.backup({
    stop: stop.signal,
    observe: (event) => {
      if (event.event === 'phase' && event.phase === 'mirror') stop.abort();
    },
  });
  expect(first).toMatchObject({ outcome: 'incomplete' });
  expect(await world.backup()).toMatchObject({ outcome: 'complete', run: first.run });
  expect((await world.points()).points).toMatchObject([{ entries: 2, changed: undefined }]);
});
