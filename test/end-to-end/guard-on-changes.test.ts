import { afterEach, beforeEach, expect, it } from 'vitest';
import { expectEqualPoint } from '../support/equal-shares.ts';
import { logRequests, writesData } from '../support/request-log.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { comparable, readTree } from '../support/tree.ts';
import { World } from '../support/world.ts';

const FILES = 20;

let world: World;
let source: ShareBuilder;

beforeEach(async () => {
  world = await World.start({ job: { guards: { maxChanges: { kind: 'percent', percent: 40 } } } });
  source = new ShareBuilder(world.source);
  for (let file = 0; file < FILES; file += 1) source.file(`folder/${file}`, `content ${file}`);
  expectEqualPoint(world, await world.backup());
});

afterEach(() => world.close());

function overwrite(files: number): void {
  for (let file = 0; file < files; file += 1) source.file(`folder/${file}`, 'encrypted, and longer');
}

it('stops a run before it overwrites the first of too many files, and says what to do', async () => {
  overwrite(10);
  source.file('added', 'new');
  const before = comparable(readTree(world.target));
  const end = await world.backup();
  expect(end).toMatchObject({ outcome: 'guard', point: null });
  expect(end.message).toMatch(
    /^10 entries would be overwritten on the target, more than the guard of the job/,
  );
  expect(end.message).toContain('--allow-changes');
  expect(comparable(readTree(world.target))).toMatchObject({ 'folder/3': before['folder/3'] });
});

it('is asked before the first request that overwrites anything', async () => {
  overwrite(10);
  const log = logRequests(world.emulator);
  await world.backup();
  log.stop();
  expect(log.requests.filter(writesData)).toEqual([]);
});

it('lets as many pass as the job allows, and any number when told so', async () => {
  overwrite(8);
  expectEqualPoint(world, await world.backup());
  for (let file = 0; file < FILES; file += 1) source.file(`folder/${file}`, `yet another text ${file}`);
  expect(await world.backup()).toMatchObject({ outcome: 'guard' });
  expectEqualPoint(world, await world.backup({ allowChanges: true }));
});

it('counts neither what is added nor what gets other properties', async () => {
  for (let file = 0; file < FILES; file += 1)
    source.file(`more/${file}`, 'x').permission(`folder/${file}`, 5);
  expectEqualPoint(world, await world.backup());
});

it('sees the overwrites of all slices of a run', async () => {
  overwrite(10);
  const end = await world.backup({ sliceMs: 1 });
  expect(end).toMatchObject({ outcome: 'guard' });
  expectEqualPoint(world, await world.backup({ allowChanges: true }));
});

it('keeps the times of a directory whose files waited for it', async () => {
  overwrite(3);
  const end = await world.backup({ sliceMs: 60_000 });
  expectEqualPoint(world, end);
});

it('says so in a dry run, too', async () => {
  overwrite(10);
  const end = await world.backup({ dryRun: true });
  expect(end).toMatchObject({ outcome: 'guard' });
  expect(end.message).toContain('would be overwritten');
});

it('walks the share once where the slices of one process hold back what they find', async () => {
  overwrite(3);
  const log = logRequests(world.emulator);
  const end = await world.backup({ sliceMs: 30 });
  log.stop();
  expectEqualPoint(world, end);
  const copies = log.requests.filter(({ operation }) => operation === 'CopyFile');
  expect(copies).toHaveLength(3);
});
