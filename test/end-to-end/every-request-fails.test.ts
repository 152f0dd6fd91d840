import { describe, expect, it } from 'vitest';
import type { FaultSpec } from '../../emulator/control/faults.ts';
import type { RequestInfo } from '../../emulator/control/request-hooks.ts';
import { ARCHIVE, READ_ONLY } from '../../emulator/state/index.ts';
import { expectEqualPoint, expectTruePoints } from '../support/equal-shares.ts';
import { sortsOf, WAYS_TO_FAIL, type WayToFail } from '../support/faults.ts';
import { logRequests } from '../support/request-log.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { MIB } from '../support/share-edits.ts';
import { comparable, readTree, type TreeEntry } from '../support/tree.ts';
import { World } from '../support/world.ts';

/** Every so manieth request, others for each way to fail; every single one with SHAREPAIR_TEST_FAULTS=all. */
const STRIDE = process.env.SHAREPAIR_TEST_FAULTS === 'all' ? 1 : 45;
const LEASE_MS = 61_000;
const FOREVER = 1_000_000;
const KIB64 = 65_536;

/** A world whose second backup has one of every kind of change to carry out. */
async function worldWithChanges(): Promise<World> {
  const world = await World.start({ concurrency: 2, retries: 3, job: { retention: { last: 1 } } });
  const source = new ShareBuilder(world.source)
    .file('kept', 'kept')
    .file('kept folder/inside', 'inside')
    .file('edited', 'before')
    .file('doomed/a', 'a')
    .file('locked', 'locked', { attributes: ARCHIVE | READ_ONLY })
    .file('case', 'case')
    .file('turns', 'file')
    .file('turns back/inside', 'folder')
    .file('folder/one', 'one')
    .file('moves', Buffer.alloc(KIB64, 1), { size: 40 * MIB, at: 36 * MIB })
    .file('patched', Buffer.alloc(KIB64, 2), { size: 40 * MIB });
  expect(await world.backup()).toMatchObject({ outcome: 'complete' });
  source
    .write('edited', 0, 'BEFORE')
    .remove('doomed')
    .remove('locked')
    .rename('case', 'CASE')
    .remove('turns')
    .file('turns/to folder', 'x')
    .remove('turns back')
    .file('turns back', 'a file now')
    .rename('folder', 'moved folder')
    .rename('moves', 'moved folder/moves')
    .write('patched', 20 * MIB, 'patch')
    .clear('patched', 0, 65_536)
    .permission('kept', 7)
    .file('large', Buffer.alloc(KIB64, 3), { size: 64 * MIB, at: 60 * MIB, attributes: ARCHIVE | READ_ONLY });
  return world;
}

/** The requests of an undisturbed second backup. */
async function requestsOfBackup(): Promise<readonly RequestInfo[]> {
  const world = await worldWithChanges();
  const log = logRequests(world.emulator);
  expectEqualPoint(world, await world.backup());
  await world.close();
  return log.requests;
}

const timeout = 3_600_000;

describe.each(WAYS_TO_FAIL.map((way, index) => [way.name, way, index] as const))(
  'a backup of which one request %s',
  (_, way, index) => {
    it('completes with equal shares or says that it did not, and loses nothing', { timeout }, async () => {
      const requests = await requestsOfBackup();
      expect(requests.length).toBeGreaterThan(50);
      const wrong: string[] = [];
      for (let skip = (index * 7) % STRIDE; skip < requests.length; skip += STRIDE) {
        const told = `request ${skip} of ${requests.length}, about ${describeRequest(requests[skip])}`;
        wrong.push(...(await faultsOf(way, { skip, action: way.action }, told)));
      }
      expect(wrong).toEqual([]);
    });
  },
);

describe.each(
  WAYS_TO_FAIL.filter(({ passes }) => !passes).map((way, index) => [way.name, way, index] as const),
)('a backup of which every request of one sort for one path %s', (_, way, index) => {
  it('completes with equal shares or says that it did not, and loses nothing', { timeout }, async () => {
    const sorts = sortsOf(await requestsOfBackup());
    const wrong: string[] = [];
    for (let at = (index * 7) % STRIDE; at < sorts.length; at += STRIDE) {
      const match = sorts[at];
      if (match === undefined) continue;
      const told = `${describeRequest(match)} in ${match.account}`;
      wrong.push(...(await faultsOf(way, { match, times: FOREVER, action: way.action }, told)));
    }
    expect(wrong).toEqual([]);
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
    expectEqualPoint(world, await world.backup());
    expect(world.source.snapshotIds()).toHaveLength(1);
    expect(world.target.snapshotIds()).toHaveLength(1);
    await world.close();
  });
});

/** Runs a backup with the fault, then one without; what they did wrong, in words. */
async function faultsOf(way: WayToFail, fault: FaultSpec, told: string): Promise<string[]> {
  const world = await worldWithChanges();
  try {
    const before = await expectTruePoints(world);
    world.emulator.faults.add(fault);
    const end = await world.backup();
    world.emulator.faults.remove();
    if (way.passes || end.outcome === 'complete') expectEqualPoint(world, end);
    else expect(end.message).not.toBe('');
    expectUntouched(world, before);
    expectKept(before, comparable(readTree(world.source)), await expectTruePoints(world));

    expectEqualPoint(world, await runAgain(world));
    expect((await world.points()).points).toHaveLength(1);
    // Whoever is told that a snapshot is not there does not try to delete it again.
    if (way.status !== 404) expect(world.target.snapshotIds()).toHaveLength(1);
    if (way.passes) expect(world.source.snapshotIds()).toHaveLength(1);
    return [];
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return [`${told}: ${error.message}`];
  } finally {
    await world.close();
  }
}

type Tree = Readonly<Record<string, TreeEntry>>;

/** Nothing that the source still has is gone from the last recovery point. */
function expectKept(before: Tree, source: Tree, promised: Tree): void {
  for (const [path, { kind }] of Object.entries(before)) {
    if (source[path]?.kind === kind) expect(promised[path], path).toMatchObject({ kind });
  }
}

/** What neither was changed nor has to go is in the live target as it was. */
function expectUntouched(world: World, before: Tree): void {
  const source = comparable(readTree(world.source));
  const target = comparable(readTree(world.target));
  for (const [path, { kind, content, size }] of Object.entries(before)) {
    const wanted = source[path];
    if (wanted?.kind !== kind || wanted.content !== content || wanted.size !== size) continue;
    expect(target[path], path).toMatchObject({ kind, content, size });
  }
}

/** Runs again, as a person would; a lock that could not be given back is waited for, by moving the server's clock. */
async function runAgain(world: World) {
  const end = await world.backup();
  if (end.outcome !== 'locked') return end;
  world.emulator.state.clock.advance(LEASE_MS);
  return world.backup();
}

function describeRequest(request: Pick<RequestInfo, 'operation' | 'path'> | undefined): string {
  return request === undefined ? '' : `${request.operation} "${request.path}"`;
}
