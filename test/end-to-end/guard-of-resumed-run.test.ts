import { afterEach, beforeEach, expect, it } from 'vitest';
import { ShareBuilder } from '../support/share-builder.ts';
import { World } from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await World.start({
    concurrency: 1,
    job: { guards: { maxDeletes: { kind: 'percent', percent: 10 } } },
  });
});

afterEach(() => world.close());

function stopWhenListed(directory: string): AbortSignal {
  const stop = new AbortController();
  const forget = world.emulator.onRequest(({ operation, account, path, phase }) => {
    if (operation !== 'ListFiles' || account !== 'prodacct' || path !== directory || phase !== 'before')
      return;
    forget();
    stop.abort();
  });
  return stop.signal;
}

it('the guard of a run that is carried on measures against the whole share, not against what was left', async () => {
  const source = new ShareBuilder(world.source);
  for (let folder = 0; folder < 10; folder += 1)
    for (let index = 0; index < 20; index += 1) source.file(`${folder}/${index}`, 'x');
  // A mirror in two slices leaves no exact count in the recovery point, as that of any large share.
  expect(await world.backup({ stop: stopWhenListed('5') })).toMatchObject({ outcome: 'incomplete' });
  expect(await world.backup()).toMatchObject({ outcome: 'complete' });
  // 3 % of the 210 entries.
  for (let index = 0; index < 6; index += 1) source.remove(`${index}/0`);
  expect(await world.backup({ stop: stopWhenListed('9') })).toMatchObject({ outcome: 'incomplete' });
  expect(await world.backup()).toMatchObject({ outcome: 'complete' });
});
