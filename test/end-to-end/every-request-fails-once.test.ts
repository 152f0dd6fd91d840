import { describe, expect, it } from 'vitest';
import type { FaultAction } from '../../emulator/control/faults.ts';
import { ARCHIVE, READ_ONLY } from '../../emulator/state/index.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { comparable, readTree } from '../support/tree.ts';
import { World } from '../support/world.ts';

const MIB = 1024 * 1024;
/** Every fourth request, another quarter for each kind of fault; every single one with SHAREPAIR_TEST_FAULTS=all. */
const STRIDE = process.env.SHAREPAIR_TEST_FAULTS === 'all' ? 1 : 4;

/** A world whose second backup has one of every kind of change to carry out. */
async function worldWithChanges(): Promise<World> {
  const world = await World.start({ concurrency: 2, retries: 3, job: { retention: { last: 1 } } });
  const source = new ShareBuilder(world.source)
    .file('kept', 'kept')
    .file('edited', 'before')
    .file('doomed/a', 'a')
    .file('locked', 'locked', { attributes: ARCHIVE | READ_ONLY })
    .file('case', 'case')
    .file('turns', 'file');
  expect(await world.backup()).toMatchObject({ outcome: 'complete' });
  source
    .write('edited', 0, 'BEFORE')
    .remove('doomed')
    .remove('locked')
    .rename('case', 'CASE')
    .remove('turns')
    .file('turns/to folder', 'x')
    .permission('kept', 7)
    .file('large', Buffer.alloc(MIB, 1), { size: 64 * MIB, at: 60 * MIB });
  world.requests();
  return world;
}

async function countRequests(): Promise<number> {
  const world = await worldWithChanges();
  await world.backup();
  const total = Object.values(world.requests()).reduce<number>((sum, count) => sum + (count ?? 0), 0);
  await world.close();
  return total;
}

const faults: [string, FaultAction, number][] = [
  ['is refused with 503', { kind: 'status', status: 503, code: 'ServerBusy' }, 0],
  ['is cut before it takes effect', { kind: 'cut-before' }, 1],
  ['is cut after it took effect', { kind: 'cut-after' }, 2],
];

describe.each(faults)('a backup of which one request %s', (_, action, offset) => {
  it('completes all the same, whichever request it is, and makes no twin of anything', {
    timeout: 300_000,
  }, async () => {
    const requests = await countRequests();
    expect(requests).toBeGreaterThan(50);
    for (let skip = offset % STRIDE; skip < requests; skip += STRIDE) {
      const world = await worldWithChanges();
      world.emulator.faults.add({ skip, action });
      const end = await world.backup();
      const told = `request ${skip} of ${requests}: ${end.message}`;
      expect(end, told).toMatchObject({ outcome: 'complete', failed: [] });
      expect(comparable(readTree(world.target)), told).toEqual(
        comparable(readTree(world.source, end.point?.sourceSnapshot)),
      );
      expect(world.source.snapshotIds(), told).toHaveLength(1);
      expect(world.target.snapshotIds(), told).toHaveLength(1);
      await world.close();
    }
  });
});

describe('a snapshot whose answer was lost', () => {
  it.each([
    ['source', 'prodacct'],
    ['target', 'dracct'],
  ])('is found again on the %s, and no twin is made', async (_, account) => {
    const world = await worldWithChanges();
    world.emulator.faults.add({
      match: { account, operation: 'SnapshotShare' },
      action: { kind: 'cut-after' },
    });
    expect(await world.backup()).toMatchObject({ outcome: 'complete' });
    expect(world.source.snapshotIds()).toHaveLength(1);
    expect(world.target.snapshotIds()).toHaveLength(1);
    await world.close();
  });
});
