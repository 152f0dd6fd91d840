import { afterEach, beforeEach, expect, it } from 'vitest';
import { setDirectoryMetadata, setFileMetadata } from '../../emulator/state/index.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { comparable, readTree } from '../support/tree.ts';
import { World } from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await World.start();
  new ShareBuilder(world.source).file('folder/a', 'a', { metadata: { owner: 'before' } });
  expect(await world.backup()).toMatchObject({ outcome: 'complete' });
});

afterEach(() => world.close());

it.each([
  ['file', () => setFileMetadata(world.source, ['folder', 'a'], { owner: 'after' })],
  ['directory', () => setDirectoryMetadata(world.source, ['folder'], { owner: 'after' })],
  [
    'file, along with its access list',
    () => {
      setFileMetadata(world.source, ['folder', 'a'], { owner: 'after' });
      new ShareBuilder(world.source).permission('folder/a', 5);
    },
  ],
])('metadata that changed of a %s is carried over', async (_, change) => {
  // Metadata alone is seen by Last-Modified, which counts whole seconds.
  world.emulator.state.clock.advance(2000);
  change();
  const end = await world.backup();
  expect(end).toMatchObject({ outcome: 'complete' });
  expect(comparable(readTree(world.target))).toEqual(comparable(readTree(world.source)));
});
