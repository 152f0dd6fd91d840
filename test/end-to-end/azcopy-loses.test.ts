import { describe, expect, it } from 'vitest';
import { findAzCopy } from '../support/azcopy.ts';
import { syncWithAzCopy } from '../support/azcopy-sync.ts';
import { LOSSES } from '../support/losses.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { MIB } from '../support/share-edits.ts';
import { readTree } from '../support/tree.ts';
import { World } from '../support/world.ts';

const found = await findAzCopy();
const unavailable = 'unavailable' in found ? found.unavailable : undefined;
if (unavailable !== undefined) console.warn(`Skipping the losses of AzCopy itself: ${unavailable}`);

/** That what azcopy-losses.test.ts keeps is what AzCopy loses; a version that no longer does fails here. */
describe.skipIf(unavailable !== undefined)('AzCopy', () => {
  it.concurrent.each(LOSSES.map((loss) => [loss.what, loss.azcopy.does, loss] as const))(
    'loses %s: it %s',
    async (_, __, loss) => {
      await withAzCopy(async (world, sync) => {
        const source = new ShareBuilder(world.source);
        loss.prepare(source);
        expect((await sync()).code).toBe(0);
        const before = readTree(world.source);
        loss.change(source);
        if (loss.fault !== undefined) world.emulator.faults.add(loss.fault);
        const { code, output } = await sync();
        expect(code, output).toBe(loss.azcopy.code);
        world.emulator.faults.remove();
        expect(loss.isLost(readTree(world.target), readTree(world.source), before)).toBe(true);
      });
    },
  );

  it.concurrent('loses a large file that a kill cut off: it takes it for newer, run after run', async () => {
    await withAzCopy(async (world, sync) => {
      new ShareBuilder(world.source).file('large', Buffer.alloc(200 * MIB, 'content'));
      const kill = new AbortController();
      let ranges = 0;
      world.emulator.onRequest(({ operation }) => {
        if (operation === 'PutRangeFromURL') ranges += 1;
        if (ranges === 20) kill.abort();
      });
      expect((await sync(kill.signal)).code).not.toBe(0);
      const { code, output } = await sync();
      expect(code, output).toBe(0);
      const [wanted, copy] = [readTree(world.source).get('large'), readTree(world.target).get('large')];
      expect(copy?.size).toBe(wanted?.size);
      expect(copy?.content).not.toBe(wanted?.content);
    });
  });
});

type Sync = (kill?: AbortSignal) => ReturnType<typeof syncWithAzCopy>;

/** A world of its own, and an AzCopy with folders of its own, so that several may run at once. */
async function withAzCopy(use: (world: World, sync: Sync) => Promise<void>): Promise<void> {
  const azcopy = await findAzCopy();
  if ('unavailable' in azcopy) throw new Error(azcopy.unavailable);
  const world = await World.start();
  world.createTarget();
  try {
    await use(world, (kill) => syncWithAzCopy(azcopy, world, kill));
  } finally {
    await world.close();
    await azcopy.dispose();
  }
}
