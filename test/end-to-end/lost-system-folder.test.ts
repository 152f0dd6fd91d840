import { afterEach, beforeEach, expect, it } from 'vitest';
import { runPrune } from '../../lib/backup/run-prune.ts';
import { readStatus } from '../../lib/target/read-status.ts';
import { runVerify } from '../../lib/verify/run-verify.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { comparable, readTree } from '../support/tree.ts';
import { JOB, World } from '../support/world.ts';

let world: World;
let runs: readonly string[];
const stop = new AbortController().signal;

beforeEach(async () => {
  world = await World.start();
  const source = new ShareBuilder(world.source).file('a', 'first').file('folder/b', 'b');
  const first = await world.backup();
  source.file('a', 'second').file('c', 'c');
  const second = await world.backup();
  runs = [first.run, second.run];
  const whole = { kind: 'whole' } as const;
  await runVerify({ configuration: world.configuration, job: JOB, content: whole, stop, lockWaitMs: 0 });
  expect(await levels()).toEqual(['content-verified', 'content-verified']);
  new ShareBuilder(world.target).remove('.sharepair');
});

afterEach(() => world.close());

async function levels() {
  return (await world.points()).points.map(({ level }) => level);
}

it('lists every recovery point, none of them proven any more', async () => {
  const { points, unpaired } = await world.points();
  expect(points).toMatchObject(runs.map((id) => ({ id, level: 'copied' })));
  expect(unpaired).toEqual([]);
  expect(await readStatus(world.configuration, JOB, new Date())).toMatchObject({
    verdict: 'good',
    lastPoint: { id: runs[1], level: 'copied' },
    lastVerification: null,
  });
});

it('prunes by the retention alone, and keeps the newest', async () => {
  const configuration = world.configured({ retention: { last: 1 } });
  const report = await runPrune({ configuration, job: JOB, dryRun: false, stop, lockWaitMs: 0 });
  expect(report.drop).toMatchObject([{ id: runs[0] }]);
  expect((await world.points()).points).toMatchObject([{ id: runs[1] }]);
});

it('proves everything anew, from the manifests that the snapshots hold', async () => {
  const content = { kind: 'none' } as const;
  const report = await runVerify({
    configuration: world.configuration,
    job: JOB,
    content,
    stop,
    lockWaitMs: 0,
  });
  expect(report).toMatchObject({ outcome: 'complete', chain: { checked: 2, problems: [] } });
  expect(await levels()).toEqual(['listing-verified', 'listing-verified']);
});

it('backs up as before, to the last byte, and goes on with the chain', async () => {
  new ShareBuilder(world.source).file('d', 'd').remove('c');
  const end = await world.backup();
  expect(end).toMatchObject({ outcome: 'complete', point: { level: 'listing-verified' } });
  expect(await levels()).toEqual(['copied', 'copied', 'listing-verified']);
  const [sourceTree, targetTree] = [world.source, world.target].map((share) => comparable(readTree(share)));
  expect(targetTree).toEqual(sourceTree);
  const content = { kind: 'none' } as const;
  const options = { configuration: world.configuration, job: JOB, content, stop, lockWaitMs: 0 };
  expect(await runVerify({ ...options, chainOnly: true })).toMatchObject({
    outcome: 'complete',
    chain: { checked: 3, problems: [] },
  });
});
