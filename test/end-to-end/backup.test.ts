import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ARCHIVE,
  getFile,
  HIDDEN,
  READ_ONLY,
  setFileMetadata,
  setFileProperties,
} from '../../emulator/state/index.ts';
import type { JobConfiguration } from '../../lib/jobs/configuration.ts';
import type { EndEvent } from '../../lib/report/events.ts';
import { logRequests } from '../support/request-log.ts';
import { ShareBuilder, sddl } from '../support/share-builder.ts';
import { comparable, readTree } from '../support/tree.ts';
import { JOB, World } from '../support/world.ts';

const MIB = 1024 * 1024;

let world: World;
let source: ShareBuilder;

beforeEach(async () => {
  world = await World.start();
  source = new ShareBuilder(world.source);
  plant(source);
});

afterEach(() => world.close());

/** A tree with a bit of everything that trips up copies. */
function plant(builder: ShareBuilder): void {
  builder
    .file('report.txt', 'first quarter', { sddl: sddl(1) })
    .file('empty.txt')
    .directory('empty folder')
    .file('read only.txt', 'do not touch', { attributes: ARCHIVE | READ_ONLY })
    .file('hidden.dat', 'hidden', { attributes: HIDDEN })
    .file('plain', 'no attribute at all', { attributes: 0 })
    .file('finanças/übersicht/年度報告.txt', 'unicode', { sddl: sddl(2) })
    .file('dots./file...', 'trailing dots')
    .file("a & b/<x>'".replace(/[<>]/g, '_'), 'xml')
    .file('100% #1?/x'.replace('?', ''), 'url')
    .file('with metadata.txt', 'tagged', { metadata: { owner: 'finance' } })
    .file('sparse.vhdx', Buffer.alloc(5 * MIB, 7), { size: 48 * MIB, at: 36 * MIB })
    .directory('secured', { sddl: sddl(3), attributes: 8 | HIDDEN });
}

/** The recovery point's target snapshot equals its source snapshot, entry for entry, time for time, root included. */
function expectEqualPair(end: EndEvent): void {
  const { point } = end;
  if (point === null) throw new Error(`no recovery point: ${end.message}`);
  expect(comparable(readTree(world.target, point.targetSnapshot))).toEqual(
    comparable(readTree(world.source, point.sourceSnapshot)),
  );
}

describe('a first backup', () => {
  it('makes a recovery point that equals its source snapshot', async () => {
    const end = await world.backup();
    expect(end).toMatchObject({
      outcome: 'complete',
      point: { level: 'listing-verified' },
      failed: [],
      deleted: 0,
    });
    expectEqualPair(end);
  });

  it('lists it from the snapshots of the two shares', async () => {
    const end = await world.backup();
    const { points, unpaired, foreign } = await world.points();
    expect(points).toMatchObject([
      { ...end.point, run: end.run, entries: end.entries, level: 'listing-verified' },
    ]);
    expect(unpaired).toEqual([]);
    expect(foreign).toEqual([]);
  });

  it('copies every byte within the service', async () => {
    const end = await world.backup();
    expect(end.bytesThroughClient).toBe(0);
    expect(end.bytes).toBeGreaterThan(5 * MIB);
    expect(end.bytes).toBeLessThan(6 * MIB);
  });

  it('reports the requests that the server counted', async () => {
    world.requests();
    const end = await world.backup();
    const counted = world.requests();
    expect({ ...end.requests }).toEqual(counted);
  });

  it('gives the target share the quota of the source', async () => {
    await world.backup();
    expect(world.target.properties().quotaGiB).toBe(world.source.properties().quotaGiB);
  });

  it('leaves no lock behind', async () => {
    await world.backup();
    expect(world.target.properties().lease.state).toBe('available');
  });
});

