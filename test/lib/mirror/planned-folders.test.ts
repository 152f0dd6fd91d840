import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChangeKind } from '../../../lib/mirror/change.ts';
import { NO_CHANGES, PlannedFolders } from '../../../lib/mirror/planned-folders.ts';

const path = fc
  .array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.join('/'));
const kind = fc.constantFrom(...(Object.keys(NO_CHANGES) as ChangeKind[]));

describe('changes by directory', () => {
  it('are those right in it, and that it is made or deleted itself', () => {
    const folders = new PlannedFolders(10);
    folders.add('create-directory', 'a/b', 0);
    folders.add('copy-file', 'a/b/c', 5);
    folders.add('set-properties', 'a/b', 0);
    expect(folders.list()).toEqual([
      { path: 'a', counts: { ...NO_CHANGES, 'set-properties': 1 }, bytes: 0, deep: false },
      {
        path: 'a/b',
        counts: { ...NO_CHANGES, 'create-directory': 1, 'copy-file': 1 },
        bytes: 5,
        deep: false,
      },
    ]);
  });

  it('are counted further up where there are too many directories', () => {
    const folders = new PlannedFolders(2);
    for (const name of ['a/x/1', 'a/y/1', 'a/z/1', 'b/1']) folders.add('copy-file', name, 1);
    expect(folders.list()).toEqual([
      { path: 'a', counts: { ...NO_CHANGES, 'copy-file': 3 }, bytes: 3, deep: true },
      { path: 'b', counts: { ...NO_CHANGES, 'copy-file': 1 }, bytes: 1, deep: false },
    ]);
  });

  it('never hold more directories than they may, and never lose a change', () => {
    const changes = fc.array(fc.tuple(kind, path, fc.nat(100)), { maxLength: 200 });
    fc.assert(
      fc.property(changes, fc.integer({ min: 1, max: 12 }), (all, limit) => {
        const folders = new PlannedFolders(limit);
        for (const [what, where, size] of all) {
          folders.add(what, where, size);
          expect(folders.list().length).toBeLessThanOrEqual(limit);
        }
        const counts: Record<ChangeKind, number> = { ...NO_CHANGES };
        const expected: Record<ChangeKind, number> = { ...NO_CHANGES };
        let bytes = 0;
        for (const folder of folders.list()) {
          bytes += folder.bytes;
          for (const [name, number] of Object.entries(folder.counts)) counts[name as ChangeKind] += number;
        }
        for (const [what] of all) expected[what] += 1;
        expect(counts).toEqual(expected);
        expect(bytes).toBe(all.reduce((sum, [, , size]) => sum + size, 0));
      }),
    );
  });
});
