import { afterEach, beforeEach, expect, it } from 'vitest';
import { ShareBuilder } from '../support/share-builder.ts';
import { World } from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await World.start();
  new ShareBuilder(world.source).file('a', 'a');
});

afterEach(() => world.close());

it.each([
  ['a file of the name of the system folder', '.sharepair'],
  ['a folder whose name only folds to it', '.\u017fharepair/payroll'],
])('%s is backed up or refused, not silently left out', async (_, path) => {
  new ShareBuilder(world.source).file(path, 'data');
  const end = await world.backup();
  const there = end.outcome === 'complete' && new ShareBuilder(world.target).exists(path);
  expect(end.outcome !== 'complete' || (there && end.entries > 1)).toBe(true);
});

it('a source that was refused for its system folder is backed up once that was renamed', async () => {
  const source = new ShareBuilder(world.source).file('.sharepair/x', 'data');
  const refused = await world.backup();
  expect(refused.message).toContain('rename it');
  source.rename('.sharepair', 'renamed');
  expect(await world.backup()).toMatchObject({ outcome: 'complete' });
});
