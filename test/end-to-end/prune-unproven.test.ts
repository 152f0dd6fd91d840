import { afterEach, beforeEach, expect, it } from 'vitest';
import { runPrune } from '../../lib/backup/run-prune.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { JOB, World } from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await World.start({ job: { retention: { last: 1 } } });
  new ShareBuilder(world.source).file('a', 'a');
});

afterEach(() => world.close());

it('keeps the newest recovery point that is proven when a newer one differs', async () => {
  const good = await world.backup();
  const forget = world.emulator.onRequest(({ operation, account, phase }) => {
    if (operation !== 'SnapshotShare' || account !== 'dracct' || phase !== 'before') return;
    forget();
    new ShareBuilder(world.target).file('a', 'tampered');
  });
  expect(await world.backup()).toMatchObject({ outcome: 'differs' });
  await runPrune({
    configuration: world.configuration,
    job: JOB,
    dryRun: false,
    stop: new AbortController().signal,
    lockWaitMs: 0,
  });
  expect((await world.points()).points.map(({ id }) => id)).toContain(good.run);
});
