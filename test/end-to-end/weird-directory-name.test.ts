import { afterEach, beforeEach, expect, it } from 'vitest';
import { ShareBuilder } from '../support/share-builder.ts';
import { World } from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await World.start({ concurrency: 1 });
});

afterEach(() => world.close());

it('what goes from a directory called __proto__ is not forgotten between two slices', async () => {
  const source = new ShareBuilder(world.source)
    .file('__proto__/doomed', 'x')
    .file('__proto__/kept', 'x')
    .file('z/a', 'x');
  expect(await world.backup()).toMatchObject({ outcome: 'complete' });
  source.remove('__proto__/doomed').file('z/b', 'y');
  const stop = new AbortController();
  const forget = world.emulator.onRequest(({ operation, path, phase }) => {
    if (operation !== 'CopyFile' || path !== 'z/b' || phase !== 'before') return;
    forget();
    stop.abort();
  });
  expect(await world.backup({ stop: stop.signal })).toMatchObject({ outcome: 'incomplete' });
  expect(await world.backup()).toMatchObject({ outcome: 'complete', deleted: 1 });
});
