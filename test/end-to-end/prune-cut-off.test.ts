import { afterEach, expect, it } from 'vitest';
import { runPrune } from '../../lib/backup/run-prune.ts';
import { openJob } from '../../lib/jobs/open-job.ts';
import { pinPoint } from '../../lib/target/pin-point.ts';
import { readSystemFolder } from '../../lib/target/system-folder.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { JOB, World } from '../support/world.ts';

/** Every so manieth request, others for each way to be cut off; every single one with SHAREPAIR_TEST_FAULTS=all. */
const STRIDE = process.env.SHAREPAIR_TEST_FAULTS === 'all' ? 1 : 14;
const LEASE_MS = 61_000;
const PINS = [
  { reason: 'over', until: '2026-01-01T00:00:00.000Z' },
  { reason: 'holds', until: '2999-01-01T00:00:00.000Z' },
];

let world: World | undefined;

afterEach(async () => {
  await world?.close();
  world = undefined;
});

/** Six recovery points, the first with a pin that is over, the second with one that holds, and a snapshot of others. */
async function prepare() {
  const prepared = await World.start({ job: { retention: { last: 2 } }, retries: 0 });
  world = prepared;
  new ShareBuilder(prepared.source).file('a', 'a');
  const runs: string[] = [];
  for (let index = 0; index < 6; index += 1) {
    const end = await prepared.backup({ configuration: prepared.configured({ retention: { last: 9 } }) });
    runs.push(end.run);
  }
  for (const [index, pin] of PINS.entries()) {
    const point = { configuration: prepared.configuration, job: JOB, point: runs[index] ?? '' };
    await pinPoint(point, { ...pin, by: 'ada', at: '2026-01-01T00:00:00.000Z' });
  }
  prepared.source.createSnapshot({ somebody: 'else' });
  return { world: prepared, kept: [runs[1], runs[4], runs[5]] };
}

function prune({ configuration }: World) {
  const stop = new AbortController().signal;
  return runPrune({ configuration, job: JOB, dryRun: false, stop, lockWaitMs: 0 });
}

/** Prunes, and answers nothing from the `at`-th request on. Returns whether it came so far. */
async function pruneCutOff(cut: World, at: number, kind: 'cut-before' | 'cut-after'): Promise<boolean> {
  cut.emulator.faults.add({ match: {}, skip: at, times: 1, action: { kind } });
  const dead = cut.emulator.faults.add({
    match: {},
    skip: at + (kind === 'cut-before' ? 0 : 1),
    times: 100_000,
    action: { kind: 'cut-before' },
  });
  const outcome = await prune(cut).then(
    () => 'done',
    () => 'cut',
  );
  const { fired = 0 } = cut.emulator.faults.list().find(({ id }) => id === dead) ?? {};
  cut.emulator.faults.remove();
  return outcome === 'cut' || fired > 0;
}

it.each([
  ['cut-before', 0],
  ['cut-after', Math.floor(STRIDE / 2)],
] as const)(
  'a prune that is cut off at any request keeps what it is to keep, and the next one finishes it: %s',
  async (kind, from) => {
    for (let at = from; ; at += STRIDE) {
      const { world: cut, kept } = await prepare();
      const isCutOff = await pruneCutOff(cut, at, kind);
      const between = await cut.points();
      expect(between.points.map(({ id }) => id)).toEqual(expect.arrayContaining(kept));
      expect(between.foreign).toHaveLength(1);
      // What is lone is told to go: nothing is in doubt.
      for (const orphan of between.unpaired) expect(orphan).toMatchObject({ role: 'source', kept: false });
      cut.emulator.state.clock.advance(LEASE_MS);
      await prune(cut);
      const after = await cut.points();
      expect(after.points.map(({ id }) => id)).toEqual(kept);
      expect(after.unpaired).toEqual([]);
      expect(after.points[0]).toMatchObject({ pin: { state: 'whole', reason: 'holds' } });
      expect(await cut.backup()).toMatchObject({ outcome: 'complete' });
      const standing = (await cut.points()).points.map(({ id }) => id);
      const { target } = openJob(cut.configuration, JOB);
      for (const name of ['records', 'manifests', 'digests']) {
        const files = (await readSystemFolder(target).list(name)) ?? [];
        expect(new Set(files.map((file) => file.slice(0, file.indexOf('.'))))).toEqual(new Set(standing));
      }
      await cut.close();
      world = undefined;
      if (!isCutOff) return;
      expect(at).toBeLessThan(400);
    }
  },
  300_000,
);
