import fc from 'fast-check';
import { describe, it } from 'vitest';
import { ARCHIVE, READ_ONLY } from '../../emulator/state/index.ts';
import { type History, histories } from '../support/edit-arbitraries.ts';
import { expectEqualPoint, expectIdleBackup, expectTruePoints } from '../support/equal-shares.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { MIB, tryEdits } from '../support/share-edits.ts';
import { World } from '../support/world.ts';

/** How many histories of each sort; more with SHAREPAIR_TEST_HISTORIES. */
const HISTORIES = Number(process.env.SHAREPAIR_TEST_HISTORIES ?? '5');

describe.each([
  ['nobody but its backups wrote to', false],
  ['somebody else wrote to, too', true],
])('the target of any history that %s', (_, tampering) => {
  it('equals the source after each run, byte, permission, attribute and time for time, and a second run writes nothing', {
    timeout: 3_600_000,
  }, async () => {
    const property = fc.asyncProperty(histories({ tampering }), liveThrough);
    await fc.assert(property, { numRuns: HISTORIES });
  });
});

async function liveThrough({ steps, childrenTouchParent }: History): Promise<void> {
  const world = await World.start({ concurrency: 4, childrenTouchParent });
  beginWithSomething(new ShareBuilder(world.source));
  try {
    for (const { source, target } of steps) {
      tryEdits(new ShareBuilder(world.source), source);
      if (world.source.snapshotIds().length > 0) tryEdits(new ShareBuilder(world.target), target);
      expectEqualPoint(world, await world.backup({ allowDeletes: true }));
      await expectIdleBackup(world);
    }
    await expectTruePoints(world);
  } finally {
    await world.close();
  }
}

/** What edits that need something to be there find. */
function beginWithSomething(source: ShareBuilder): void {
  source
    .file('a/b/c', 'deep')
    .file('a/b/x y', '')
    .file('100%/é', 'content', { metadata: { about: 'x' } })
    .directory('a/empty')
    .file('large', 'large', { size: 33 * MIB, at: 20 * MIB })
    .file('locked', 'locked', { attributes: ARCHIVE | READ_ONLY });
}
