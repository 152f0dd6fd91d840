import { afterEach, beforeEach, expect, it } from 'vitest';
import type { VerifyRunOptions } from '../../lib/verify/run-verify.ts';
import { startCommand, withConfigurationFile } from '../support/command.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { readSystemJson } from '../support/system-files.ts';
import { JOB, World } from '../support/world.ts';

const FILES = 30;
let world: World;
let run: string;

beforeEach(async () => {
  world = await World.start({ concurrency: 2 });
  const source = new ShareBuilder(world.source);
  for (let file = 0; file < FILES; file += 1) source.file(`folder-${file % 3}/${file}`, `${file}`);
  ({ run } = await world.backup());
});

afterEach(() => world.close());

const verify = (options: Partial<VerifyRunOptions> = {}) => world.verify(options);

/** How often each file of the source was read, from here on. */
function countReads(): ReadonlyMap<string, number> {
  const reads = new Map<string, number>();
  world.emulator.onRequest(({ operation, account, path, phase }) => {
    if (operation === 'GetFile' && account === 'prodacct' && phase === 'before') {
      reads.set(path, (reads.get(path) ?? 0) + 1);
    }
  });
  return reads;
}

/** Stops when so many files were asked for. */
function stopAfter(files: number): AbortSignal {
  const stop = new AbortController();
  let asked = 0;
  world.emulator.onRequest(({ operation, account, phase }) => {
    if (operation === 'GetFile' && account === 'prodacct' && phase === 'before') asked += 1;
    if (asked === files) stop.abort();
  });
  return stop.signal;
}

function stateFiles(): string[] {
  return new ShareBuilder(world.target)
    .names('.sharepair/records')
    .filter((name) => name.includes('.content'));
}

async function level() {
  return (await world.points()).points[0]?.level;
}

it('reads each file once, however often it is stopped', async () => {
  const reads = countReads();
  for (const files of [5, 9]) {
    const { outcome, results } = await verify({ stop: stopAfter(files) });
    expect(outcome).toBe('incomplete');
    expect(results).toMatchObject([{ finished: false, level: 'listing-verified' }]);
    expect(results[0]?.message).toContain('carries on from there');
    expect(stateFiles()).toEqual([`${run}.content.json`]);
  }
  expect(await verify()).toMatchObject({
    outcome: 'complete',
    results: [{ level: 'content-verified', filesRead: FILES }],
  });
  expect(reads.size).toBe(FILES);
  expect([...reads.values()].every((times) => times === 1)).toBe(true);
  expect(stateFiles()).toEqual([`${run}.content-verified.json`]);
});

it('goes on after a Ctrl-C', async () => {
  await withConfigurationFile(world.configurationText, async (file) => {
    const command = startCommand(['verify', JOB, '--content', '--config', file], world.environment);
    stopAfter(12).addEventListener('abort', () => command.process.kill('SIGINT'));
    expect((await command.result).code).toBe(3);
  });
  const reads = countReads();
  expect(await verify()).toMatchObject({ outcome: 'complete', results: [{ filesRead: FILES }] });
  expect(reads.size).toBeLessThan(FILES);
});

it('begins anew when what was kept is of other snapshots, or cannot be read', async () => {
  await verify({ stop: stopAfter(5) });
  const name = `records/${run}.content.json`;
  const state = readSystemJson(world.target, name);
  const folder = new ShareBuilder(world.target);
  for (const other of [
    { ...state, targetSnapshot: '2020-01-01T00:00:00.0000000Z' },
    { ...state, pending: 7 },
  ]) {
    folder.file(`.sharepair/${name}`, JSON.stringify(other));
    const reads = countReads();
    expect(await verify()).toMatchObject({ outcome: 'complete' });
    expect(reads.size).toBe(FILES);
  }
});

it('proves nothing when a file is missing from what was kept', async () => {
  await verify({ stop: stopAfter(5) });
  const name = `records/${run}.content.json`;
  const state = readSystemJson(world.target, name);
  expect(state.pending.length).toBeGreaterThan(0);
  const forged = { ...state, pending: state.pending.slice(1) };
  new ShareBuilder(world.target).file(`.sharepair/${name}`, JSON.stringify(forged));
  const { outcome, results } = await verify();
  expect(outcome).toBe('incomplete');
  expect(results[0]?.message).toContain('nothing is proven');
  expect(await level()).toBe('listing-verified');
  expect(await verify()).toMatchObject({ outcome: 'complete', results: [{ level: 'content-verified' }] });
});

it('goes on where a file could not be read', async () => {
  world.emulator.faults.add({
    match: { account: 'dracct', operation: 'GetFile', path: '^folder-1/1$' },
    times: 1000,
    action: { kind: 'status', status: 403, code: 'AuthorizationFailure' },
  });
  expect(await verify()).toMatchObject({ outcome: 'incomplete', results: [{ finished: false }] });
  world.emulator.faults.remove();
  const reads = countReads();
  expect(await verify()).toMatchObject({ outcome: 'complete', results: [{ filesRead: FILES }] });
  expect(reads.size).toBeLessThan(FILES);
});

it('keeps the readings of a sample and of everything apart', async () => {
  const sample = { content: { kind: 'sample', percent: 50 } } as const;
  await verify({ ...sample, stop: stopAfter(4) });
  expect(stateFiles()).toEqual([`${run}.content-0-of-2.json`]);
  // What was begun of a sample is no part of a reading of everything.
  const reads = countReads();
  expect(await verify()).toMatchObject({ outcome: 'complete', results: [{ level: 'content-verified' }] });
  expect(reads.size).toBe(FILES);
  expect(await verify(sample)).toMatchObject({ results: [{ sample: { rounds: 2, proven: [0] } }] });
  expect(stateFiles()).toEqual([`${run}.content-verified.json`]);
});

it('leaves nothing behind of a recovery point that is pruned', async () => {
  await verify({ stop: stopAfter(5) });
  new ShareBuilder(world.source).file('new', 'n');
  expect(await world.backup({ configuration: world.configured({ retention: { last: 1 } }) })).toMatchObject({
    pruned: [run],
  });
  expect(stateFiles()).toEqual([]);
});
