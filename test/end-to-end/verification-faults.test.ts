import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { VerifyRunOptions } from '../../lib/verify/run-verify.ts';
import { sortsOf, WAYS_TO_FAIL } from '../support/faults.ts';
import { logRequests } from '../support/request-log.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { World } from '../support/world.ts';

/** Every so manieth sort of request, and of garbage, others each time; all with SHAREPAIR_TEST_FAULTS=all. */
const STRIDE = process.env.SHAREPAIR_TEST_FAULTS === 'all' ? 1 : 13;
const FOREVER = 1_000_000;
const LEASE_MS = 61_000;
const LEVELS = ['listing-verified', 'content-verified'];
let world: World;

beforeEach(async () => {
  world = await World.start({ retries: 3 });
  new ShareBuilder(world.source).file('a', 'a').file('folder/b', 'b').file('folder/below/c', 'c');
});

afterEach(() => world.close());

const verify = (options: Partial<VerifyRunOptions> = {}) => world.verify(options);

async function levels() {
  return (await world.points()).points.map(({ level }) => level);
}

/** Forgets what was proven and read, and whatever the last fault has left leased. */
function beginAnew(): void {
  world.emulator.faults.remove();
  world.emulator.state.clock.advance(LEASE_MS);
  const folder = new ShareBuilder(world.target);
  for (const name of folder.names('.sharepair/records')) folder.remove(`.sharepair/records/${name}`);
}

function sampleOf<T>(items: readonly T[], from: number): readonly T[] {
  const stride = Math.min(STRIDE, items.length);
  return items.filter((_, index) => index % stride === from % stride);
}

describe.each(WAYS_TO_FAIL.map((way, index) => [way.name, way, index] as const))(
  'a verification of which all requests of one sort %s',
  (_, way, index) => {
    // One that is asked again for ever, and waits longer each time, ends as one does that is cut for ever.
    const isWaitedFor = way.status === 429 || way.status === 503;
    it.each([['once', 1] as const, ...(isWaitedFor ? [] : [['for ever', FOREVER] as const])])(
      '%s proves what it says, and calls nothing different that it could not read',
      async (_name, times) => {
        await world.backup();
        beginAnew();
        const log = logRequests(world.emulator);
        expect(await verify()).toMatchObject({ outcome: 'complete' });
        log.stop();
        const wrong: string[] = [];
        const sorts = sortsOf(log.requests);
        expect(sorts.length).toBeGreaterThan(20);
        for (const { account, operation, path } of sampleOf(sorts, times === 1 ? index : index + 4)) {
          beginAnew();
          world.emulator.faults.add({ match: { account, operation, path }, times, action: way.action });
          const outcome = await verify().then(
            (report) => report.outcome,
            () => 'failed',
          );
          const sort = `${operation} of ${account} ${path}: ${outcome}`;
          world.emulator.faults.remove();
          const [level] = await levels();
          // A manifest that is said not to be there is a problem of the chain.
          const isMissing = way.status === 404 && path.includes('manifests');
          if (outcome === 'differs' ? !isMissing : level === 'differs') wrong.push(`${sort}, ${level}`);
          if (outcome === 'complete' && level !== 'content-verified') wrong.push(`${sort}, ${level}`);
          if (outcome !== 'complete' && times === 1 && way.passes) wrong.push(sort);
        }
        expect(wrong).toEqual([]);
      },
      120_000,
    );
  },
);

describe('what is kept beside the data', () => {
  const GARBAGE = ['', 'garbage', '{"run":', '[]', 'null', '{"format":99}'];

  it.each(
    [
      'lock.json',
      'owner.json',
      'run.json',
      'prune.json',
      'sample.json',
      'failure.json',
      'records/RUN.sample.json',
      'records/RUN.content.json',
      'records/RUN.listing-verified.json',
      'records/RUN.attested.json',
      'journal/RUN.json',
      'manifests/RUN.json',
      'pins/RUN.json',
      'digests/RUN.00000000-garbage.ndjson',
      'unknown/of/a/newer/format.json',
    ].map((name, index) => [name, index] as const),
  )('may be garbage in %s, and nothing fails or lies for it', async (name, index) => {
    const { run } = await world.backup();
    const folder = new ShareBuilder(world.target);
    for (const garbage of sampleOf(GARBAGE, index)) {
      folder.file(`.sharepair/${name.replace('RUN', run)}`, garbage);
      expect(await verify({ content: { kind: 'sample', percent: 50 } })).toMatchObject({
        outcome: 'complete',
      });
      expect(await verify({ content: { kind: 'none' } })).toMatchObject({ outcome: 'complete' });
      for (const level of await levels()) expect(LEVELS).toContain(level);
    }
    folder.file(`.sharepair/${name.replace('RUN', run)}`, 'garbage');
    expect(await world.backup()).toMatchObject({ outcome: 'complete', point: { level: 'listing-verified' } });
  });

  it.each(['records', 'digests', 'journal', 'manifests'])(
    'may lack its folder %s, which is made again',
    async (name) => {
      await world.backup();
      new ShareBuilder(world.target).remove(`.sharepair/${name}`);
      expect(await verify()).toMatchObject({ outcome: 'complete', results: [{ level: 'content-verified' }] });
      const folder = new ShareBuilder(world.target);
      if (folder.exists(`.sharepair/${name}`)) folder.remove(`.sharepair/${name}`);
      expect(await world.backup()).toMatchObject({ outcome: 'complete' });
    },
  );
});
