import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ARCHIVE, HIDDEN, parseTicks, READ_ONLY } from '../../emulator/state/index.ts';
import { EXIT_CODES } from '../../lib/report/exit-codes.ts';
import { runCommand, startCommand, withConfigurationFile } from '../support/command.ts';
import { expectEqualPoint, expectTruePoints } from '../support/equal-shares.ts';
import { LOSSES, listingRefused } from '../support/losses.ts';
import { logRequests, writesData } from '../support/request-log.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { MIB } from '../support/share-edits.ts';
import { comparable, readTree } from '../support/tree.ts';
import { JOB, World } from '../support/world.ts';

const LEASE_MS = 61_000;
const OLD = parseTicks('2019-03-04T05:06:07.8901234Z') ?? 0n;

let world: World;
let source: ShareBuilder;

beforeEach(async () => {
  world = await World.start({ concurrency: 4, retries: 1 });
  source = new ShareBuilder(world.source);
});

afterEach(() => world.close());

/**
 * The nine losses that AzCopy 10.32.2 was measured to cause or to leave standing: seven by two runs each, and two
 * that have a test of their own below. azcopy-loses.test.ts shows the program itself at it.
 */
describe('what AzCopy loses', () => {
  it.each(LOSSES.map((loss) => [loss.what, loss] as const))('is not lost here: %s', async (_, loss) => {
    const { prepare, change, fault, isLost } = loss;
    prepare(source);
    expectEqualPoint(world, await world.backup());
    const before = readTree(world.source);
    change(source);
    if (fault !== undefined) world.emulator.faults.add(fault);
    const end = await world.backup({ allowDeletes: true });
    world.emulator.faults.remove();

    if (end.outcome === 'complete') expectEqualPoint(world, end);
    else {
      expect(fault, end.message).toBeDefined();
      expect(EXIT_CODES[end.outcome]).not.toBe(0);
      expect(end.failures, end.message).toBeGreaterThan(0);
      expect(end.deleted).toBe(0);
    }
    await expectTruePoints(world);
    expect(isLost(await newestPoint(), readTree(world.source), before)).toBe(false);

    const again = await world.backup({ allowDeletes: true });
    expectEqualPoint(world, again);
  });

  it('is not lost here: a large file that a kill cut off, with the right size and a new time', async () => {
    source.file('large', Buffer.alloc(40 * MIB, 'before'));
    expectEqualPoint(world, await world.backup());
    source.file('large', Buffer.alloc(40 * MIB, 'after'));
    await killInTheMiddleOf('large');
    expect(comparable(readTree(world.target))).not.toEqual(comparable(readTree(world.source)));

    expectEqualPoint(world, await runAgain());
  });

  it('is not lost here: a file of which nothing but the case of its name changed, among many changes', async () => {
    source.file('Reports/Foo.txt', 'foo').file('Reports/kept', 'kept');
    for (let index = 0; index < 50; index += 1) source.file(`many/${index}`, 'x');
    expectEqualPoint(world, await world.backup());
    source.rename('Reports/Foo.txt', 'Reports/foo.txt').rename('Reports', 'reports');
    for (let index = 0; index < 50; index += 1) source.file(`many/${index}`, 'changed');
    const log = logRequests(world.emulator);
    const end = await world.backup();
    expectEqualPoint(world, end);
    expect(end.deleted).toBe(0);
    const deletions = log.requests.filter(({ operation }) => operation.startsWith('Delete'));
    expect(deletions.filter(writesData)).toEqual([]);
  });
});

/** Of these, too, AzCopy says nothing, or makes nothing, or never makes an end. */
describe('what AzCopy leaves wrong', () => {
  it('is right here: nothing is deleted when the root of the source cannot be listed', async () => {
    source.file('folder/one', 'one').file('two', 'two');
    expectEqualPoint(world, await world.backup());
    const before = comparable(readTree(world.target));
    world.emulator.faults.add(listingRefused('^$'));
    const end = await world.backup({ allowDeletes: true });
    expect(end.outcome).not.toBe('complete');
    expect(comparable(readTree(world.target))).toEqual(before);
  });

  it('is said here: a folder of the target that cannot be listed', async () => {
    source.file('folder/one', 'one').file('two', 'two');
    expectEqualPoint(world, await world.backup());
    const refused = listingRefused('^folder$');
    world.emulator.faults.add({ ...refused, match: { ...refused.match, account: 'dracct' } });
    const end = await world.backup();
    world.emulator.faults.remove();
    expect(end.outcome).toBe('incomplete');
    expect(end.failed.map(({ path }) => path)).toContain('folder');
    expect(end.bytes).toBe(0);
  });

  it('is right here: a ReadOnly file that is gone at the source goes, and is counted once it is gone', async () => {
    source.file('locked', 'x', { attributes: ARCHIVE | READ_ONLY }).file('kept', 'x');
    expectEqualPoint(world, await world.backup());
    source.remove('locked');
    const end = await world.backup();
    expectEqualPoint(world, end);
    expect(end.deleted).toBe(1);
  });

  it('is right here: times, attributes and permissions of directories, the root included', async () => {
    source.file('folder/one', 'one');
    expectEqualPoint(world, await world.backup());
    for (const path of ['', 'folder']) {
      source
        .permission(path, 3)
        .attributes(path, HIDDEN)
        .times(path, { creationTime: OLD, lastWriteTime: OLD });
    }
    const end = await world.backup();
    expectEqualPoint(world, end);
    expect(end.bytes).toBe(0);
  });

  it('is right here: a target that somebody wrote to later than the source was', async () => {
    source.file('folder/one', 'one');
    expectEqualPoint(world, await world.backup());
    new ShareBuilder(world.target).write('folder/one', 0, 'TWO');
    expectEqualPoint(world, await world.backup());
  });
});

async function newestPoint() {
  const newest = (await world.points()).points.at(-1);
  return readTree(world.target, newest?.targetSnapshot);
}

/** Kills the command after some of the ranges of a file were written. */
async function killInTheMiddleOf(path: string): Promise<void> {
  await withConfigurationFile(world.configurationText, async (file) => {
    const command = startCommand(['backup', JOB, '--config', file], world.environment);
    let ranges = 0;
    const forget = world.emulator.onRequest((request) => {
      if (request.operation !== 'PutRangeFromURL' || request.path !== path) return;
      ranges += 1;
      if (ranges === 5) command.process.kill('SIGKILL');
    });
    const { signal } = await command.result;
    forget();
    expect(signal).toBe('SIGKILL');
  });
}

/** As a person would: with the command, once the lock of the one that was killed has run out. */
async function runAgain() {
  world.emulator.state.clock.advance(LEASE_MS);
  await withConfigurationFile(world.configurationText, async (file) => {
    expect((await runCommand(['backup', JOB, '--config', file], world.environment)).code).toBe(0);
  });
  return world.backup();
}
