import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failCopy, getFile, setFileProperties } from '../../emulator/state/index.ts';
import { startCommand, withConfigurationFile } from '../support/command.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { comparable, readTree } from '../support/tree.ts';
import { JOB, World } from '../support/world.ts';

const FILES = ['report', 'other'];

let world: World;

beforeEach(async () => {
  world = await World.start({ concurrency: 2 });
  new ShareBuilder(world.source).file('report', 'content').file('other', 'more content');
});

afterEach(() => world.close());

describe('Copy File that does not end at once', () => {
  it('is waited for', async () => {
    world.emulator.state.copyMode = { pendingMs: 30 };
    const end = await world.backup();
    expect(end).toMatchObject({ outcome: 'complete' });
    expect(comparable(readTree(world.target))).toEqual(comparable(readTree(world.source)));
  });

  it('is followed by ranges when it fails', async () => {
    world.emulator.state.copyMode = 'until-told';
    world.emulator.onRequest(({ operation, phase, path }) => {
      if (operation === 'CopyFile' && phase === 'after') failCopy(world.target, [path]);
    });
    world.requests();
    const end = await world.backup();
    expect(end).toMatchObject({ outcome: 'complete' });
    expect(world.requests().PutRangeFromURL).toBe(2);
    expect(comparable(readTree(world.target))).toEqual(comparable(readTree(world.source)));
  });

  it.each<[string, () => void]>([
    ['is pending still', () => undefined],
    ['has failed since', () => eachFile((name) => failCopy(world.target, [name]))],
    ['has failed since and looks finished', () => eachFile(failAndLookFinished)],
  ])('is not believed by the next run when this one was killed meanwhile and it %s', async (_, since) => {
    world.emulator.state.copyMode = 'until-told';
    await killWhilePending();
    since();
    world.emulator.state.copyMode = 'sync';
    const end = await world.backup();
    expect(end).toMatchObject({ outcome: 'complete', failed: [] });
    expect(comparable(readTree(world.target))).toEqual(comparable(readTree(world.source)));
  });
});

function eachFile(change: (name: string) => void): void {
  for (const name of FILES) change(name);
}

/** Kills the command once it waits for the copies of both files. */
async function killWhilePending(): Promise<void> {
  await withConfigurationFile(world.configurationText, async (file) => {
    const command = startCommand(['backup', JOB, '--config', file, '--json'], world.environment);
    const polled = new Set<string>();
    const forget = world.emulator.onRequest(({ operation, path }) => {
      if (operation === 'GetFileProperties' && FILES.includes(path)) polled.add(path);
      if (polled.size === FILES.length) command.process.kill('SIGKILL');
    });
    await command.result;
    forget();
  });
}

/** What the service shows of a copy that failed is not documented in full: here it has the final size and times. */
function failAndLookFinished(name: string): void {
  failCopy(world.target, [name]);
  const { entry } = getFile(world.source.view(), [name]);
  const { size, creationTime, lastWriteTime, changeTime } = entry;
  setFileProperties(world.target, [name], { size, creationTime, lastWriteTime, changeTime });
}
