import { afterEach, beforeEach, expect, it } from 'vitest';
import { type RequestCounts, sumOfRequests } from '../../lib/report/request-tally.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { World } from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await World.start();
  new ShareBuilder(world.source).file('a/b/c', 'c').file('a/d', 'd').directory('e');
});

afterEach(() => world.close());

function totalOf(requests: RequestCounts): number {
  return Object.values(requests).reduce((sum, sent) => sum + sent, 0);
}

it('a report tells the requests of each phase, and they add up to those of the run', async () => {
  const { phases, requests, seconds } = await world.backup();
  expect(phases.map(({ phase }) => phase)).toEqual([
    'lock',
    'snapshot-source',
    'mirror',
    'snapshot-target',
    'verify',
    'prune',
  ]);
  expect(sumOfRequests(...phases.map((phase) => phase.requests))).toEqual(requests);
  expect(phases.reduce((sum, phase) => sum + phase.seconds, 0)).toBeLessThanOrEqual(seconds + 0.1);
  const mirror = phases.find(({ phase }) => phase === 'mirror');
  expect(mirror?.requests).toMatchObject({ CopyFile: 2, CreateDirectory: 3 });
});

it('the listings of the verification are those that the dry run has foreseen', async () => {
  const { plan } = await world.backup({ dryRun: true });
  const { phases } = await world.backup();
  const verify = phases.find(({ phase }) => phase === 'verify');
  const { source, target } = plan?.requests.verification ?? { source: {}, target: {} };
  expect(source.ListFiles).toBe(4);
  expect(verify?.requests).toMatchObject(sumOfRequests(source, target));
});

it('what a run asks besides its mirror and its verification does not grow with the share', async () => {
  const overhead = async () => {
    const { phases } = await world.backup();
    const others = phases.filter(({ phase }) => phase !== 'mirror' && phase !== 'verify');
    return others.reduce((sum, { requests }) => sum + totalOf(requests), 0);
  };
  await overhead();
  const small = await overhead();
  const source = new ShareBuilder(world.source);
  for (let index = 0; index < 200; index += 1) source.file(`many/${index % 20}/${index}`, 'x');
  expect(await overhead()).toBeLessThanOrEqual(small + 5);
  expect(small).toBeLessThan(60);
});
