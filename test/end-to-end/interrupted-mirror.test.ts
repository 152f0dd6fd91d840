import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RequestInfo } from '../../emulator/control/request-hooks.ts';
import { expectEqualPoint } from '../support/equal-shares.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { MIB } from '../support/share-edits.ts';
import { World, type WorldOptions } from '../support/world.ts';

const LEASE_MS = 61_000;

let world: World;
let source: ShareBuilder;

async function begin(options: WorldOptions = {}): Promise<void> {
  await world?.close();
  world = await World.start({ concurrency: 2, ...options });
  source = new ShareBuilder(world.source);
}

beforeEach(() => begin());
afterEach(() => world.close());

type Match = (request: RequestInfo) => boolean;

/** Asks the run to stop once a request was carried out. */
function stopAfter(match: Match): AbortSignal {
  const stop = new AbortController();
  const forget = world.emulator.onRequest((request) => {
    if (request.phase !== 'after' || !match(request)) return;
    forget();
    stop.abort();
  });
  return stop.signal;
}

/** A run whose process dies right after a request was carried out: nothing that it sends arrives any more. */
async function killedAfter(match: Match): Promise<void> {
  let killed = false;
  const forget = world.emulator.onRequest((request) => {
    if (killed || request.phase !== 'after' || !match(request)) return;
    killed = true;
    world.emulator.faults.add({ times: 1_000_000, action: { kind: 'cut-before' } });
  });
  await world.backup();
  forget();
  expect(killed).toBe(true);
  world.emulator.faults.remove();
  world.emulator.state.clock.advance(LEASE_MS);
}

const on =
  (operation: string, path: RegExp): Match =>
  (request) =>
    request.account === 'dracct' && request.operation === operation && path.test(request.path);

describe('a run that was stopped while overwrites were held back', () => {
  it('carries them out when the next process is told to allow changes', async () => {
    source.file('a/edited', 'before');
    expectEqualPoint(world, await world.backup());
    source.file('a/edited', 'after!').file('m/one', '1').file('n/one', '1').file('o/one', '1');
    const stopped = await world.backup({ stop: stopAfter(on('CopyFile', /^m\/one/)) });
    expect(stopped).toMatchObject({ outcome: 'incomplete' });
    expectEqualPoint(world, await world.backup({ allowChanges: true }));
  });
});

describe('a run that was stopped, then killed while it removed', () => {
  it('makes what comes in place of something deleted', async () => {
    source.file('turns', 'a file').file('kept', 'kept');
    expectEqualPoint(world, await world.backup());
    source
      .remove('turns')
      .file('turns/inside', 'a folder now')
      .file('m/one', '1')
      .file('n/one', '1')
      .file('o/one', '1');
    await world.backup({ stop: stopAfter(on('CopyFile', /^m\/one/)) });
    await killedAfter(on('DeleteFile', /^turns$/));
    expectEqualPoint(world, await world.backup());
  });

  it('puts the times of the directory right that it deleted from', async () => {
    source.file('d/doomed', 'a file').file('d/kept', 'kept');
    expectEqualPoint(world, await world.backup());
    source.remove('d/doomed').file('m/one', '1').file('n/one', '1').file('o/one', '1');
    await world.backup({ stop: stopAfter(on('CopyFile', /^m\/one/)) });
    await killedAfter(on('DeleteFile', /^d\/doomed$/));
    expectEqualPoint(world, await world.backup());
  });
});

