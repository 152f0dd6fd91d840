import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ARCHIVE, HIDDEN, READ_ONLY } from '../../emulator/state/index.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { comparable, readTree } from '../support/tree.ts';
import { World } from '../support/world.ts';

/** How many histories; more with SHAREPAIR_TEST_HISTORIES. */
const HISTORIES = Number(process.env.SHAREPAIR_TEST_HISTORIES ?? '25');

/** Names that collide with one another by letter case, trailing dots and spelling. */
const name = fc.constantFrom('a', 'A', 'b', 'b.', 'B', 'é', 'É', 'ß', 'ss', 'x y', '100%', '& co', '漢字');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const attributes = fc.constantFrom(0, ARCHIVE, READ_ONLY, ARCHIVE | READ_ONLY, ARCHIVE | HIDDEN);

type Edit = { readonly say: string; readonly carryOut: (share: ShareBuilder) => void };

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(path, fc.string({ maxLength: 12 }), attributes).map(([at, content, given]) => ({
    say: `file ${at} ${JSON.stringify(content)} ${given}`,
    carryOut: (share: ShareBuilder) => share.file(at, content, { attributes: given }),
  })),
  path.map((at) => ({ say: `directory ${at}`, carryOut: (share: ShareBuilder) => share.directory(at) })),
  path.map((at) => ({ say: `remove ${at}`, carryOut: (share: ShareBuilder) => share.remove(at) })),
  fc.tuple(path, path).map(([from, to]) => ({
    say: `rename ${from} to ${to}`,
    carryOut: (share: ShareBuilder) => share.rename(from, to),
  })),
  fc.tuple(path, fc.nat(4)).map(([at, number]) => ({
    say: `permission ${at} ${number}`,
    carryOut: (share: ShareBuilder) => share.permission(at, number),
  })),
  fc.tuple(path, attributes).map(([at, given]) => ({
    say: `attributes ${at} ${given}`,
    carryOut: (share: ShareBuilder) => share.attributes(at, given),
  })),
  fc.tuple(path, fc.string({ minLength: 1, maxLength: 4 })).map(([at, content]) => ({
    say: `write ${at} ${JSON.stringify(content)}`,
    carryOut: (share: ShareBuilder) => share.write(at, 0, content),
  })),
);

/** Edits that make no sense at that moment, as nothing is there, are passed over. */
function carryOut(share: ShareBuilder, edits: readonly Edit[]): void {
  for (const { carryOut: change } of edits) {
    try {
      change(share);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
    }
  }
}

const step = fc.record({
  source: fc.array(edit, { maxLength: 12 }),
  /** What somebody does to the target between two runs, who should not. */
  target: fc.array(edit, { maxLength: 2 }),
});

describe('any history of edits', () => {
  it('ends, after each run, in a target equal to the source, and then in a run that changes nothing', {
    timeout: 600_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
        const world = await World.start({ concurrency: 4 });
        try {
          for (const { source, target } of steps) {
            carryOut(new ShareBuilder(world.source), source);
            if (world.source.snapshotIds().length > 0) carryOut(new ShareBuilder(world.target), target);
            const end = await world.backup({ allowDeletes: true });
            expect(end, end.message).toMatchObject({ outcome: 'complete', failed: [] });
            const promised = comparable(readTree(world.source, end.point?.sourceSnapshot));
            expect(comparable(readTree(world.target, end.point?.targetSnapshot))).toEqual(promised);
          }
          const again = await world.backup();
          expect(again).toMatchObject({ outcome: 'complete', changed: 0, deleted: 0, bytes: 0 });
          for (const { sourceSnapshot, targetSnapshot } of (await world.points()).points) {
            expect(comparable(readTree(world.target, targetSnapshot))).toEqual(
              comparable(readTree(world.source, sourceSnapshot)),
            );
          }
        } finally {
          await world.close();
        }
      }),
      { numRuns: HISTORIES },
    );
  });
});
