import { afterEach, beforeEach, expect, it } from 'vitest';
import { ShareBuilder } from '../support/share-builder.ts';
import { JOB, World } from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await World.start({ job: { retention: { last: 5 } } });
  new ShareBuilder(world.source).file('a', 'a');
});

afterEach(() => world.close());

it('a share full of recovery points that the policy no longer keeps has room for another', async () => {
  expect(await world.backup()).toMatchObject({ outcome: 'complete' });
  // The retention was longer before, and a foreign snapshot takes the last place.
  for (let index = 100; index < 298; index += 1) {
    const tags = { sharepair_job: JOB, sharepair_run: `20250101T000000Z-0${index}`, sharepair_version: '0' };
    const { id } = world.source.createSnapshot({
      ...tags,
      sharepair_role: 'source',
      sharepair_counterpart: 'dracct/finance-copy',
    });
    world.target.createSnapshot({
      ...tags,
      sharepair_role: 'target',
      sharepair_counterpart: 'prodacct/finance',
      sharepair_partner: id,
    });
  }
  world.source.createSnapshot({});
  expect(world.source.snapshotIds()).toHaveLength(200);
  expect((await world.points()).points).toHaveLength(199);
  // For the budget of 180 only as many go as have to; the others are more than a run deletes by itself.
  expect(await world.backup()).toMatchObject({ outcome: 'guard', point: { level: 'listing-verified' } });
  expect((await world.points()).points).toHaveLength(179);
  const configuration = world.configured({ retention: { last: 5 }, guards: { maxPruned: '100%' } });
  expect(await world.backup({ configuration })).toMatchObject({ outcome: 'complete' });
  expect((await world.points()).points).toHaveLength(5);
});
