import { afterEach, beforeEach, expect, it } from 'vitest';
import { RestShareReader } from '../../lib/files/rest-share-reader.ts';
import { RestShareWriter } from '../../lib/files/rest-share-writer.ts';
import { openJob } from '../../lib/jobs/open-job.ts';
import { readRunState } from '../../lib/target/run-state.ts';
import { SystemFolder } from '../../lib/target/system-folder.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { JOB, World } from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await World.start({ concurrency: 1 });
});

afterEach(() => world.close());

async function cursor(): Promise<readonly string[] | undefined> {
  const { target } = openJob(world.configuration, JOB);
  const { account, share } = target;
  const folder = new SystemFolder(new RestShareReader(account, share), new RestShareWriter(account, share));
  return (await readRunState(folder))?.mirror.cursor;
}

async function stopWhenListed(directory: string, side: string): Promise<void> {
  const stop = new AbortController();
  const forget = world.emulator.onRequest(({ operation, account, path, phase }) => {
    if (operation === 'ListFiles' && account === side && path === directory && phase === 'before')
      stop.abort();
  });
  await world.backup({ stop: stop.signal });
  forget();
}

it('a run that is stopped before it is back where it was keeps its place', async () => {
  const source = new ShareBuilder(world.source);
  for (const folder of ['a', 'b', 'c', 'd'])
    for (const name of ['1', '2']) source.file(`${folder}/${name}/x`, 'x');
  await stopWhenListed('c/1', 'prodacct');
  const before = await cursor();
  expect(before?.[0]).toBe('c');
  await stopWhenListed('', 'prodacct');
  expect(await cursor()).toEqual(before);
});
