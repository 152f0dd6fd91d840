import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EndEvent } from '../../lib/report/events.ts';
import { expectEqualPoint, expectIdleBackup } from '../support/equal-shares.ts';
import { logRequests, writesData } from '../support/request-log.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { World } from '../support/world.ts';

const MIB = 1024 * 1024;
const FILES = 60;

let world: World;
let source: ShareBuilder;

beforeEach(async () => {
  world = await World.start();
  source = new ShareBuilder(world.source);
  for (const folder of ['alpha', 'beta/inner', 'gamma']) {
    for (let file = 0; file < FILES; file += 1)
      source.file(`${folder}/${folder} ${file}`, `${folder} ${file}`);
  }
  source
    .directory('elsewhere')
    .file('large', 'large', { size: 40 * MIB })
    .file('big', 'big', { size: 50 * MIB });
  expectEqualPoint(world, await world.backup());
  world.requests();
});

afterEach(() => world.close());

/** What a backup costs: renames, files or ranges copied, entries deleted. */
async function backUp(): Promise<{ readonly end: EndEvent; readonly cost: readonly number[] }> {
  const log = logRequests(world.emulator);
  const end = await world.backup();
  log.stop();
  const written = log.requests.filter(writesData).map(({ operation }) => operation);
  const count = (...names: string[]) => written.filter((operation) => names.includes(operation)).length;
  const cost = [
    count('RenameDirectory', 'RenameFile'),
    count('CopyFile', 'PutRangeFromURL'),
    count('DeleteFile', 'DeleteDirectory'),
  ];
  return { end, cost };
}

describe('what was moved', () => {
  it.each<[string, readonly [number, number, number], () => unknown]>([
    ['a directory under another name', [1, 0, 0], () => source.rename('alpha', 'omega')],
    ['a directory into another', [1, 0, 0], () => source.rename('alpha', 'elsewhere/alpha')],
    ['a directory into a new one', [1, 0, 0], () => source.directory('new').rename('alpha', 'new/alpha')],
    [
      'a directory out of one that is gone',
      [1, 0, 1],
      () => source.rename('beta/inner', 'inner').remove('beta'),
    ],
    ['two directories swapped', [3, 0, 0], () => source.swap('alpha', 'gamma')],
    ['a chain of directories', [2, 0, 0], () => source.rename('gamma', 'delta').rename('alpha', 'gamma')],
    [
      'a directory in the place of one that is gone',
      [2, 0, FILES + 1],
      () => source.remove('gamma').rename('alpha', 'gamma'),
    ],
    [
      'a directory moved and one file changed in it',
      [1, 1, 0],
      () => source.rename('alpha', 'omega').write('omega/alpha 7', 0, 'CHANGED'),
    ],
    ['a large file', [1, 0, 0], () => source.rename('large', 'elsewhere/renamed')],
    ['two large files swapped', [3, 0, 0], () => source.swap('large', 'big')],
    [
      'a large file with a moved directory',
      [2, 0, 0],
      () => source.rename('large', 'alpha/large').rename('alpha', 'omega'),
    ],
    ['a large file out of a moved directory', [1, 0, 0], () => source.rename('beta', 'omega')],
  ])('%s is renamed', async (_, cost, move) => {
    move();
    const { end, cost: paid } = await backUp();
    expectEqualPoint(world, end);
    expect(paid).toEqual(cost);
    await expectIdleBackup(world);
  });

  it('is carried on where a stop has cut it off', async () => {
    source.swap('alpha', 'gamma').rename('beta', 'elsewhere/beta').rename('large', 'alpha/large');
    for (let renames = 0; renames < 5; renames += 1) {
      const stop = new AbortController();
      let seen = 0;
      const unhook = world.emulator.onRequest((request) => {
        const isMove = request.operation.startsWith('Rename') && writesData(request);
        if (!isMove || request.phase !== 'after') return;
        seen += 1;
        if (seen === 2) stop.abort();
      });
      const end = await world.backup({ stop: stop.signal });
      unhook();
      if (end.outcome === 'complete') return expectEqualPoint(world, end);
      expect(end.outcome).toBe('incomplete');
    }
    throw new Error('five runs did not bring it to its end');
  });

  it('is copied rather than renamed when the listing of the source is not whole', async () => {
    source.rename('alpha', 'omega');
    world.emulator.faults.add({
      match: { account: 'prodacct', operation: 'ListFiles', path: 'beta' },
      action: { kind: 'status', status: 403, code: 'AuthorizationFailure' },
    });
    const { end, cost } = await backUp();
    expect(end).toMatchObject({ outcome: 'incomplete', deleted: 0 });
    expect(cost).toEqual([0, FILES, 0]);
  });

  it('is not counted by the guard on deletions', async () => {
    source.rename('alpha', 'omega').rename('gamma', 'elsewhere/gamma').rename('beta', 'b');
    expectEqualPoint(world, await world.backup({ allowDeletes: false }));
  });
});
