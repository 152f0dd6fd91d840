import { afterEach, beforeEach, expect, it } from 'vitest';
import { ShareBuilder } from '../support/share-builder.ts';
import { World } from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await World.start();
  new ShareBuilder(world.source).file('a', 'a');
});

afterEach(() => world.close());

it('a journal that cannot be written does not turn a proven recovery point into a failed run without one', async () => {
  world.emulator.faults.add({
    match: { operation: 'CreateFile', path: '^\\.sharepair/journal/' },
    times: 100,
    action: { kind: 'status', status: 409, code: 'SharingViolation' },
  });
  const end = await world.backup();
  expect((await world.points()).points).toMatchObject([{ id: end.run, level: 'listing-verified' }]);
  expect(end).toMatchObject({ outcome: 'complete', point: { id: end.run } });
});
