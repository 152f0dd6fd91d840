import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ARCHIVE, READ_ONLY } from '../../emulator/state/index.ts';
import { type History, histories } from '../support/edit-arbitraries.ts';
import { expectPlanOfRun, writesIn, writesOf } from '../support/plan-of-run.ts';
import { ShareBuilder, sddl } from '../support/share-builder.ts';
import { tryEdits } from '../support/share-edits.ts';
import { World } from '../support/world.ts';

/** How many histories; more with SHAREPAIR_TEST_HISTORIES. */
const HISTORIES = Number(process.env.SHAREPAIR_TEST_HISTORIES ?? '10');
const MIB = 1024 * 1024;

describe('the plan of a dry run', () => {
  it.each([false, true])(
    'is what the next run does, whatever came before (tampering: %s)',
    {
      timeout: 3_600_000,
    },
    async (tampering) => {
      await fc.assert(fc.asyncProperty(histories({ tampering }), planEachRun), { numRuns: HISTORIES });
    },
  );

  it('names every writing request of a first copy, large and ReadOnly files and permissions included', async () => {
    const world = await World.start();
    try {
      world.createTarget();
      new ShareBuilder(world.source)
        .file('a/small', 'x', { sddl: sddl(1) })
        .file('a/read-only', 'x', { attributes: READ_ONLY | ARCHIVE })
        .file('a/without-archive', 'x', { attributes: 0, sddl: sddl(2) })
        .file('a/b/large', 'content', { size: 40 * MIB, at: 6 * MIB })
        .directory('a/b/empty', { sddl: sddl(2) });
      const { requests, bytes } = await expectPlanOfRun(world);
      expect(requests.mirror.target).toMatchObject({ CopyFile: 3, CreateDirectory: 3, PutRangeFromURL: 1 });
      expect(bytes).toBeLessThan(MIB);
    } finally {
      await world.close();
    }
  });

  it('knows, before there is a target share, all but the descriptor that its root will have', async () => {
    const world = await World.start();
    try {
      new ShareBuilder(world.source).file('a/b', 'x').file('c', 'y');
      const { plan } = await world.backup({ dryRun: true });
      const written = await writesOf(world, () => world.backup());
      const { CreateFilePermission: planned = 0, ...rest } = writesIn(plan?.requests.mirror.target ?? {});
      const { CreateFilePermission: made = 0, ...others } = written;
      expect(rest).toEqual(others);
      expect(planned - made).toBeOneOf([0, 1]);
    } finally {
      await world.close();
    }
  });

  it('moves no byte of a file whose source URL is too long for the service to read', async () => {
    const world = await World.start();
    try {
      world.createTarget();
      const path = Array.from({ length: 3 }, (_, depth) => '漢'.repeat(80) + depth).join('/');
      new ShareBuilder(world.source).file(path, 'through the client');
      world.emulator.requests.reset();
      const { plan } = await world.backup({ dryRun: true });
      expect(world.emulator.requests.operations().GetFile).toBeUndefined();
      expect(plan).toMatchObject({ bytes: 0, bytesThroughClient: 18 });
      expect(plan?.requests.mirror).toMatchObject({ source: { GetFile: 1 }, target: { PutRange: 1 } });
      await expectPlanOfRun(world);
    } finally {
      await world.close();
    }
  });
});

async function planEachRun({ steps, childrenTouchParent }: History): Promise<void> {
  // With one branch, as which of two nested moves comes first may otherwise be another in the run.
  const world = await World.start({ concurrency: 2, childrenTouchParent });
  try {
    world.createTarget();
    for (const { source, target } of steps) {
      tryEdits(new ShareBuilder(world.source), source);
      if (world.source.snapshotIds().length > 0) tryEdits(new ShareBuilder(world.target), target);
      await expectPlanOfRun(world);
    }
  } finally {
    await world.close();
  }
}
