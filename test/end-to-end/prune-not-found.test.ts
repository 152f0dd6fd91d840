import { afterEach, beforeEach, expect, it } from 'vitest';
import { expectEqualPoint } from '../support/equal-shares.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { World } from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await World.start({ job: { retention: { last: 1 } } });
  new ShareBuilder(world.source).file('a', 'a');
  expectEqualPoint(world, await world.backup());
});

afterEach(() => world.close());

it('a snapshot that a prune is told does not exist, and that is listed, is not taken for deleted', async () => {
  world.emulator.faults.add({
    match: { account: 'dracct', operation: 'DeleteShare' },
    action: { kind: 'status', status: 404, code: 'ResourceNotFound' },
  });
  const end = await world.backup();
  expect(end).toMatchObject({ outcome: 'failed', pruned: [] });
  expect(end.message).toContain('ResourceNotFound');
  expect(world.source.snapshotIds()).toHaveLength(2);
  expectEqualPoint(world, await world.backup());
  expect(world.source.snapshotIds()).toHaveLength(1);
  expect(world.target.snapshotIds()).toHaveLength(1);
});
