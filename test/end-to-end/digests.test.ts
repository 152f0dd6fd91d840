import { afterEach, describe, expect, it } from 'vitest';
import { HIDDEN } from '../../emulator/state/attributes.ts';
import { expectedDigest } from '../support/expected-digest.ts';
import { ShareBuilder, sddl } from '../support/share-builder.ts';
import { readSystemFile, readSystemJson } from '../support/system-files.ts';
import { World, type WorldOptions } from '../support/world.ts';

let world: World;
let source: ShareBuilder;

async function start(options: WorldOptions = {}): Promise<void> {
  world = await World.start(options);
  source = new ShareBuilder(world.source);
}

afterEach(() => world.close());

function fill(): void {
  source
    .file('report.txt', 'numbers', { sddl: sddl(1) })
    .file('hidden', 'h', { attributes: HIDDEN })
    .file('\u{1F4C1} photos/\uFFFD.jpg', 'x')
    .file('\u{1F4C1} photos/\u{1F600}.jpg', 'yy', { sddl: sddl(2) })
    .directory('empty', { attributes: HIDDEN })
    .file('deep/er/and/deeper', 'z');
}

/** What is recorded of the newest recovery point. */
async function recorded() {
  const { points } = await world.points();
  const point = points.at(-1);
  if (point === undefined) throw new Error('there is no recovery point');
  return { point, record: readSystemJson(world.target, `records/${point.id}.${point.level}.json`) };
}

function digestFilesOf(run: string): string[] {
  const folder = new ShareBuilder(world.target);
  return folder.names('.sharepair/digests').filter((name) => name.startsWith(run));
}

