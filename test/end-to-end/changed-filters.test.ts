import { afterEach, describe, expect, it } from 'vitest';
import { parseTicks } from '../../emulator/state/index.ts';
import { runVerify, type VerifyReport } from '../../lib/verify/run-verify.ts';
import { logRequests } from '../support/request-log.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { readTree } from '../support/tree.ts';
import { JOB, type JobSettings, World } from '../support/world.ts';

const OLD = parseTicks('2019-03-04T05:06:07.8901234Z') ?? 0n;

let world: World;
let source: ShareBuilder;

afterEach(() => world.close());

async function begin(filters: JobSettings): Promise<void> {
  world = await World.start({ concurrency: 2, written: { filters } });
  source = new ShareBuilder(world.source);
}

const paths = () => [...readTree(world.target).keys()].sort().slice(1);
const withFilters = (filters: JobSettings) => ({ configuration: world.configured({ filters }) });

/** Asks the run to stop at the `count`-th request of an operation. */
function stopAt(operation: string, count: number): AbortSignal {
  const stop = new AbortController();
  let seen = 0;
  const forget = world.emulator.onRequest((request) => {
    if (request.phase !== 'after' || request.operation !== operation) return;
    seen += 1;
    if (seen < count) return;
    forget();
    stop.abort();
  });
  return stop.signal;
}

function verify(): Promise<VerifyReport> {
  const { configuration } = world;
  const stop = new AbortController().signal;
  return runVerify({ configuration, job: JOB, content: { kind: 'none' }, stop, lockWaitMs: 0 });
}

describe('a run that is carried on', () => {
  it('goes on where it was under the same filters', async () => {
    await begin({ exclude: ['*.tmp'] });
    for (const folder of ['a', 'b', 'c', 'd']) {
      for (let file = 0; file < 10; file += 1)
        source.file(`${folder}/${file}`, 'x').file(`${folder}/${file}.tmp`);
    }
    const stopped = await world.backup({ stop: stopAt('CopyFile', 25) });
    expect(stopped).toMatchObject({ outcome: 'incomplete' });
    const log = logRequests(world.emulator);
    const end = await world.backup();
    log.stop();
    expect(end).toMatchObject({ outcome: 'complete', run: stopped.run });
    const mirrored = log.requests.slice(
      0,
      log.requests.findIndex((sent) => sent.operation === 'SnapshotShare'),
    );
    expect(mirrored.some(({ operation, path }) => operation === 'ListFiles' && path === 'a')).toBe(false);
    expect(paths()).toHaveLength(44);
  });

  it('begins anew under other filters', async () => {
    await begin({ exclude: ['/a/'] });
    for (const folder of ['a', 'b', 'c', 'd']) {
      for (let file = 0; file < 10; file += 1) source.file(`${folder}/${file}`, 'x');
    }
    const stopped = await world.backup({ stop: stopAt('CopyFile', 15) });
    expect(stopped).toMatchObject({ outcome: 'incomplete' });
    const end = await world.backup(withFilters({ exclude: ['/d/'] }));
    expect(end).toMatchObject({
      outcome: 'complete',
      run: stopped.run,
      point: { level: 'listing-verified' },
    });
    expect(paths().filter((path) => path.startsWith('a/'))).toHaveLength(10);
    expect(paths().filter((path) => path.startsWith('d/'))).toEqual([]);
  });

  it('counts ages from when it first began', async () => {
    await begin({ age: { olderThan: 'PT1S' } });
    for (let file = 0; file < 20; file += 1)
      source.file(`a/${file}`, 'x').times(`a/${file}`, { lastWriteTime: OLD });
    const stopped = await world.backup({ stop: stopAt('CopyFile', 3) });
    const before = Date.now();
    const end = await world.backup();
    expect(end).toMatchObject({ outcome: 'complete', run: stopped.run, startedAt: stopped.startedAt });
    const manifest = await readManifest(end.run);
    const cutoff = Date.parse(manifest.filter.rules.lastWrite.before);
    expect(cutoff).toBe(Date.parse(stopped.startedAt) - 1000);
    expect(cutoff).toBeLessThan(before);
  });
});

