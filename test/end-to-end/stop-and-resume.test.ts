import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endOf, startCommand, withConfigurationFile } from '../support/command.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { comparable, readTree } from '../support/tree.ts';
import { JOB, World } from '../support/world.ts';

const MIB = 1024 * 1024;

let world: World;

beforeEach(async () => {
  world = await World.start({ concurrency: 2 });
});

afterEach(() => world.close());

/** Asks the run to stop when the server sees the `count`-th request of an operation. */
function stopAt(operation: string, count: number): AbortSignal {
  const stop = new AbortController();
  let seen = 0;
  const forget = world.emulator.onRequest((request) => {
    if (request.phase !== 'after' || request.operation !== operation) return;
    seen += 1;
    if (seen === count) {
      forget();
      stop.abort();
    }
  });
  return stop.signal;
}

function expectEqualPair(point: { sourceSnapshot: string; targetSnapshot: string } | null): void {
  expect(comparable(readTree(world.target, point?.targetSnapshot))).toEqual(
    comparable(readTree(world.source, point?.sourceSnapshot)),
  );
}

describe('a run that is asked to stop', () => {
  it('is carried on by the next one, with the same run id and source snapshot', async () => {
    const source = new ShareBuilder(world.source);
    for (const folder of ['a', 'b', 'c', 'd'])
      for (let index = 0; index < 10; index += 1) source.file(`${folder}/${index}`, `${index}`);
    const stopped = await world.backup({ stop: stopAt('CopyFile', 25) });
    expect(stopped).toMatchObject({ outcome: 'incomplete', point: null, failed: [] });
    expect(world.target.snapshotIds()).toEqual([]);
    source.file('written meanwhile', 'x');

    const listed: string[] = [];
    const forget = world.emulator.onRequest(({ operation, account, path, phase }) => {
      if (operation === 'SnapshotShare') forget();
      else if (operation === 'ListFiles' && account === 'prodacct' && phase === 'before') listed.push(path);
    });
    const end = await world.backup();
    // What was finished is not even listed again.
    expect(listed).toContain('d');
    expect(listed).not.toContain('a');
    expect(end).toMatchObject({ outcome: 'complete', run: stopped.run });
    expect(world.source.snapshotIds()).toHaveLength(1);
    expectEqualPair(end.point);
  });

  it('comes to its end however often it is stopped, each time after a little more', async () => {
    const source = new ShareBuilder(world.source);
    for (let folder = 0; folder < 12; folder += 1)
      source.file(`${folder}/one`, 'x').file(`${folder}/deep/two`, 'y');
    let stops = 0;
    let end = await world.backup({ stop: stopAt('CopyFile', 3) });
    while (end.outcome === 'incomplete') {
      stops += 1;
      expect(stops).toBeLessThan(30);
      end = await world.backup({ stop: stopAt('CopyFile', 3) });
    }
    expect(stops).toBeGreaterThan(2);
    expect(end).toMatchObject({ outcome: 'complete' });
    expectEqualPair(end.point);
  });

  it('goes on with a large file where it was, instead of from its start', async () => {
    new ShareBuilder(world.source).file('disk.vhdx', Buffer.alloc(100 * MIB, 5));
    const stopped = await world.backup({ stop: stopAt('PutRangeFromURL', 10) });
    expect(stopped.outcome).toBe('incomplete');
    world.requests();
    const end = await world.backup();
    expect(end).toMatchObject({ outcome: 'complete' });
    const { PutRangeFromURL } = world.requests();
    expect(PutRangeFromURL).toBeGreaterThan(0);
    expect(PutRangeFromURL).toBeLessThanOrEqual(25 - 10);
    expectEqualPair(end.point);
  });

  it('begins again from the start when its source snapshot is gone, as what it had done may be outdated', async () => {
    const source = new ShareBuilder(world.source).file('disk.vhdx', Buffer.alloc(60 * MIB, 5));
    for (const folder of ['a', 'b', 'c', 'd'])
      for (let index = 0; index < 5; index += 1) source.file(`${folder}/${index}`, 'old');
    const stopped = await world.backup({ stop: stopAt('CopyFile', 15) });
    expect(stopped.outcome).toBe('incomplete');
    source
      .write('disk.vhdx', 0, Buffer.alloc(60 * MIB, 6))
      .file('a/0', 'newer')
      .remove('a/1');
    const [snapshot] = world.source.snapshotIds();
    world.source.deleteSnapshot(snapshot ?? '');
    const end = await world.backup();
    expect(end).toMatchObject({ outcome: 'complete' });
    expectEqualPair(end.point);
  });

  it('does not mix two versions of a large file', async () => {
    const source = new ShareBuilder(world.source).file('disk.vhdx', Buffer.alloc(60 * MIB, 5));
    expect((await world.backup({ stop: stopAt('PutRangeFromURL', 6) })).outcome).toBe('incomplete');
    source.write('disk.vhdx', 0, Buffer.alloc(60 * MIB, 6));
    world.source.deleteSnapshot(world.source.snapshotIds()[0] ?? '');
    const end = await world.backup();
    expect(end).toMatchObject({ outcome: 'complete' });
    expectEqualPair(end.point);
  });

  it('goes on with the verification where that was stopped', async () => {
    const source = new ShareBuilder(world.source);
    for (let folder = 0; folder < 10; folder += 1) source.file(`${folder}/file`, 'x');
    const stop = new AbortController();
    let verifying = false;
    const forget = world.emulator.onRequest(({ operation, account, path }) => {
      if (operation === 'SnapshotShare' && account === 'dracct') verifying = true;
      if (verifying && operation === 'ListFiles' && path === '5') stop.abort();
    });
    const stopped = await world.backup({ stop: stop.signal });
    forget();
    expect(stopped).toMatchObject({ outcome: 'incomplete', point: { level: 'copied' } });

    const listed: string[] = [];
    world.emulator.onRequest(({ operation, account, path, phase }) => {
      if (operation === 'ListFiles' && account === 'prodacct' && phase === 'before') listed.push(path);
    });
    const end = await world.backup();
    expect(end).toMatchObject({
      outcome: 'complete',
      run: stopped.run,
      point: { level: 'listing-verified' },
    });
    expect(listed).toContain('9');
    expect(listed).not.toContain('1');
    expect((await world.points()).points).toHaveLength(1);
  });

  it('is complete after as many slices as it takes within one process, too', async () => {
    const source = new ShareBuilder(world.source).file('disk.vhdx', Buffer.alloc(70 * MIB, 5));
    for (let folder = 0; folder < 20; folder += 1)
      source.file(`${folder}/a`, 'a').file(`${folder}/deep/b`, 'b');
    let states = 0;
    world.emulator.onRequest(({ operation, path, phase }) => {
      if (operation === 'RenameFile' && path === '.sharepair/run.json' && phase === 'after') states += 1;
    });
    const end = await world.backup({ sliceMs: 40 });
    expect(end).toMatchObject({ outcome: 'complete', failed: [] });
    expect(states).toBeGreaterThan(3);
    expectEqualPair(end.point);
    new ShareBuilder(world.source).remove('3').remove('4/deep').file('5/a', 'edited');
    const second = await world.backup({ sliceMs: 25 });
    expect(second).toMatchObject({ outcome: 'complete' });
    expectEqualPair(second.point);
  });

  it('stops within its budget of time and says how to go on', async () => {
    const source = new ShareBuilder(world.source);
    for (let index = 0; index < 40; index += 1) source.file(`${index}`, 'x');
    const end = await world.backup({ budgetMs: 1 });
    expect(end).toMatchObject({ outcome: 'incomplete', point: null });
    expect(end.message).toContain('next run');
    expect(await world.backup()).toMatchObject({ outcome: 'complete', run: end.run });
  });
});

describe('Ctrl-C', () => {
  it('ends the command cleanly with 3, and the next one carries on', async () => {
    const source = new ShareBuilder(world.source);
    for (let index = 0; index < 60; index += 1) source.file(`folder ${index % 5}/${index}`, `${index}`);
    await withConfigurationFile(world.configurationText, async (file) => {
      const parameters = ['backup', JOB, '--config', file, '--json'];
      const command = startCommand(parameters, world.environment);
      const forget = world.emulator.onRequest(({ operation, phase }) => {
        if (operation !== 'CopyFile' || phase !== 'before') return;
        forget();
        command.process.kill('SIGINT');
      });
      const result = await command.result;
      expect(result.code, result.stderr).toBe(3);
      expect(endOf(result)).toMatchObject({ outcome: 'incomplete', point: null });
      expect(world.target.properties().lease.state).toBe('available');

      const again = await startCommand(parameters, world.environment).result;
      expect(again.code).toBe(0);
      expectEqualPair(endOf(again).point);
    });
  });
});
