import { afterEach, beforeEach, describe, it } from 'vitest';
import { ARCHIVE, READ_ONLY } from '../../emulator/state/index.ts';
import { expectEqualPoint, expectIdleBackup, expectTruePoints } from '../support/equal-shares.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { CHANGES, LARGE, TAMPERINGS } from '../support/share-changes.ts';
import { MIB } from '../support/share-edits.ts';
import { World } from '../support/world.ts';

let world: World;
let source: ShareBuilder;

beforeEach(async () => {
  world = await World.start({ concurrency: 4 });
  source = new ShareBuilder(world.source)
    .file('folder/one', 'one')
    .file('folder/two', 'two')
    .file('folder/inner/deep/three', 'three')
    .file('folder/inner/four', '')
    .file('other/x', 'x')
    .directory('empty')
    .file('large', Buffer.alloc(MIB, 'large'), { size: LARGE, at: 8 * MIB })
    .file('second large', 'second', { size: LARGE, at: 4 * MIB })
    .file('locked', 'locked', { attributes: ARCHIVE | READ_ONLY })
    .directory('locked folder', { attributes: READ_ONLY })
    .file('described', 'described', { metadata: { about: 'before' } });
  expectEqualPoint(world, await world.backup());
});

afterEach(() => world.close());

/** By default each change meets a target that nobody touched and one more; all with SHAREPAIR_TEST_HISTORIES. */
const ALL = process.env.SHAREPAIR_TEST_HISTORIES !== undefined;

describe.each(TAMPERINGS.map(([name, tamper], number) => ({ name, tamper, number })))(
  'a target that $name',
  ({ tamper, number }) => {
    const met = CHANGES.filter((_, index) => ALL || number === 0 || number === 1 + (index % 3));
    it.each(met)('takes on %s', async (_, change) => {
      tamper(new ShareBuilder(world.target));
      change(source);
      expectEqualPoint(world, await world.backup({ allowDeletes: true }));
      await expectIdleBackup(world);
      await expectTruePoints(world);
    });
  },
);
