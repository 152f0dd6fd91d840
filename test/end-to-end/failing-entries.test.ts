import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { plantHandle } from '../../emulator/state/index.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { comparable, readTree } from '../support/tree.ts';
import { World } from '../support/world.ts';

const LARGEST_URL = 2048;

let world: World;
let source: ShareBuilder;

beforeEach(async () => {
  world = await World.start({ retries: 1 });
  source = new ShareBuilder(world.source).file('folder/a', 'a').file('folder/b', 'b').file('other/c', 'c');
});

afterEach(() => world.close());

describe('an entry that cannot be copied', () => {
  it('is reported with path, code and request id, while the rest goes on and no recovery point is made', async () => {
    world.emulator.faults.add({
      match: { operation: 'CopyFile', path: '^folder/a$' },
      times: 100,
      action: { kind: 'status', status: 403, code: 'CannotVerifyCopySource' },
    });
    const end = await world.backup();
    expect(end).toMatchObject({ outcome: 'incomplete', point: null, failures: 1 });
    expect(end.failed).toMatchObject([{ path: 'folder/a', code: 'CannotVerifyCopySource' }]);
    expect(end.failed[0]?.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(world.target.snapshotIds()).toEqual([]);
    expect([...readTree(world.target).keys()]).toContain('other/c');

    world.emulator.faults.remove();
    const again = await world.backup();
    expect(again).toMatchObject({ outcome: 'complete' });
    expect(comparable(readTree(world.target))).toEqual(comparable(readTree(world.source)));
    expect(world.source.snapshotIds()).toHaveLength(1);
  });

  it('is one that somebody holds open on the target', async () => {
    await world.backup();
    source.file('folder/a', 'edited').remove('other/c');
    plantHandle(world.target, ['folder', 'a'], { share: 'none' });
    plantHandle(world.target, ['other', 'c'], { share: 'none' });
    const end = await world.backup();
    expect(end).toMatchObject({ outcome: 'incomplete', point: null });
    expect(end.failed.map(({ path }) => path).sort()).toEqual(['folder/a', 'other/c']);
  });

  it('fills no share with source snapshots however often it fails', async () => {
    world.emulator.faults.add({
      match: { operation: 'CopyFile', path: '^folder/a$' },
      times: 100,
      action: { kind: 'status', status: 403, code: 'CannotVerifyCopySource' },
    });
    for (let run = 0; run < 4; run += 1)
      expect(await world.backup()).toMatchObject({ outcome: 'incomplete' });
    expect(world.source.snapshotIds()).toHaveLength(1);
  });
});

describe('a path whose URL is longer than the service reads', () => {
  it('is copied all the same, its bytes passing through the client, which says so', async () => {
    const deep = Array.from({ length: 8 }, (_, index) => `${index}${'漢'.repeat(60)}`).join('/');
    expect(encodeURIComponent(deep).length).toBeGreaterThan(LARGEST_URL);
    source.file(`${deep}/file`, 'far away');
    const end = await world.backup();
    expect(end).toMatchObject({ outcome: 'complete', bytesThroughClient: 'far away'.length });
    expect(comparable(readTree(world.target))).toEqual(comparable(readTree(world.source)));
  });
});

describe('verification', () => {
  it('that cannot be carried out leaves a copy, and the next run makes another recovery point', async () => {
    world.emulator.faults.add({
      match: { account: 'dracct', operation: 'ListFiles', snapshot: true },
      times: 100,
      action: { kind: 'status', status: 403, code: 'AuthorizationFailure' },
    });
    const end = await world.backup();
    expect(end).toMatchObject({ outcome: 'incomplete', point: { level: 'copied' } });
    world.emulator.faults.remove();
    const again = await world.backup();
    expect(again).toMatchObject({ outcome: 'complete', point: { level: 'listing-verified' } });
    expect((await world.points()).points.map(({ level }) => level)).toEqual(['copied', 'listing-verified']);
  });

  it('finds what differs between the snapshots, marks the recovery point, and keeps the older ones', async () => {
    await world.close();
    world = await World.start({ job: { retention: { last: 1 } } });
    new ShareBuilder(world.source).file('folder/a', 'a');
    const first = await world.backup();
    // Somebody writes to the target between its mirror and its snapshot.
    const forget = world.emulator.onRequest(({ operation, account, phase }) => {
      if (operation !== 'SnapshotShare' || account !== 'dracct' || phase !== 'before') return;
      forget();
      new ShareBuilder(world.target).file('folder/a', 'tampered').file('intruder', 'x');
    });
    const end = await world.backup();
    expect(end).toMatchObject({ outcome: 'differs', point: { level: 'differs' }, pruned: [] });
    expect(end.message).toContain('folder/a');
    expect(end.message).toContain('intruder');
    const { points } = await world.points();
    expect(points.map(({ id, level }) => [id, level])).toEqual([
      [first.run, 'listing-verified'],
      [end.run, 'differs'],
    ]);
    expect(await world.backup()).toMatchObject({ outcome: 'complete' });
  });
});
