import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ShareBuilder } from '../support/share-builder.ts';
import { World } from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await World.start();
});

afterEach(async () => {
  vi.useRealTimers();
  await world.close();
});

it('two names of one folder that change their letter case in one millisecond do not get in each other’s way', async () => {
  const source = new ShareBuilder(world.source).file('a', 'a').file('b', 'b');
  expect(await world.backup()).toMatchObject({ outcome: 'complete' });
  source.rename('a', 'A').rename('b', 'B');
  // A service that sees no difference between the two spellings.
  for (const path of ['^A$', '^B$']) {
    world.emulator.faults.add({
      match: { operation: 'RenameFile', path },
      action: { kind: 'status', status: 409, code: 'ResourceAlreadyExists' },
    });
  }
  vi.useFakeTimers({ toFake: ['Date'] });
  expect(await world.backup()).toMatchObject({ outcome: 'complete', failed: [] });
});