describe('a second backup', () => {
  it('writes nothing to the data when nothing has changed', async () => {
    await world.backup();
    world.requests();
    const end = await world.backup();
    expect(end).toMatchObject({ outcome: 'complete', changed: 0, deleted: 0, bytes: 0 });
    expect(world.requests()).not.toHaveProperty('CopyFile');
    expectEqualPair(end);
  });

  it('asks for no unchanged file by itself', async () => {
    await world.backup();
    for (let index = 0; index < 50; index += 1) source.file(`many/${index}.txt`, 'x');
    await world.backup();
    const log = logRequests(world.emulator);
    await world.backup();
    log.stop();
    const asked = log.requests.filter(({ path }) => path !== '' && !path.startsWith('.sharepair'));
    expect(new Set(asked.map(({ operation }) => operation))).toEqual(new Set(['ListFiles']));
  });

  it.each<[string, (builder: ShareBuilder) => void]>([
    ['an edit', (builder) => builder.file('report.txt', 'second quarter, longer')],
    ['an edit of equal size', (builder) => builder.write('report.txt', 0, 'FIRST')],
    [
      'an appended large file',
      (builder) => builder.file('sparse.vhdx', 'tail', { size: 49 * MIB, at: 48 * MIB }),
    ],
    [
      'bytes written into a large file',
      (builder) => builder.write('sparse.vhdx', 9 * MIB, Buffer.alloc(MIB, 3)),
    ],
    ['a deleted file', (builder) => builder.remove('empty.txt')],
    ['a deleted read-only file', (builder) => builder.remove('read only.txt')],
    ['a deleted folder', (builder) => builder.remove('finanças')],
    ['a moved folder', (builder) => builder.rename('finanças', 'archive/finanças')],
    ['another security descriptor', (builder) => builder.permission('report.txt', 9)],
    ['another security descriptor of a folder', (builder) => builder.permission('secured', 9)],
    ['another security descriptor of the root', (builder) => builder.permission('', 9)],
    ['another letter case of a file', (builder) => builder.rename('report.txt', 'Report.TXT')],
    ['another letter case of a folder', (builder) => builder.rename('finanças', 'FINANÇAS')],
    ['other attributes', (builder) => builder.attributes('hidden.dat', ARCHIVE)],
    ['a file made read-only', (builder) => builder.attributes('report.txt', ARCHIVE | READ_ONLY)],
    [
      'an edit of a read-only file',
      (builder) => builder.file('read only.txt', 'touched', { attributes: READ_ONLY }),
    ],
    ['a file turned folder', (builder) => builder.remove('report.txt').file('report.txt/page 1', 'one')],
    ['a folder turned file', (builder) => builder.remove('finanças').file('finanças', 'now a file')],
    [
      'a folder turned file and back',
      (builder) =>
        builder
          .remove('empty folder')
          .file('empty folder', 'x')
          .remove('empty folder')
          .directory('empty folder'),
    ],
    [
      'two names swapped',
      (builder) =>
        builder
          .file('swap', 'first quartex')
          .rename('swap', 'tmp')
          .rename('report.txt', 'swap')
          .rename('tmp', 'report.txt'),
    ],
    ['an older version put back', (builder) => builder.file('report.txt', 'zeroth quarter')],
  ])('carries over %s', async (_, change) => {
    const first = await world.backup();
    change(source);
    const end = await world.backup();
    expect(end).toMatchObject({ outcome: 'complete', failed: [] });
    expectEqualPair(end);
    expectEqualPair(first);
    expect((await world.points()).points).toHaveLength(2);
  });

  it('carries over metadata that was set since, without a byte', async () => {
    await world.backup();
    setFileMetadata(world.source, ['report.txt'], { owner: 'controlling' });
    // The change time is what a listing shows of it, where the service moves that.
    setFileProperties(world.source, ['report.txt'], { changeTime: 'now' });
    const end = await world.backup();
    expect(end).toMatchObject({ outcome: 'complete', bytes: 0 });
    expectEqualPair(end);
  });

  it('deletes from more directories than it remembers one by one', async () => {
    for (let index = 0; index < 520; index += 1)
      source.file(`many/${index}/doomed`, '').file(`many/${index}/kept`, '');
    await world.backup();
    for (let index = 0; index < 520; index += 1) source.remove(`many/${index}/doomed`);
    source.remove('report.txt').file('report.txt/now a folder', 'x');
    const end = await world.backup();
    expect(end).toMatchObject({ outcome: 'complete', deleted: 521 });
    expectEqualPair(end);
  });

  it('trusts no recovery point that differs as the base of what is unchanged since', async () => {
    await world.backup();
    // The target's bytes change behind its listing, and somebody finds out.
    const { entry } = getFile(world.target.view(), ['sparse.vhdx']);
    const { creationTime, lastWriteTime, changeTime } = entry;
    new ShareBuilder(world.target).write('sparse.vhdx', 37 * MIB, 'rot');
    setFileProperties(world.target, ['sparse.vhdx'], { creationTime, lastWriteTime, changeTime });
    const rotten = await world.backup();
    expect(rotten.outcome).toBe('complete');
    const found = await world.verify({ point: rotten.run });
    expect(found.outcome).toBe('differs');
    // A look at the listings alone proves nothing against that.
    const looked = await world.verify({ point: rotten.run, content: { kind: 'none' } });
    expect(looked).toMatchObject({ outcome: 'differs', results: [{ level: 'differs' }] });
    // The next change of the file's times is no reason to believe the rotten copy.
    setFileProperties(world.source, ['sparse.vhdx'], { changeTime: 'now' });
    const end = await world.backup();
    const proven = await world.verify({ point: end.run });
    expect(proven.outcome).toBe('complete');
  });

  it.each<[string, (builder: ShareBuilder) => void]>([
    ['its security descriptor', (builder) => builder.permission('sparse.vhdx', 5)],
    ['its attributes', (builder) => builder.attributes('sparse.vhdx', HIDDEN)],
    [
      'its attributes, to and fro',
      (builder) => builder.attributes('sparse.vhdx', HIDDEN).attributes('sparse.vhdx', ARCHIVE),
    ],
    ['its letter case', (builder) => builder.rename('sparse.vhdx', 'SPARSE.VHDX')],
  ])('moves no bytes for a file that differs only in %s', async (_, change) => {
    await world.backup();
    change(source);
    const end = await world.backup();
    expect(end).toMatchObject({ outcome: 'complete', bytes: 0 });
    expectEqualPair(end);
  });

  it('repairs what somebody changed on the target', async () => {
    await world.backup();
    const target = new ShareBuilder(world.target);
    target
      .file('report.txt', 'tampered data')
      .remove('empty.txt')
      .file('intruder/x', 'x')
      .write('plain', 0, 'N');
    const end = await world.backup();
    expect(end).toMatchObject({ outcome: 'complete', deleted: 2 });
    expectEqualPair(end);
  });
});