describe('the digest of a recovery point', () => {
  it('can be computed by anybody from either snapshot', async () => {
    await start();
    fill();
    await world.backup();
    const { point, record } = await recorded();
    expect(record.digest.sha256).toBe(expectedDigest(world.source, point.sourceSnapshot));
    expect(record.digest.sha256).toBe(expectedDigest(world.target, point.targetSnapshot));
    expect(record).toMatchObject({
      run: point.id,
      sourceSnapshot: point.sourceSnapshot,
      targetSnapshot: point.targetSnapshot,
      digest: { files: 5, directories: 5, bytes: 12 },
    });
  });

  it('is kept directory by directory, with the descriptors that permission keys stand for', async () => {
    await start();
    fill();
    const { run } = await world.backup();
    const [file] = digestFilesOf(run);
    const lines = readSystemFile(world.target, `digests/${file}`).toString().trimEnd().split('\n');
    const values = lines.map((line) => JSON.parse(line));
    expect(values.filter(({ directory }) => directory !== undefined)).toHaveLength(6);
    expect(values).toContainEqual(
      expect.objectContaining({ directory: 'deep/er', files: 0, directories: 1, bytes: 0 }),
    );
    for (const side of ['source', 'target']) {
      expect(values).toContainEqual({
        side,
        permission: expect.any(String),
        descriptor: expect.stringContaining(sddl(2)),
      });
    }
  });

  it('is another one when anything that listings tell is another', async () => {
    await start();
    fill();
    const digests = new Set<string>();
    const changes = [
      () => source.write('report.txt', 0, 'N'),
      () => source.rename('hidden', 'hidden2'),
      () => source.permission('report.txt', 9),
      () => source.attributes('hidden2', 0),
      () => source.remove('empty'),
    ];
    await world.backup();
    digests.add((await recorded()).record.digest.sha256);
    for (const change of changes) {
      change();
      await world.backup();
      digests.add((await recorded()).record.digest.sha256);
    }
    expect(digests.size).toBe(changes.length + 1);
  });

  it('leaves out what the filter excludes', async () => {
    await start({ written: { filters: { exclude: ['*.tmp', '/scratch/'] } } });
    fill();
    source.file('x.tmp', 't').file('scratch/file', 's').file('deep/y.tmp', 't');
    await world.backup();
    const { point, record } = await recorded();
    const isIncluded = (path: string) => !path.endsWith('.tmp') && !path.startsWith('scratch');
    expect(record.digest.sha256).toBe(expectedDigest(world.source, point.sourceSnapshot, isIncluded));
    expect(record.digest.sha256).toBe(expectedDigest(world.target, point.targetSnapshot, isIncluded));
  });

  it('is the same when the comparison was stopped and carried on, again and again', async () => {
    await start({ concurrency: 2 });
    for (let folder = 0; folder < 12; folder += 1) source.file(`${folder}/in/file`, 'x');
    let stops = 0;
    let end = await stoppedAt('3/in');
    for (const path of ['5', '7/in', '9']) {
      expect(end.outcome).toBe('incomplete');
      stops += 1;
      end = await stoppedAt(path);
    }
    if (end.outcome !== 'complete') end = await world.backup();
    expect(end.outcome).toBe('complete');
    expect(stops).toBe(3);
    const { point, record } = await recorded();
    expect(point.id).toBe(end.run);
    expect(record.digest).toEqual({
      files: 12,
      directories: 24,
      bytes: 12,
      sha256: expectedDigest(world.source, point.sourceSnapshot),
    });
  });

  it('is the same when the comparison went on slice by slice, each of which is written down', async () => {
    await start({ concurrency: 2 });
    for (let folder = 0; folder < 12; folder += 1) source.file(`${folder}/in/file`, 'x');
    const reached = new Set<string>();
    const forget = world.emulator.onRequest(({ operation, account, phase }) => {
      if (operation !== 'ListFiles' || account !== 'dracct' || phase !== 'before' || !hasTargetSnapshot())
        return;
      const { verification } = readSystemJson(world.target, 'run.json');
      if (verification !== undefined) reached.add(verification.cursor.join('/'));
    });
    expect(await world.backup({ sliceMs: 5 })).toMatchObject({ outcome: 'complete' });
    forget();
    expect(reached.size).toBeGreaterThan(1);
    const { point, record } = await recorded();
    expect(point.level).toBe('listing-verified');
    expect(record.digest.sha256).toBe(expectedDigest(world.source, point.sourceSnapshot));
  });

  it('takes nothing from a comparison of snapshots that are gone', async () => {
    await start({ concurrency: 2 });
    for (let folder = 0; folder < 12; folder += 1) source.file(`${folder}/file`, 'x');
    await stoppedAt('5');
    for (const share of [world.source, world.target]) {
      for (const id of share.snapshotIds()) share.deleteSnapshot(id);
    }
    source.file('0/file', 'longer').remove('1');
    await stoppedAt('7');
    expect(await world.backup()).toMatchObject({ outcome: 'complete' });
    const { point, record } = await recorded();
    expect(record.digest.sha256).toBe(expectedDigest(world.source, point.sourceSnapshot));
  });

  it('costs no listing, and asks for each descriptor once on each side', async () => {
    await start();
    fill();
    await world.backup();
    let verifying = false;
    const counts: Record<string, number> = {};
    const forget = world.emulator.onRequest(({ operation, account, phase, path }) => {
      if (phase !== 'before') return;
      if (operation === 'SnapshotShare' && account === 'dracct') verifying = true;
      if (verifying && !path.startsWith('.sharepair')) counts[operation] = (counts[operation] ?? 0) + 1;
    });
    await world.backup();
    forget();
    expect(counts.ListFiles).toBe(12);
    // Two, that of the root, and those that files and directories inherit.
    expect(counts.GetFilePermission).toBe(2 * 5);
  });

  it('that cannot be written down costs the run nothing else', async () => {
    await start();
    fill();
    const events: { event: string; message?: string }[] = [];
    world.emulator.faults.add({
      match: { account: 'dracct', operation: 'CreateFile', path: '^\\.sharepair/digests/' },
      times: 1000,
      action: { kind: 'status', status: 403, code: 'AuthorizationFailure' },
    });
    const end = await world.backup({ observe: (event) => events.push(event) });
    expect(end).toMatchObject({ outcome: 'complete', point: { level: 'listing-verified' } });
    expect((await recorded()).record.digest).toBeUndefined();
    expect(events).toContainEqual(
      expect.objectContaining({
        event: 'note',
        message: expect.stringContaining('digests could not be kept'),
      }),
    );
  });

  it('goes with the recovery point, as do its lines', async () => {
    await start({ job: { retention: { last: 1 } } });
    fill();
    const { run } = await world.backup();
    expect(digestFilesOf(run)).toHaveLength(1);
    source.file('new', 'n');
    expect(await world.backup()).toMatchObject({ pruned: [run] });
    expect(digestFilesOf(run)).toEqual([]);
  });
});

/** A backup that is stopped when its verification comes to a directory. */
async function stoppedAt(directory: string) {
  const stop = new AbortController();
  const forget = world.emulator.onRequest(({ operation, account, path, phase }) => {
    if (operation !== 'ListFiles' || account !== 'dracct' || path !== directory || phase !== 'before') return;
    // The mirror lists the same directories before there is a snapshot.
    if (hasTargetSnapshot()) stop.abort();
  });
  try {
    return await world.backup({ stop: stop.signal });
  } finally {
    forget();
  }
}

function hasTargetSnapshot(): boolean {
  return world.target.snapshotIds().length > 0;
}
