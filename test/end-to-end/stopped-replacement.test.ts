import { afterEach, beforeEach, expect, it } from 'vitest';
import { ShareBuilder } from '../support/share-builder.ts';
import { World } from '../support/world.ts';

const MIB = 1024 * 1024;

let world: World;

beforeEach(async () => {
  world = await World.start({ concurrency: 2 });
});

afterEach(() => world.close());

it.each([
  [
    'a file by a folder',
    (share: ShareBuilder) => share.file('turns', 'a file'),
    (share: ShareBuilder) => {
      for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) share.file(`turns/${name}/${name}`, name);
    },
    'CopyFile',
  ],
  [
    'a folder by a large file',
    (share: ShareBuilder) => share.file('turns/x', 'a folder'),
    (share: ShareBuilder) => share.file('turns', Buffer.alloc(60 * MIB, 7)),
    'PutRangeFromURL',
  ],
])(
  'a run that is stopped while it replaces %s is carried on to its end',
  async (_, before, after, operation) => {
    const source = new ShareBuilder(world.source);
    before(source);
    expect(await world.backup()).toMatchObject({ outcome: 'complete' });
    source.remove('turns');
    after(source);
    const stop = new AbortController();
    const forget = world.emulator.onRequest((request) => {
      if (request.operation !== operation || request.phase !== 'after') return;
      forget();
      stop.abort();
    });
    expect(await world.backup({ stop: stop.signal })).toMatchObject({ outcome: 'incomplete' });
    expect(await world.backup()).toMatchObject({ outcome: 'complete' });
  },
);