async function readManifest(run: string) {
  const { readTerms } = await import('../../lib/target/run-terms.ts');
  const { openJob } = await import('../../lib/jobs/open-job.ts');
  const { points } = await world.points();
  const point = points.find(({ id }) => id === run);
  if (point === undefined) throw new Error('there is no such recovery point');
  const terms = await readTerms(openJob(world.configuration, JOB).target, point);
  const before = terms?.rules.lastWrite.before;
  if (before === undefined || before === null) throw new Error('the manifest has no age');
  return { filter: { rules: { lastWrite: { before } } } };
}

describe('what comes to be included', () => {
  it.each<[string, JobSettings]>([
    ['by its path', { exclude: ['/a/'] }],
    ['by its attributes', { attributes: { exclude: ['Archive'] } }],
    ['by its size', { size: { max: 0 } }],
  ])('has its metadata compared although its listing is equal and old: %s', async (_, filters) => {
    await begin({});
    source.file('a/x', 'x', { metadata: { about: 'before' } });
    expect(await world.backup()).toMatchObject({ outcome: 'complete' });
    source.metadata('a/x', { about: 'after' });
    // Taken for the source's own, so that the listings are equal.
    new ShareBuilder(world.target).times('a/x', {});
    await makeListingsEqual('a/x');
    expect(await world.backup(withFilters(filters))).toMatchObject({ outcome: 'complete' });
    // The service counts seconds; by now the change lies in one before.
    world.emulator.state.clock.advance(5000);
    expect(await world.backup(withFilters(filters))).toMatchObject({ outcome: 'complete' });
    expect(readTree(world.target).get('a/x')?.metadata).toEqual({ about: 'before' });
    expect(await world.backup()).toMatchObject({ outcome: 'complete', changed: 1 });
    expect(readTree(world.target).get('a/x')).toEqual(readTree(world.source).get('a/x'));
  });

  /** Sets the change time of the target's entry, as whoever wrote to it might. */
  async function makeListingsEqual(path: string): Promise<void> {
    const wanted = new ShareBuilder(world.source).entry(path);
    const present = new ShareBuilder(world.target).entry(path);
    expect(present.lastWriteTime).toBe(wanted.lastWriteTime);
    new ShareBuilder(world.target).times(path, { changeTime: wanted.changeTime });
  }

  it('is asked whether an old copy of it was ever finished', async () => {
    await begin({});
    source.file('a/x', 'content');
    // A copy that is left pending by a run that is killed, and that ends without any content.
    expect(await world.backup()).toMatchObject({ outcome: 'complete' });
    expect(await world.backup(withFilters({ exclude: ['/a/'] }))).toMatchObject({ outcome: 'complete' });
    const log = logRequests(world.emulator);
    expect(await world.backup()).toMatchObject({ outcome: 'complete', changed: 0 });
    log.stop();
    const asked = log.requests.filter(
      ({ operation, path }) => operation === 'GetFileProperties' && path === 'a/x',
    );
    expect(asked.map(({ account }) => account)).toContain('dracct');
    // Only once: from then on the newest recovery point tells.
    const again = logRequests(world.emulator);
    await world.backup();
    again.stop();
    expect(again.requests.filter(({ path }) => path === 'a/x')).toEqual([]);
  });
});

it('a file that is excluded by rules on files costs no request as long as nothing changes', async () => {
  await begin({ size: { max: '1 MiB' }, age: { newerThan: '2020-01-01' } });
  source
    .file('a/x', 'x')
    .file('a/y', 'y')
    .file('a/large', '', { size: 2 * 1024 * 1024 });
  await world.backup();
  world.emulator.state.clock.advance(5000);
  await world.backup();
  const log = logRequests(world.emulator);
  expect(await world.backup()).toMatchObject({ outcome: 'complete', changed: 0 });
  log.stop();
  expect(log.requests.filter(({ path }) => path.startsWith('a/'))).toEqual([]);
});

