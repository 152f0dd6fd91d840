import { describe, expect, it } from 'vitest';
import { ARCHIVE, listEntries, READ_ONLY } from '../../emulator/state/index.ts';
import { endOf, runCommand, startCommand, withConfigurationFile } from '../support/command.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { comparable, readTree } from '../support/tree.ts';
import { JOB, World } from '../support/world.ts';

/** How many kills; more of them, one at every request, with SHAREPAIR_TEST_KILLS=all. */
const KILLS = process.env.SHAREPAIR_TEST_KILLS ?? '50';
const MIB = 1024 * 1024;
const LEASE_MS = 61_000;

async function worldWithChanges(): Promise<World> {
  const world = await World.start({ concurrency: 4, job: { retention: { last: 1 } } });
  const source = new ShareBuilder(world.source).file('kept', 'kept').file('edited', 'before');
  for (let index = 0; index < 8; index += 1) source.file(`doomed/${index}`, 'x').file(`folder/${index}`, 'y');
  expect(await world.backup()).toMatchObject({ outcome: 'complete' });
  source
    .file('edited', 'and after')
    .remove('doomed')
    .rename('folder', 'moved/folder')
    .file('read only', 'r', { attributes: ARCHIVE | READ_ONLY })
    .permission('kept', 3)
    .file('large', Buffer.alloc(9 * MIB, 1), { size: 64 * MIB, at: 32 * MIB });
  return world;
}

/** The requests of an undisturbed run of the command. */
async function countRequests(): Promise<number> {
  const world = await worldWithChanges();
  try {
    world.requests();
    const end = endOf(await backUpByCommand(world));
    expect(end.outcome).toBe('complete');
    return Object.values(world.requests()).reduce<number>((sum, count) => sum + (count ?? 0), 0);
  } finally {
    await world.close();
  }
}

function backUpByCommand(world: World) {
  return withConfigurationFile(world.configurationText, (file) =>
    runCommand(['backup', JOB, '--config', file, '--json'], world.environment),
  );
}

/** Runs the command and kills it at its `at`-th request, before or after that took effect. */
async function killAt(world: World, at: number, phase: 'before' | 'after'): Promise<void> {
  await withConfigurationFile(world.configurationText, async (file) => {
    const command = startCommand(['backup', JOB, '--config', file, '--json'], world.environment);
    let seen = 0;
    const forget = world.emulator.onRequest((request) => {
      if (request.phase !== phase) return;
      seen += 1;
      if (seen === at) command.process.kill('SIGKILL');
    });
    const { signal, code } = await command.result;
    forget();
    expect(signal === 'SIGKILL' || code === 0).toBe(true);
  });
}

/** Runs again, as a person would; a lock that the dead run left is waited for, by moving the server's clock. */
async function runAgain(world: World) {
  const end = await world.backup();
  if (end.outcome !== 'locked') return end;
  world.emulator.state.clock.advance(LEASE_MS);
  return world.backup();
}

describe('a backup that is killed', () => {
  it('reaches the state of an undisturbed run when it is run again, wherever it was', {
    timeout: 600_000,
  }, async () => {
    const requests = await countRequests();
    const kills = KILLS === 'all' ? requests : Math.min(Number(KILLS), requests);
    expect(kills).toBeGreaterThanOrEqual(Math.min(50, requests));
    for (let index = 0; index < kills; index += 1) {
      const at = 1 + Math.floor((index * requests) / kills);
      const phase = index % 2 === 0 ? 'before' : 'after';
      const world = await worldWithChanges();
      const told = `killed ${phase} request ${at} of ${requests}`;
      const [kept] = (await world.points()).points;
      const promised = comparable(readTree(world.target, kept?.targetSnapshot));
      await killAt(world, at, phase);
      const stillThere = world.target.snapshotIds().includes(kept?.targetSnapshot ?? '');
      if (stillThere)
        expect(comparable(readTree(world.target, kept?.targetSnapshot)), told).toEqual(promised);

      const end = await runAgain(world);
      expect(end, told).toMatchObject({ outcome: 'complete', failed: [] });
      const source = comparable(readTree(world.source, end.point?.sourceSnapshot));
      expect(comparable(readTree(world.target)), told).toEqual(source);
      expect(comparable(readTree(world.target, end.point?.targetSnapshot)), told).toEqual(source);
      expect((await world.points()).points, told).toHaveLength(1);
      expect(world.source.snapshotIds(), told).toHaveLength(1);
      expect(world.target.snapshotIds(), told).toHaveLength(1);
      const left = listEntries(world.target.view(), ['.sharepair']).entries.map(({ name }) => name);
      expect(left.includes('run.json'), told).toBe(false);
      await world.close();
    }
  });
});
