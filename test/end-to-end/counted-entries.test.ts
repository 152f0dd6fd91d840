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
