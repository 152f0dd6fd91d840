import { expect } from 'vitest';
import type { EndEvent } from '../../lib/report/events.ts';
import { logRequests, writesData } from './request-log.ts';
import { comparable, readTree, type TreeEntry } from './tree.ts';
import type { World } from './world.ts';

/** Expects a run to have completed with a recovery point whose two snapshots are equal, and the live target, too. */
export function expectEqualPoint(world: World, end: EndEvent, told = ''): void {
  expect(end, `${told} ${end.message}`).toMatchObject({ outcome: 'complete', failed: [] });
  const promised = comparable(readTree(world.source, end.point?.sourceSnapshot));
  expect(comparable(readTree(world.target, end.point?.targetSnapshot)), told).toEqual(promised);
  expect(comparable(readTree(world.target)), told).toEqual(promised);
}

/**
 * Expects every recovery point that is listed, but those that say that they differ, to be true: both of its
 * snapshots are there and equal. Returns the tree of the newest of them.
 */
export async function expectTruePoints(world: World, told = ''): Promise<Record<string, TreeEntry>> {
  const { points } = await world.points();
  let newest: Record<string, TreeEntry> = {};
  for (const { sourceSnapshot, targetSnapshot, level } of points) {
    if (level === 'differs') continue;
    newest = comparable(readTree(world.target, targetSnapshot));
    expect(newest, told).toEqual(comparable(readTree(world.source, sourceSnapshot)));
  }
  return newest;
}

/** Expects a backup right after another one to write nothing but Sharepair's own folder, and to move no byte. */
export async function expectIdleBackup(world: World): Promise<void> {
  const log = logRequests(world.emulator);
  world.emulator.requests.reset();
  const end = await world.backup();
  log.stop();
  expectEqualPoint(world, end);
  expect(end).toMatchObject({ changed: 0, deleted: 0, bytes: 0, bytesThroughClient: 0 });
  expect(log.requests.filter(writesData)).toEqual([]);
  const moved = Object.values(world.emulator.requests.accounts()).map(({ bytesCopied }) => bytesCopied);
  expect(Math.max(0, ...moved)).toBe(0);
}
