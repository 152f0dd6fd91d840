import { afterEach, beforeEach, expect, it } from 'vitest';
import { ShareBuilder } from '../support/share-builder.ts';
import { World } from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await World.start({ concurrency: 2 });
  const source = new ShareBuilder(world.source);
  for (let folder = 0; folder < 10; folder += 1) source.file(`${folder}/file`, 'x');
  const stop = new AbortController();
  let verifying = false;
  const forget = world.emulator.onRequest(({ operation, account, path }) => {
    if (operation === 'SnapshotShare' && account === 'dracct') verifying = true;
    if (verifying && operation === 'ListFiles' && path === '5') stop.abort();
  });
  expect(await world.backup({ stop: stop.signal })).toMatchObject({ outcome: 'incomplete' });
  forget();
});

afterEach(() => world.close());

it('verifies a new target snapshot from the start when the one it had begun with is gone', async () => {
  world.target.deleteSnapshot(world.target.snapshotIds()[0] ?? '');
  const forget = world.emulator.onRequest(({ operation, account, phase }) => {
    if (operation !== 'SnapshotShare' || account !== 'dracct' || phase !== 'before') return;
    forget();
    new ShareBuilder(world.target).file('1/file', 'tampered');
  });
  expect(await world.backup()).toMatchObject({ outcome: 'differs', point: { level: 'differs' } });
});

it('reports no recovery point that is none, when the source snapshot of the pair is gone', async () => {
  world.source.deleteSnapshot(world.source.snapshotIds()[0] ?? '');
  const end = await world.backup();
  expect(end).toMatchObject({ outcome: 'complete' });
  expect((await world.points()).points.map(({ id }) => id)).toEqual([end.run]);
});
