import { afterEach, describe, expect, it } from 'vitest';
import { plantHandle } from '../../emulator/state/index.ts';
import type { EndEvent } from '../../lib/report/events.ts';
import { runVerify } from '../../lib/verify/run-verify.ts';
import { endOf, runCommand, withConfigurationFile } from '../support/command.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { readTree } from '../support/tree.ts';
import { JOB, type JobSettings, World } from '../support/world.ts';

const MIB = 1024 * 1024;

let world: World;
let source: ShareBuilder;

afterEach(() => world.close());

async function begin(tolerate: JobSettings | null = { entries: 2 }): Promise<void> {
  world = await World.start({ retries: 1, written: tolerate === null ? {} : { tolerate } });
  source = new ShareBuilder(world.source)
    .file('folder/a', 'a')
    .file('folder/b', 'b')
    .file('other/c', 'c')
    .file('large', 'x', { size: 40 * MIB });
  expect(await world.backup()).toMatchObject({ outcome: 'complete', tolerated: [], failures: 0 });
}

/** Holds a file of the target open, so that nobody else can write to it. */
function lock(...paths: readonly string[]): void {
  for (const path of paths) plantHandle(world.target, path.split('/'), { share: 'none' });
}

function release(): void {
  world.target.handles = [];
}

function refuse(
  operation: 'CopyFile' | 'PutRangeFromURL' | 'SetFileMetadata' | 'ListFiles',
  path: string,
): void {
  world.emulator.faults.add({
    match: { operation, path, snapshot: false },
    times: 1000,
    action: { kind: 'status', status: 403, code: 'CannotVerifyCopySource' },
  });
}

const names = ({ tolerated }: EndEvent) => tolerated.map(({ path, code }) => `${path} ${code}`).sort();

async function verify(content = false) {
  const { configuration } = world;
  const stop = new AbortController().signal;
  const kind = content ? 'whole' : 'none';
  return runVerify({ configuration, job: JOB, content: { kind }, stop, lockWaitMs: 0 });
}

