import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FaultAction } from '../../emulator/control/faults.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { comparable, readTree } from '../support/tree.ts';
import { World } from '../support/world.ts';

let world: World;
let source: ShareBuilder;

beforeEach(async () => {
  world = await World.start({ retries: 1 });
  source = new ShareBuilder(world.source);
  for (const folder of ['accounts', 'accounts/2025', 'letters', 'zoo']) {
    for (const name of ['a', 'b', 'c']) source.file(`${folder}/${name}`, `${folder} ${name}`);
  }
  expect(await world.backup()).toMatchObject({ outcome: 'complete' });
  source.remove('accounts/a').remove('letters').remove('zoo/c').file('zoo/new', 'new');
});

afterEach(() => world.close());

const failures: [string, FaultAction][] = [
  ['403', { kind: 'status', status: 403, code: 'AuthorizationFailure' }],
  ['404', { kind: 'status', status: 404, code: 'ResourceNotFound' }],
  ['500', { kind: 'status', status: 500, code: 'InternalError' }],
  ['a cut connection', { kind: 'cut-before' }],
  ['a body cut in the middle', { kind: 'truncate-body', bytes: 700 }],
];

describe.each(failures)('a source listing that fails with %s', (_, action) => {
  it.each([
    ['the root', '', '^$'],
    ['a folder', 'accounts', '^accounts$'],
    ['a folder within a folder', 'accounts/2025', '^accounts/2025$'],
    ['the last folder', 'zoo', '^zoo$'],
  ])('deletes nothing and makes no recovery point when it is that of %s', async (__, directory, path) => {
    const before = Object.keys(comparable(readTree(world.target)));
    world.emulator.faults.add({
      match: { account: 'prodacct', operation: 'ListFiles', path, snapshot: true },
      times: 1000,
      action,
    });
    const end = await world.backup();
    expect(end).toMatchObject({ outcome: 'incomplete', deleted: 0, point: null });
    expect(end.failed.map((failure) => failure.path)).toContain(directory);
    const after = Object.keys(comparable(readTree(world.target)));
    expect(before.filter((entry) => !after.includes(entry))).toEqual([]);
    expect(world.target.snapshotIds()).toHaveLength(1);
    expect((await world.points()).points).toHaveLength(1);

    world.emulator.faults.remove();
    const again = await world.backup();
    expect(again).toMatchObject({ outcome: 'complete' });
    expect(comparable(readTree(world.target, again.point?.targetSnapshot))).toEqual(
      comparable(readTree(world.source, again.point?.sourceSnapshot)),
    );
  });
});

describe('a source listing that fails only when deletions have begun', () => {
  it('stops them where they are', async () => {
    world.emulator.faults.add({
      match: { account: 'prodacct', operation: 'ListFiles', path: '^accounts$', snapshot: true },
      skip: 1,
      times: 1000,
      action: { kind: 'status', status: 403, code: 'AuthorizationFailure' },
    });
    const end = await world.backup();
    expect(end).toMatchObject({ outcome: 'incomplete', point: null });
    const left = Object.keys(comparable(readTree(world.target)));
    expect(left).toContain('accounts/a');
    expect(left).toContain('zoo/c');
  });
});

describe('an answer that broke off once', () => {
  it('is asked for again', async () => {
    world.emulator.faults.add({
      match: { account: 'prodacct', operation: 'ListFiles', path: '^zoo$' },
      action: { kind: 'truncate-body', bytes: 300 },
    });
    expect(await world.backup()).toMatchObject({ outcome: 'complete' });
  });
});