describe('a run that was stopped, then killed while it moved', () => {
  /** Directories that are not put off, so that a run can be stopped while it walks them. */
  const walked = () => source.file('m/one', '1').file('n/one', '1').file('o/one', '1');
  beforeEach(() => source.file('m/old', '0').file('n/old', '0').file('o/old', '0'));

  it('sees what the moved directory has too much', async () => {
    source.file('z/a/kept', 'kept').file('z/a/stale', 'stale').file('z/other', 'o');
    expectEqualPoint(world, await world.backup());
    source.rename('z/a', 'a').remove('a/stale');
    walked();
    await world.backup({ stop: stopAfter(on('CopyFile', /^m\/one/)) });
    await killedAfter(on('RenameDirectory', /^a$/));
    expectEqualPoint(world, await world.backup());
  });

  it('sees what the moved directory has too much, when it had departed before the stop', async () => {
    source.file('b/a/kept', 'kept').file('b/a/stale', 'stale').file('b/other', 'o');
    expectEqualPoint(world, await world.backup());
    source.rename('b/a', 'a').remove('a/stale');
    walked();
    await world.backup({ stop: stopAfter(on('CopyFile', /^m\/one/)) });
    await killedAfter(on('RenameDirectory', /^a$/));
    expectEqualPoint(world, await world.backup());
  });

  it('gives the moved directory its metadata', async () => {
    source.file('z/a/kept', 'kept').file('z/other', 'o').metadata('z/a', { about: 'old' });
    expectEqualPoint(world, await world.backup());
    world.emulator.state.clock.advance(5000);
    source.rename('z/a', 'a').metadata('a', { about: 'new' });
    walked();
    world.emulator.state.clock.advance(5000);
    await world.backup({ stop: stopAfter(on('CopyFile', /^m\/one/)) });
    await killedAfter(on('RenameDirectory', /^a$/));
    await world.backup();
    // Not even one run later.
    expectEqualPoint(world, await world.backup());
  });

  it('makes the file that takes the place of a directory that was moved away', async () => {
    source.file('place/inside', 'x').file('other', 'o');
    expectEqualPoint(world, await world.backup());
    source.rename('place', 'elsewhere').file('place', 'a file now');
    walked();
    await world.backup({ stop: stopAfter(on('CopyFile', /^m\/one/)) });
    await killedAfter(on('RenameDirectory', /^elsewhere$/));
    expectEqualPoint(world, await world.backup());
  });

  it('has its guard see what is overwritten in the moved directory', async () => {
    await begin({ written: { guards: { maxChanges: 2 } } });
    source.file('m/old', '0').file('n/old', '0').file('o/old', '0');
    for (let file = 0; file < 5; file += 1) source.file(`z/a/${file}`, 'before');
    source.file('z/other', 'o');
    expectEqualPoint(world, await world.backup());
    source.rename('z/a', 'a');
    for (let file = 0; file < 5; file += 1) source.write(`a/${file}`, 0, 'coded!');
    walked();
    await world.backup({ stop: stopAfter(on('CopyFile', /^m\/one/)) });
    await killedAfter(on('RenameDirectory', /^a$/));
    expect(await world.backup()).toMatchObject({ outcome: 'guard' });
  });
});

describe('what is claimed while directories are looked at again', () => {
  it('leaves the times of the directory that it came from right', async () => {
    await begin({ concurrency: 1 });
    source
      .file('d/x/inside', 'x')
      .file('z/large', 'large', { size: 40 * MIB })
      .file('z/other', 'o');
    expectEqualPoint(world, await world.backup());
    source.rename('d/x', 'moved').rename('z/large', 'd/x').directory('z/new');
    expectEqualPoint(world, await world.backup());
  });

  it('counts each entry once', async () => {
    source.file('place/inside', 'x').file('other', 'o');
    expectEqualPoint(world, await world.backup());
    source.rename('place', 'elsewhere').file('place', 'a file now');
    const end = await world.backup();
    expectEqualPoint(world, end);
    const newest = (await world.points()).points.find(({ id }) => id === end.run);
    expect(newest?.entries).toBe(end.entries);
  });
});

describe('a rename aside whose answer was lost', () => {
  it('does not fail the run', async () => {
    source.file('a/one', '1').file('b/two', '2').file('kept', 'k');
    expectEqualPoint(world, await world.backup());
    source.swap('a', 'b');
    world.emulator.faults.add({
      match: { account: 'dracct', operation: 'RenameDirectory' },
      action: { kind: 'cut-after' },
    });
    expectEqualPoint(world, await world.backup());
  });
});

