import { afterEach, expect, it } from 'vitest';
import type { EndEvent, RunEvent } from '../../lib/report/events.ts';
import { expectPlanOfRun } from '../support/plan-of-run.ts';
import { logRequests } from '../support/request-log.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { readTree } from '../support/tree.ts';
import { World } from '../support/world.ts';

const MIB = 1024 * 1024;
const FILES = 40;

let world: World;
let source: ShareBuilder;

afterEach(() => world.close());

async function begin(share: string): Promise<void> {
  world = await World.start({ written: { compare: { mode: 'content', share } } });
  source = new ShareBuilder(world.source).file('large', Buffer.alloc(9 * MIB, 7), {
    size: 64 * MIB,
    at: 10 * MIB,
  });
  for (let file = 0; file < FILES; file += 1) source.file(`folder/${file}`, `content ${file}`);
}

/** Changes bytes of the target and leaves everything that a listing shows as it was. */
function damage(path: string, at: number): void {
  const target = new ShareBuilder(world.target);
  const { creationTime, lastWriteTime, changeTime, attributes } = target.entry(path);
  target.write(path, at, '!').attributes(path, attributes);
  target.times(path, { creationTime, lastWriteTime, changeTime });
}

/** The files of which the source was read while `work` lasted. */
async function filesRead(
  work: () => Promise<EndEvent>,
): Promise<{ readonly end: EndEvent; readonly read: string[] }> {
  const log = logRequests(world.emulator);
  const end = await work();
  log.stop();
  const reads = log.requests.filter(
    ({ operation, account }) => operation === 'GetFile' && account === 'prodacct',
  );
  return { end, read: [...new Set(reads.map(({ path }) => path))].sort() };
}

it('reads every file once in as many runs as there are rounds', async () => {
  await begin('25%');
  await world.backup();
  const met: string[] = [];
  for (const round of [1, 2, 3, 0]) {
    const { end, read } = await filesRead(() => world.backup());
    expect(end).toMatchObject({
      outcome: 'complete',
      changed: 0,
      sample: { rounds: 4, round, differences: 0 },
    });
    expect(end.sample?.filesRead).toBe(read.length);
    met.push(...read);
  }
  expect(met.sort()).toEqual(
    [...Array(FILES).keys()]
      .map((file) => `folder/${file}`)
      .concat('large')
      .sort(),
  );
});

it('finds a byte that was changed on the target behind equal listings, says so, and copies the file', async () => {
  await begin('100%');
  await world.backup();
  damage('folder/7', 3);
  damage('large', 15 * MIB);
  const events: RunEvent[] = [];
  const end = await world.backup({ events });
  expect(end).toMatchObject({
    outcome: 'complete',
    changed: 2,
    sample: { filesRead: FILES + 1, differences: 2 },
  });
  const notes = events.flatMap((event) => (event.event === 'note' ? [event.message] : []));
  expect(notes.filter((note) => /the bytes of "(folder\/7|large)" differ/.test(note))).toHaveLength(2);
  expect(Object.fromEntries(readTree(world.target))).toEqual(Object.fromEntries(readTree(world.source)));
  expect(await world.backup()).toMatchObject({ changed: 0, sample: { differences: 0 } });
});

it('finds a hole in place of what was written', async () => {
  await begin('100%');
  await world.backup();
  const target = new ShareBuilder(world.target);
  const { creationTime, lastWriteTime, changeTime } = target.entry('large');
  target.clear('large', 12 * MIB, 13 * MIB).times('large', { creationTime, lastWriteTime, changeTime });
  expect(await world.backup()).toMatchObject({ outcome: 'complete', sample: { differences: 1 } });
  expect(readTree(world.target).get('large')).toEqual(readTree(world.source).get('large'));
});

it('does not read what the filters exclude, nor what was just copied', async () => {
  await begin('100%');
  const configuration = world.configured({ filters: { exclude: ['/folder/'] } });
  await world.backup();
  source.write('large', 30 * MIB, 'changed');
  const { end, read } = await filesRead(() => world.backup({ configuration }));
  expect(end).toMatchObject({ outcome: 'complete', sample: { filesRead: 0 } });
  expect(read).toEqual([]);
});

it('is a change like any other to the guard', async () => {
  await begin('100%');
  await world.backup();
  for (let file = 0; file < FILES; file += 1) damage(`folder/${file}`, 0);
  const configuration = world.configured({ guards: { maxChanges: 10 } });
  expect(await world.backup({ configuration })).toMatchObject({ outcome: 'guard', changed: 0 });
});

it('is planned by a dry run as it is done', async () => {
  await begin('100%');
  await world.backup();
  damage('folder/7', 3);
  const plan = await expectPlanOfRun(world);
  expect(plan.counts['copy-file']).toBe(1);
});

it('goes on within a large file where it was stopped', async () => {
  await begin('100%');
  source.file('larger', Buffer.alloc(64 * MIB, 5));
  await world.backup();
  const stop = new AbortController();
  let reads = 0;
  const forget = world.emulator.onRequest(({ operation, path, phase }) => {
    if (operation !== 'GetFile' || path !== 'larger' || phase !== 'after') return;
    reads += 1;
    if (reads === 3) stop.abort();
  });
  const stopped = await world.backup({ stop: stop.signal });
  forget();
  expect(stopped).toMatchObject({ outcome: 'incomplete', failures: 0 });
  const log = logRequests(world.emulator);
  const end = await world.backup();
  log.stop();
  expect(end).toMatchObject({ outcome: 'complete', run: stopped.run, failures: 0, sample: { round: 0 } });
  const again = log.requests.filter(
    ({ operation, path, account }) => operation === 'GetFile' && path === 'larger' && account === 'prodacct',
  );
  // Of 16 pieces, those that were compared before are not read again.
  expect(again.length).toBeGreaterThan(0);
  expect(again.length).toBeLessThan(16);
});

it('comes to its end, too, where the files of one directory take longer than a slice', async () => {
  await begin('100%');
  await world.backup();
  expect(await world.backup({ sliceMs: 1 })).toMatchObject({ outcome: 'complete', failures: 0 });
});

it('begins anew where the job has another share now', async () => {
  await begin('25%');
  await world.backup();
  const configuration = world.configured({ compare: { mode: 'content', share: '50%' } });
  expect(await world.backup({ configuration })).toMatchObject({ sample: { rounds: 2, round: 0 } });
  expect(await world.backup({ configuration })).toMatchObject({ sample: { rounds: 2, round: 1 } });
});