describe('a verification', () => {
  it('compares what the run of each recovery point had included, whatever the job says today', async () => {
    await begin({ exclude: ['*.tmp'] });
    source.file('a', 'x').file('b.tmp', 'x').file('c.bak', 'x');
    await world.backup(withFilters({ exclude: ['*.bak'] }));
    new ShareBuilder(world.target).file('c.bak', 'of somebody else');
    await world.backup(withFilters({ exclude: ['*.bak'] }));
    source.file('b.tmp', 'written');
    await world.backup();
    const report = await verify();
    expect(report, JSON.stringify(report)).toMatchObject({ outcome: 'complete' });
    expect(report.results.map(({ level }) => level)).toEqual(Array(3).fill('listing-verified'));
  });

  it('finds what differs of what was included, and only that', async () => {
    await begin({ exclude: ['*.tmp'] });
    source.file('a', 'x').file('b.tmp', 'x');
    const forget = world.emulator.onRequest(({ operation, account, phase }) => {
      if (operation !== 'SnapshotShare' || account !== 'dracct' || phase !== 'before') return;
      forget();
      new ShareBuilder(world.target).file('intruder', 'x').file('intruder.tmp', 'x').file('d/e.tmp', 'x');
    });
    const end = await world.backup();
    expect(end).toMatchObject({ outcome: 'differs' });
    expect(end.message).toContain('1 entry');
    const report = await verify();
    expect(report).toMatchObject({ outcome: 'differs', results: [{ differences: 1 }] });
  });

  it.each<[string, (folder: string, run: string) => void]>([
    ['that is gone', (folder, run) => new ShareBuilder(world.target).remove(`${folder}/${run}.json`)],
    [
      'whose rules nobody understands',
      (folder, run) => rewrite(`${folder}/${run}.json`, (text) => text.replace('"exclude"', '"omit"')),
    ],
    [
      'whose rules were changed',
      (folder, run) => rewrite(`${folder}/${run}.json`, (text) => text.replace('*.tmp', '*.txt')),
    ],
  ])('refuses a recovery point with a manifest %s', async (_, spoil) => {
    await begin({ exclude: ['*.tmp'] });
    source.file('a', 'x');
    const forget = world.emulator.onRequest(({ operation, account, phase }) => {
      if (operation !== 'SnapshotShare' || account !== 'dracct' || phase !== 'before') return;
      forget();
      const [name = ''] = new ShareBuilder(world.target).names('.sharepair/manifests');
      spoil('.sharepair/manifests', name.replace('.json', ''));
    });
    // The records of what the run itself has proven are lost.
    expect(await world.backup()).toMatchObject({ outcome: 'complete' });
    new ShareBuilder(world.target).remove('.sharepair/records');
    const report = await verify();
    expect(report).toMatchObject({ results: [{ finished: false, level: 'copied' }] });
    expect(report.outcome).not.toBe('complete');
    expect(report.results[0]?.message).toContain('manifest');
    expect((await world.points()).points).toHaveLength(1);
  });

  function rewrite(path: string, edit: (text: string) => string): void {
    const target = new ShareBuilder(world.target);
    target.file(path, edit(target.read(path)));
  }

  it('that a killed run had not come to goes by the rules of that run', async () => {
    await begin({ exclude: ['*.tmp'] });
    source.file('a', 'x').file('b.tmp', 'x');
    const stopped = await world.backup({ stop: stopAt('SnapshotShare', 2) });
    expect(stopped).toMatchObject({ outcome: 'incomplete', point: { level: 'copied' } });
    const end = await world.backup(withFilters({ exclude: ['*.bak'] }));
    expect(end).toMatchObject({
      outcome: 'complete',
      run: stopped.run,
      point: { level: 'listing-verified' },
    });
  });
});