describe('a target that holds data', () => {
  it('is refused, untouched, unless it is adopted', async () => {
    const target = new ShareBuilder(world.createTarget());
    target.file('somebody’s file', 'precious');
    const before = comparable(readTree(world.target));
    const refused = await world.backup();
    expect(refused).toMatchObject({ outcome: 'guard', point: null });
    expect(refused.message).toContain('--adopt');
    const dry = await world.backup({ dryRun: true });
    expect(dry).toMatchObject({ outcome: 'guard', plan: { counts: { 'delete-file': 1 } } });
    expect(dry.message).toContain('--adopt');
    expect(comparable(readTree(world.target))).toEqual(before);
    expect(world.source.snapshotIds()).toEqual([]);

    const adopted = await world.backup({ adopt: true });
    expect(adopted).toMatchObject({ outcome: 'complete', deleted: 1 });
    expectEqualPair(adopted);
  });
});

describe('a target of another job', () => {
  it.each([
    ['by its record', () => undefined],
    [
      'by its snapshots, when the record is lost',
      () => void new ShareBuilder(world.target).remove('.sharepair'),
    ],
  ])('is known %s, and refused, untouched', async (_, lose) => {
    await world.backup();
    lose();
    const before = comparable(readTree(world.target));
    const job = { ...world.configuration.jobs[JOB], name: 'payroll' } as JobConfiguration;
    const configuration = { ...world.configuration, jobs: { payroll: job } };
    const end = await world.backup({ configuration, job: 'payroll' });
    expect(end).toMatchObject({ outcome: 'guard', point: null });
    expect(end.message).toContain('job "finance"');
    expect(comparable(readTree(world.target))).toEqual(before);
    expect(await world.backup({ configuration, job: 'payroll', adopt: true })).toMatchObject({
      outcome: 'complete',
    });
  });
});

