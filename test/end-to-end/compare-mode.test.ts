import { afterEach, expect, it } from 'vitest';
import { setFileMetadata } from '../../emulator/state/index.ts';
import { expectEqualPoint } from '../support/equal-shares.ts';
import { logRequests } from '../support/request-log.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { World } from '../support/world.ts';

let world: World;

afterEach(() => world.close());

async function begin(mode: 'times' | 'strict'): Promise<void> {
  world = await World.start({ job: { compare: { mode } } });
  new ShareBuilder(world.source)
    .file('folder/a', 'a', { metadata: { owner: 'before' } })
    .file('folder/b', 'b')
    .file('other/c', 'c');
  expectEqualPoint(world, await world.backup());
  world.requests();
}

it('the strict comparison sees metadata that was written in the very second of the previous snapshot', async () => {
  await begin('strict');
  setFileMetadata(world.source, ['folder', 'a'], { owner: 'after' });
  const end = await world.backup();
  expect(end).toMatchObject({ changed: 1, bytes: 0 });
  expectEqualPoint(world, end);
});

it('the strict comparison asks for nothing by itself that has its ETag still', async () => {
  await begin('strict');
  const log = logRequests(world.emulator);
  expect(await world.backup()).toMatchObject({ outcome: 'complete', changed: 0 });
  log.stop();
  const asked = log.requests.filter(({ path }) => path.startsWith('folder/') || path.startsWith('other/'));
  expect(asked).toEqual([]);
});