describe('a failure that the job tolerates', () => {
  it('does not keep the run from making a recovery point, which names it', async () => {
    await begin();
    source.file('folder/a', 'edited').file('folder/b', 'edited').remove('other/c');
    lock('folder/a', 'other/c');
    const end = await world.backup();
    expect(end).toMatchObject({ outcome: 'complete', failures: 2, point: { level: 'listing-verified' } });
    expect(names(end)).toEqual(['folder/a SharingViolation', 'other/c SharingViolation']);
    expect(end.message).toContain('"folder/a" (SharingViolation)');
    expect((await world.points()).points.map(({ tolerated }) => tolerated)).toEqual([undefined, 2]);
    const before = readTree(world.target);
    expect(before.get('folder/b')).toEqual(readTree(world.source).get('folder/b'));
    expect(before.get('folder/a')?.size).toBe(1);

    release();
    expect(await world.backup()).toMatchObject({ outcome: 'complete', tolerated: [], failures: 0 });
    expect(Object.fromEntries(readTree(world.target))).toEqual(Object.fromEntries(readTree(world.source)));
  });

  it('is accepted by every later verification, and nothing else is', async () => {
    await begin();
    source.file('folder/a', 'edited').metadata('folder', { about: 'folder' });
    lock('folder/a');
    const forget = world.emulator.onRequest(({ operation, account, phase }) => {
      if (operation !== 'SnapshotShare' || account !== 'dracct' || phase !== 'before') return;
      forget();
      release();
      new ShareBuilder(world.target).file('folder/b', 'tampered');
    });
    const end = await world.backup();
    expect(end).toMatchObject({ outcome: 'differs', tolerated: [{ path: 'folder/a' }] });
    expect(end.message).toContain('1 entry of the target snapshot differs');
    const report = await verify();
    expect(report.results.map(({ differences, tolerated }) => [differences, tolerated])).toEqual([
      [0, []],
      [1, ['folder/a']],
    ]);
  });

  it('leaves a level that says so when every byte of the rest is read', async () => {
    await begin();
    source.file('folder/a', 'edited');
    lock('folder/a');
    await world.backup();
    const report = await verify(true);
    expect(report.outcome).toBe('complete');
    expect(report.results[1]).toMatchObject({ level: 'content-verified', tolerated: ['folder/a'] });
    expect(report.results[1]?.message).toContain('but for 1 whose failure the run has tolerated');
  });

  it('is known, too, to the process that finishes the run after a kill', async () => {
    await begin();
    source.file('folder/a', 'edited');
    lock('folder/a');
    const stop = new AbortController();
    const forget = world.emulator.onRequest(({ operation, account, phase }) => {
      if (operation !== 'SnapshotShare' || account !== 'dracct' || phase !== 'after') return;
      forget();
      stop.abort();
    });
    const stopped = await world.backup({ stop: stop.signal });
    expect(stopped).toMatchObject({ outcome: 'incomplete', point: { level: 'copied' } });
    // The job has changed its mind meanwhile; the recovery point is what it is.
    const configuration = world.configured({ tolerate: { entries: 1, codes: ['Other'] } });
    const end = await world.backup({ configuration });
    expect(end).toMatchObject({ outcome: 'complete', run: stopped.run, failures: 0 });
    expect(names(end)).toEqual(['folder/a SharingViolation']);
  });

  it('is not forgotten where only metadata was at issue, which no listing shows', async () => {
    await begin();
    world.emulator.state.clock.advance(5000);
    source.metadata('folder/a', { about: 'a' });
    refuse('SetFileMetadata', '^folder/a$');
    const end = await world.backup();
    expect(names(end)).toEqual(['folder/a CannotVerifyCopySource']);
    world.emulator.faults.remove();
    world.emulator.state.clock.advance(5000);
    expect(await world.backup()).toMatchObject({ outcome: 'complete', tolerated: [] });
    expect(readTree(world.target).get('folder/a')?.metadata).toEqual({ about: 'a' });
  });

  it('leaves a large file that is recognised as unfinished, and made whole by the next run', async () => {
    await begin();
    source.file('new', Buffer.alloc(40 * MIB, 7));
    source.write('large', 20 * MIB, 'changed');
    refuse('PutRangeFromURL', '^(new|large)$');
    const end = await world.backup();
    expect(names(end)).toEqual(['large CannotVerifyCopySource', 'new CannotVerifyCopySource']);
    for (const path of ['new', 'large']) {
      const present = readTree(world.target, undefined, { withoutContent: true }).get(path);
      expect(present?.lastWriteTime, path).toMatch(/^197[0-4]-/);
    }
    world.emulator.faults.remove();
    expect(await world.backup()).toMatchObject({ outcome: 'complete', tolerated: [] });
    expect(Object.fromEntries(readTree(world.target))).toEqual(Object.fromEntries(readTree(world.source)));
  });

  it('keeps a directory that holds what could not be deleted, and the file that was to come in its place', async () => {
    await begin({ entries: 3 });
    source.remove('folder').file('folder', 'a file now').remove('other');
    lock('folder/a', 'other/c');
    const end = await world.backup();
    expect(end).toMatchObject({ outcome: 'complete', point: { level: 'listing-verified' } });
    expect(names(end)).toEqual([
      'folder NotReplaced',
      'folder/a SharingViolation',
      'other/c SharingViolation',
    ]);
  });

  it('is shown by the command, which ends with 0', async () => {
    await begin();
    source.file('folder/a', 'edited');
    lock('folder/a');
    await withConfigurationFile(world.configurationText, async (file) => {
      const shared = ['--config', file];
      const backup = await runCommand(['backup', JOB, ...shared], world.environment);
      expect(backup.code, backup.stderr).toBe(0);
      expect(backup.stdout).toContain('tolerated: "folder/a"');
      const points = await runCommand(['points', JOB, ...shared], world.environment);
      expect(points.stdout).toContain('listing-verified, 1 tolerated');
      const listed = await runCommand(['points', JOB, '--json', ...shared], world.environment);
      expect(JSON.parse(listed.stdout).points[1]).toMatchObject({ tolerated: 1 });
      const again = await runCommand(['backup', JOB, '--json', ...shared], world.environment);
      expect(again.code).toBe(0);
      expect(endOf(again).tolerated).toMatchObject([{ path: 'folder/a', code: 'SharingViolation' }]);
      const verified = await runCommand(['verify', JOB, ...shared], world.environment);
      expect(verified.code).toBe(0);
      expect(verified.stdout).toContain('"folder/a" (SharingViolation)');
    });
  });
});

describe('a failure that the job does not tolerate', () => {
  async function expectIncomplete(reason: string): Promise<void> {
    const end = await world.backup();
    expect(end).toMatchObject({ outcome: 'incomplete', point: null, tolerated: [] });
    expect(end.message).toContain(reason);
    expect((await world.points()).points).toHaveLength(1);
  }

  it('is any, unless the job says so', async () => {
    await begin(null);
    source.file('folder/a', 'edited');
    lock('folder/a');
    await expectIncomplete('1 entry failed; first "folder/a"');
  });

  it('is one too many', async () => {
    await begin({ entries: 1 });
    source.file('folder/a', 'edited').file('folder/b', 'edited');
    lock('folder/a', 'folder/b');
    await expectIncomplete('2 entries failed, and the job tolerates 1 at the most');
  });

  it('is one with another code', async () => {
    await begin({ entries: 5, codes: ['CannotVerifyCopySource'] });
    source.file('folder/a', 'edited');
    lock('folder/a');
    await expectIncomplete(
      '"folder/a" failed with SharingViolation, and the job tolerates CannotVerifyCopySource only',
    );
  });

  it('is a directory that could not be listed', async () => {
    await begin({ entries: 5 });
    source.file('folder/a', 'edited');
    refuse('ListFiles', '^folder$');
    await expectIncomplete('a directory could not be listed or made');
  });

  it('is many a failure, each of them counted once however often it is tried', async () => {
    await begin({ entries: 2 });
    source.file('folder/a', 'edited').file('folder/b', 'edited').file('other/c', 'edited');
    lock('folder/a', 'folder/b');
    const end = await world.backup({ sliceMs: 1 });
    expect(end, end.message).toMatchObject({ outcome: 'complete' });
    expect(names(end)).toEqual(['folder/a SharingViolation', 'folder/b SharingViolation']);
  });
});