describe('a source with the system folder of a target at its root', () => {
  it('is refused', async () => {
    source.directory('.sharepair');
    const end = await world.backup();
    expect(end).toMatchObject({ outcome: 'failed', point: null });
    expect(end.message).toContain('.sharepair');
  });
});

describe('the guard on deletions', () => {
  it('stops before the first one', async () => {
    await world.close();
    world = await World.start({ job: { guards: { maxDeletes: { kind: 'count', count: 2 } } } });
    source = new ShareBuilder(world.source);
    plant(source);
    await world.backup();
    source.remove('finanças').remove('report.txt');
    const before = comparable(readTree(world.target));
    const end = await world.backup();
    expect(end).toMatchObject({ outcome: 'guard', deleted: 0, point: null });
    expect(Object.keys(comparable(readTree(world.target)))).toEqual(Object.keys(before));
    expect((await world.points()).points).toHaveLength(1);

    const allowed = await world.backup({ allowDeletes: true });
    expect(allowed).toMatchObject({ outcome: 'complete', deleted: 4 });
    expectEqualPair(allowed);
  });
});

describe('a dry run', () => {
  it('says what the run then does, and writes nothing', async () => {
    await world.backup();
    source
      .file('report.txt', 'a longer text than before')
      .remove('empty.txt')
      .file('new/file', 'x')
      .permission('plain', 4);
    const before = comparable(readTree(world.target));
    world.requests();
    const dry = await world.backup({ dryRun: true });
    const asked = Object.keys(world.requests());
    expect(
      asked.filter((name) => /^(Create|Set|Put|Copy|Delete|Rename|Snapshot|Acquire)/.test(name)),
    ).toEqual([]);
    expect(comparable(readTree(world.target))).toEqual(before);

    const end = await world.backup();
    const { counts, bytes } = dry.plan ?? { counts: undefined, bytes: undefined };
    expect(counts).toMatchObject({
      'copy-file': 2,
      'create-directory': 1,
      'delete-file': 1,
      'delete-directory': 0,
    });
    expect(bytes).toBe(end.bytes);
  });

  it('works before there is a target', async () => {
    const dry = await world.backup({ dryRun: true });
    expect(dry.outcome).toBe('complete');
    expect(dry.plan?.counts['copy-file']).toBeGreaterThan(5);
  });
});

describe('retention', () => {
  it('keeps the last recovery points and both snapshots of each', async () => {
    await world.close();
    world = await World.start({ job: { retention: { last: 2 } } });
    const builder = new ShareBuilder(world.source);
    for (let index = 0; index < 4; index += 1) {
      builder.file('report.txt', `version ${index}`);
      expect(await world.backup()).toMatchObject({ outcome: 'complete' });
    }
    expect((await world.points()).points).toHaveLength(2);
    expect(world.source.snapshotIds()).toHaveLength(2);
    expect(world.target.snapshotIds()).toHaveLength(2);
  });

  it('never touches a snapshot of somebody else', async () => {
    await world.close();
    world = await World.start({ job: { retention: { last: 1 } } });
    new ShareBuilder(world.source).file('a', 'a');
    const manual = world.source.createSnapshot().id;
    await world.backup();
    const onTarget = world.target.createSnapshot({ AzureBackupProtected: 'true' }).id;
    await world.backup();
    await world.backup();
    expect(world.source.snapshotIds()).toContain(manual);
    expect(world.target.snapshotIds()).toContain(onTarget);
  });
});

describe('losing .sharepair', () => {
  it('costs the level of proof and no recovery point', async () => {
    const first = await world.backup();
    new ShareBuilder(world.target).remove('.sharepair');
    expect((await world.points()).points).toMatchObject([{ id: first.run, level: 'copied' }]);
    const second = await world.backup();
    expect(second).toMatchObject({ outcome: 'complete', point: { level: 'listing-verified' } });
  });
});
