import { afterEach, beforeEach, expect, it } from 'vitest';
import { ShareBuilder } from '../support/share-builder.ts';
import { World } from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await World.start({ retries: 0 });
  new ShareBuilder(world.source).file('folder/doomed/x', 'x').file('folder/kept', 'y').file('zoo/a', 'a');
  expect(await world.backup()).toMatchObject({ outcome: 'complete' });
  new ShareBuilder(world.source)
    .remove('folder/doomed')
    .file('zoo/b', 'b')
    .file('apes/c', 'c')
    .file('apes/d', 'c');
  world.emulator.faults.add({
    match: { account: 'dracct', operation: 'ListFiles', path: '^folder/doomed$' },
    times: 1000,
    action: { kind: 'status', status: 403, code: 'AuthorizationFailure' },
  });
});

afterEach(() => world.close());

it('is a failure of that entry, while the rest goes on', async () => {
  const end = await world.backup();
  expect(end).toMatchObject({ outcome: 'incomplete', failures: 1 });
  expect(new ShareBuilder(world.target).exists('zoo/b')).toBe(true);
});

it('leaves no other branch writing after the lock was given back', async () => {
  let released = false;
  const late: string[] = [];
  world.emulator.onRequest(async ({ operation, account, path, phase }) => {
    if (account !== 'dracct' || phase !== 'before') return;
    if (operation === 'ReleaseShareLease') released = true;
    else if (released) late.push(`${operation} ${path}`);
    // Another branch is slower than the one that fails.
    if (operation === 'CreateDirectory' && path === 'apes')
      await new Promise((resolve) => setTimeout(resolve, 300));
  });
  await world.backup();
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(late).toEqual([]);
});
