import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ARCHIVE, READ_ONLY } from '../../emulator/state/index.ts';
import { expectEqualPoint, expectIdleBackup } from '../support/equal-shares.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { World } from '../support/world.ts';

const MIB = 1024 * 1024;
const BLOCK = Buffer.alloc(4 * MIB, 1);

let world: World;
let source: ShareBuilder;

beforeEach(async () => {
  world = await World.start();
  source = new ShareBuilder(world.source);
  source.file('disk.vhdx', BLOCK, { size: 64 * MIB, metadata: { about: 'x' } });
  for (let at = 4 * MIB; at < 64 * MIB; at += 4 * MIB) source.write('disk.vhdx', at, BLOCK);
  expectEqualPoint(world, await world.backup());
  world.requests();
});

afterEach(() => world.close());

describe('a large file that changed', () => {
  it.each<[string, number, number, () => unknown]>([
    ['in one place', 1, 4, () => source.write('disk.vhdx', 9 * MIB, 'changed')],
    ['across a border of pieces', 2, 8, () => source.write('disk.vhdx', 8 * MIB - 4, 'changed!')],
    ['in two places', 2, 8, () => source.write('disk.vhdx', 0, 'a').write('disk.vhdx', 60 * MIB, 'b')],
    ['by a hole', 0, 0, () => source.clear('disk.vhdx', 16 * MIB, 24 * MIB)],
    [
      'by a hole beside what was written',
      1,
      4,
      () => source.clear('disk.vhdx', 16 * MIB, 24 * MIB).write('disk.vhdx', 24 * MIB, 'behind it'),
    ],
    ['by growing', 1, 4, () => source.resize('disk.vhdx', 100 * MIB).write('disk.vhdx', 90 * MIB, 'new')],
    ['by growing without a byte', 0, 0, () => source.resize('disk.vhdx', 100 * MIB)],
    ['by shrinking', 0, 0, () => source.resize('disk.vhdx', 40 * MIB)],
    [
      'by shrinking and growing again',
      0,
      0,
      () => source.resize('disk.vhdx', 40 * MIB).resize('disk.vhdx', 64 * MIB),
    ],
    [
      'and became read-only',
      1,
      4,
      () => source.write('disk.vhdx', 0, 'x').attributes('disk.vhdx', ARCHIVE | READ_ONLY),
    ],
    [
      'along with its metadata',
      1,
      4,
      () => source.write('disk.vhdx', 0, 'x').metadata('disk.vhdx', { about: 'y' }),
    ],
  ])('%s costs its changed ranges alone', async (_, pieces, mostMib, change) => {
    change();
    const end = await world.backup();
    expect(end.requests.PutRangeFromURL ?? 0).toBe(pieces);
    expect(end.requests.CopyFile ?? 0).toBe(0);
    expect(end.bytes).toBeLessThanOrEqual(mostMib * MIB);
    expectEqualPoint(world, end);
    await expectIdleBackup(world);
  });

  it('is copied whole when somebody wrote to the target, too', async () => {
    source.write('disk.vhdx', 9 * MIB, 'changed');
    new ShareBuilder(world.target).write('disk.vhdx', 40 * MIB, 'tampered');
    const end = await world.backup();
    expect(end.bytes).toBe(64 * MIB);
    expectEqualPoint(world, end);
  });

  it('is copied whole when it is another file of that name', async () => {
    source.remove('disk.vhdx').file('disk.vhdx', BLOCK, { size: 64 * MIB });
    expectEqualPoint(world, await world.backup());
  });

  it('goes on with its patch after a stop, and copies no piece twice', async () => {
    for (let at = 0; at < 64 * MIB; at += 4 * MIB) source.write('disk.vhdx', at, 'changed');
    const stop = new AbortController();
    const unhook = world.emulator.onRequest(({ operation, phase }) => {
      if (operation === 'PutRangeFromURL' && phase === 'after') stop.abort();
    });
    const first = await world.backup({ stop: stop.signal });
    unhook();
    expect(first).toMatchObject({ outcome: 'incomplete' });
    const second = await world.backup();
    expectEqualPoint(world, second);
    expect((first.requests.PutRangeFromURL ?? 0) + (second.requests.PutRangeFromURL ?? 0)).toBe(16);
    expect(second.requests.PutRangeFromURL).toBeGreaterThan(0);
  });

  it('never looks finished when its patch was cut off', async () => {
    source.write('disk.vhdx', 9 * MIB, 'changed').write('disk.vhdx', 50 * MIB, 'changed');
    world.emulator.faults.add({
      match: { operation: 'PutRangeFromURL' },
      skip: 1,
      action: { kind: 'status', status: 403, code: 'AuthorizationFailure' },
    });
    expect(await world.backup()).toMatchObject({ outcome: 'incomplete' });
    expectEqualPoint(world, await world.backup());
  });
});