describe('a slice that ends amid the files of a directory', () => {
  /** The slice's time is up while it asks what was written to files, whose answers are slow. */
  async function backUpInSlices(slow: number) {
    let left = slow;
    const forget = world.emulator.onRequest(async ({ operation, phase, path }) => {
      if (phase !== 'before' || operation !== 'ListFileRanges' || !path.startsWith('edited')) return;
      left -= 1;
      if (left >= 0) await new Promise((resolve) => setTimeout(resolve, 500));
    });
    const end = await world.backup({ sliceMs: 300 });
    forget();
    return end;
  }

  it('holds back each overwrite once', async () => {
    await begin({ written: { guards: { maxChanges: 3 } }, concurrency: 4 });
    for (let file = 0; file < 3; file += 1) source.file(`edited ${file}`, 'before');
    expectEqualPoint(world, await world.backup());
    for (let file = 0; file < 3; file += 1) source.write(`edited ${file}`, 0, 'after!');
    expectEqualPoint(world, await backUpInSlices(2));
  });

  it('never lets a file that is not finished look finished', async () => {
    await begin({ concurrency: 8, retries: 0 });
    source.file('edited', Buffer.alloc(40 * MIB, 1)).file('kept', 'k');
    expectEqualPoint(world, await world.backup());
    source.write('edited', 0, Buffer.alloc(40 * MIB, 2));
    new ShareBuilder(world.target).write('edited', 0, 'tampered');
    let creations = 0;
    let puts = 0;
    const copied = Promise.withResolvers<void>();
    const createdAgain = Promise.withResolvers<void>();
    const forget = world.emulator.onRequest(async ({ operation, phase, path, account }) => {
      if (path !== 'edited' || account !== 'dracct') return;
      if (phase === 'before' && operation === 'CreateFile') {
        creations += 1;
        if (creations === 2) await copied.promise;
      } else if (phase === 'before' && operation === 'SetFileProperties' && creations > 1) {
        await createdAgain.promise;
      } else if (phase === 'after' && operation === 'CreateFile' && puts >= 10) createdAgain.resolve();
      else if (phase === 'after' && operation === 'PutRangeFromURL') {
        puts += 1;
        if (puts === 10) copied.resolve();
      } else if (phase === 'after' && operation === 'SetFileProperties' && creations > 1) {
        world.emulator.faults.add({ times: 1_000_000, action: { kind: 'cut-before' } });
      }
    });
    await backUpInSlices(1);
    forget();
    world.emulator.faults.remove();
    world.emulator.state.clock.advance(LEASE_MS);
    expectEqualPoint(world, await world.backup());
    expect(creations).toBe(1);
  });

  it('never lets a file look finished whose second copy was refused', async () => {
    await begin({ concurrency: 8, retries: 0 });
    source.file('edited', Buffer.alloc(40 * MIB, 1)).file('kept', 'k');
    expectEqualPoint(world, await world.backup());
    source.write('edited', 0, Buffer.alloc(40 * MIB, 2));
    new ShareBuilder(world.target).write('edited', 0, 'tampered');
    const copied = Promise.withResolvers<void>();
    const createdAgain = Promise.withResolvers<void>();
    let creations = 0;
    let puts = 0;
    const forget = world.emulator.onRequest(async ({ operation, phase, path, account }) => {
      if (path !== 'edited' || account !== 'dracct') return;
      if (phase === 'before' && operation === 'CreateFile') {
        creations += 1;
        if (creations === 2) await copied.promise;
      } else if (phase === 'before' && operation === 'SetFileProperties' && creations > 1) {
        await createdAgain.promise;
      } else if (phase === 'after' && operation === 'CreateFile' && creations === 2 && puts === 10) {
        const match = { account: 'dracct', operation: 'PutRangeFromURL' as const };
        const action = { kind: 'status', status: 403, code: 'AuthorizationFailure' } as const;
        world.emulator.faults.add({ match, times: 20, action });
        createdAgain.resolve();
      } else if (phase === 'after' && operation === 'PutRangeFromURL') {
        puts += 1;
        if (puts === 10) copied.resolve();
      }
    });
    await backUpInSlices(1);
    forget();
    world.emulator.faults.remove();
    expectEqualPoint(world, await world.backup());
  });
});
