import { afterEach, beforeEach, expect, it } from 'vitest';
import { ShareBuilder } from '../support/share-builder.ts';
import { World } from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await World.start({ job: { retention: { last: 1 } } });
  new ShareBuilder(world.source).file('a', 'first');
  expect(await world.backup()).toMatchObject({ outcome: 'complete' });
  world.emulator.faults.add({
    match: { operation: 'DeleteShare' },
    times: 1000,
    action: { kind: 'status', status: 403, code: 'AuthorizationPermissionMismatch' },
  });
});

afterEach(() => world.close());

it('does not hide the recovery point that was made and verified', async () => {
  const end = await world.backup();
  expect((await world.points()).points.map(({ id }) => id)).toContain(end.run);
  expect(end.point).toMatchObject({ id: end.run, level: 'listing-verified' });
});

it('does not keep later runs from backing up what changed since', async () => {
  await world.backup();
  new ShareBuilder(world.source).file('a', 'second').file('new', 'new');
  await world.backup();
  await world.backup();
  expect(new ShareBuilder(world.target).exists('new')).toBe(true);
});
