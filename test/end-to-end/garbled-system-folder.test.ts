import { afterEach, beforeEach, expect, it } from 'vitest';
import { runPrune } from '../../lib/backup/run-prune.ts';
import { pinPoint } from '../../lib/target/pin-point.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { JOB, World } from '../support/world.ts';

let world: World;
let runs: readonly string[];

beforeEach(async () => {
  world = await World.start();
  const source = new ShareBuilder(world.source).file('a', 'first');
  const made: string[] = [];
  for (const content of ['second', 'third', 'fourth']) {
    made.push((await world.backup()).run);
    source.file('a', content);
  }
  runs = made;
  const point = { configuration: world.configuration, job: JOB, point: runs[0] ?? '' };
  await pinPoint(point, { reason: 'audit', until: '2026-01-01T00:00:00Z', by: 'ada', at: '' });
  // A run that failed has left its source snapshot, and what is known of it.
  world.emulator.faults.add({
    match: { operation: 'CopyFile' },
    times: 100,
    action: { kind: 'status', status: 403, code: 'CannotVerifyCopySource' },
  });
  expect(await world.backup()).toMatchObject({ outcome: 'incomplete' });
  world.emulator.faults.remove();
});

afterEach(() => world.close());

/** Every file below `.sharepair/` gets this content. */
function garble(content: string): void {
  const target = new ShareBuilder(world.target);
  for (const name of target.names('.sharepair')) {
    const path = `.sharepair/${name}`;
    if (!name.includes('.')) for (const file of target.names(path)) target.file(`${path}/${file}`, content);
    else target.file(path, content);
  }
}

it.each(['', '{', '[]', '"text"', '{"runs":7,"outcome":1,"until":{},"ended":"no","mirror":null}'])(
  'what is kept beside the data and holds %j costs no recovery point and no pin',
  async (content) => {
    garble(content);
    const listed = await world.points();
    expect(listed.points.map(({ id }) => id)).toEqual(runs);
    expect(listed.points[0]).toMatchObject({ pin: { state: 'whole' } });
    expect(listed.unpaired).toMatchObject([{ role: 'source', kept: true }]);
    const stop = new AbortController().signal;
    const configuration = world.configured({ retention: { last: 1 } });
    const report = await runPrune({ configuration, job: JOB, dryRun: false, stop, lockWaitMs: 0 });
    expect(report.drop.map(({ id }) => id)).toEqual([runs[1]]);
    expect(await world.backup()).toMatchObject({ outcome: 'complete', point: { level: 'listing-verified' } });
    expect((await world.points()).points).toHaveLength(3);
    expect(new ShareBuilder(world.target).names('').sort()).toEqual(['.sharepair', 'a']);
  },
);
