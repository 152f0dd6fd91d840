import { afterEach, beforeEach, expect, it } from 'vitest';
import { FRESH_MIRROR, type MirrorState } from '../../../lib/mirror/mirror-state.ts';
import { joinMirrors, splitMirror } from '../../../lib/mirror/split-mirror.ts';
import { machine } from '../../support/mirror-pair.ts';
import { logRequests, writesData } from '../../support/request-log.ts';
import { ShareBuilder } from '../../support/share-builder.ts';
import { comparable, readTree } from '../../support/tree.ts';
import { World } from '../../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await World.start();
  const source = new ShareBuilder(world.source).file('at the root', 'r').permission('', 3);
  for (const outer of 'abcdefgh') {
    source.file(`${outer}/file`, outer).permission(outer, 4);
    for (const inner of ['1', '2', '3']) source.file(`${outer}/${inner}/file`, `${outer}${inner}`);
  }
  world.createTarget();
});

afterEach(() => world.close());

async function walkToTheEnd(state: MirrorState): Promise<MirrorState> {
  const outcome = await machine(world).slice(state);
  if (outcome.kind !== 'part') throw new Error(`a part ended as ${outcome.kind}`);
  // What travels between machines is text.
  return JSON.parse(JSON.stringify(outcome.state)) as MirrorState;
}

it('mirrors disjoint parts of a share on several machines at once', async () => {
  const parts = await splitMirror(machine(world).sourceReader, 5);
  expect(parts).toHaveLength(5);
  const log = logRequests(world.emulator);
  const walked = await Promise.all(parts.map(walkToTheEnd));
  log.stop();
  const copied = log.requests.filter(({ operation }) => operation === 'CopyFile').map(({ path }) => path);
  expect(new Set(copied).size).toBe(copied.length);
  expect(copied).toHaveLength(33);
  expect(await machine(world).slice(joinMirrors(walked))).toMatchObject({
    kind: 'complete',
    failures: { count: 0 },
  });
  expect(comparable(readTree(world.target))).toEqual(comparable(readTree(world.source)));
});

it('carries parts on that were stopped, and removes only after all of them', async () => {
  expect(await machine(world).slice(FRESH_MIRROR)).toMatchObject({ kind: 'complete' });
  const source = new ShareBuilder(world.source);
  for (const outer of 'abcd')
    source.remove(`${outer}/2`).file(`${outer}/new/file`, 'new').remove(`${outer}/file`);
  const parts = await splitMirror(machine(world).sourceReader, 3);
  const walked: MirrorState[] = [];
  const log = logRequests(world.emulator);
  for (let state of parts) {
    for (;;) {
      const stop = new AbortController();
      const unhook = world.emulator.onRequest(({ operation }) => {
        if (operation === 'CopyFile') stop.abort();
      });
      const outcome = await machine(world).slice(state, stop.signal);
      unhook();
      if (outcome.kind === 'part') {
        walked.push(outcome.state);
        break;
      }
      if (outcome.kind !== 'stopped') throw new Error(`a part ended as ${outcome.kind}`);
      state = outcome.state;
    }
  }
  log.stop();
  expect(
    log.requests.filter((request) => writesData(request) && request.operation.startsWith('Delete')),
  ).toEqual([]);
  expect(await machine(world).slice(joinMirrors(walked))).toMatchObject({ kind: 'complete' });
  expect(comparable(readTree(world.target))).toEqual(comparable(readTree(world.source)));
});

it('has no more parts than there are directories to begin at', async () => {
  const empty = await World.start();
  const parts = await splitMirror(machine(empty).sourceReader, 4);
  expect(parts).toEqual([FRESH_MIRROR]);
  await empty.close();
});
