import { describe, expect, it } from 'vitest';
import { emptyShareReader } from '../../../lib/files/empty-share-reader.ts';
import type { Entry } from '../../../lib/files/entry.ts';
import type { ShareReader } from '../../../lib/files/share-reader.ts';
import { entryFilter } from '../../../lib/mirror/entry-filter.ts';
import { NO_FILTER } from '../../../lib/mirror/filter-rules.ts';
import { joinRemovals, NO_REMOVALS, type RemovalState, Removals } from '../../../lib/mirror/removals.ts';
import { entry } from '../../support/entries.ts';

const directory = (name: string) => entry(name, {}, 'directory');

/** A target whose directories list what is given, a page for each entry. */
function target(listings: Readonly<Record<string, readonly Entry[]>>): ShareReader {
  return {
    ...emptyShareReader('target'),
    listPage: async (path, marker) => {
      const entries = listings[path] ?? [];
      const page = Number(marker ?? 0);
      const nextMarker = page + 1 < entries.length ? String(page + 1) : undefined;
      return { entries: entries.slice(page, page + 1), nextMarker };
    },
  };
}

const tree = target({
  surplus: [entry('a'), entry('b.tmp'), directory('deep'), directory('kept')],
  'surplus/deep': [entry('c')],
  'surplus/kept': [entry('d.tmp'), entry('e')],
});

const filter = entryFilter({ ...NO_FILTER, exclude: ['*.tmp'] });

describe('Removals', () => {
  it('count everything inside of a directory, and name the directory', async () => {
    const removals = new Removals({ target: tree, filter: entryFilter(NO_FILTER) });
    await removals.add('', directory('surplus'), undefined);
    expect(removals.count).toBe(8);
    expect(removals.examples).toEqual([{ kind: 'delete-directory', path: 'surplus' }]);
  });

  it('count neither what the filter keeps nor the directories above it', async () => {
    const removals = new Removals({ target: tree, filter });
    await removals.add('', directory('surplus'), undefined);
    expect(removals.count).toBe(4);
    expect(removals.examples.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      'delete-file surplus/a',
      'delete-directory surplus/deep',
      'delete-file surplus/kept/e',
    ]);
    expect(removals.blocked).toBe(0);
  });

  it('are none where everything is kept', async () => {
    const removals = new Removals({ target: target({ d: [entry('x.tmp')] }), filter });
    await removals.add('', directory('d'), undefined);
    await removals.add('', entry('y.tmp'), undefined);
    expect(removals).toMatchObject({ count: 0, isEmpty: true, directories: [], examples: [] });
  });

  it('know what comes in place of something that stays', async () => {
    const removals = new Removals({ target: target({ d: [entry('x.tmp')] }), filter });
    await removals.add('', directory('d'), entry('d'));
    // There is nothing to delete, and still something to say.
    expect(removals).toMatchObject({ count: 0, isEmpty: false, directories: [''], blocked: 1 });
    expect(removals.examples).toEqual([{ kind: 'copy-file', path: 'd' }]);
  });

  it('take for staying what they are told stays, and what is blocked by it', async () => {
    const staying = new Set(['surplus/a', 'surplus']);
    const removals = new Removals({ target: tree, filter, staying: new Set(['surplus/a']) });
    await removals.add('', directory('surplus'), undefined);
    expect(removals.count).toBe(3);
    const replaced = new Removals({ target: tree, filter, staying });
    await replaced.add('', directory('surplus'), entry('surplus'));
    expect(replaced).toMatchObject({ count: 0, blocked: 0 });
  });

  it('joined are remembered one by one only as far as all of them can be', () => {
    const many = (count: number, from = 0): RemovalState => ({
      ...NO_REMOVALS,
      directories: Array.from({ length: count }, (_, index) => [`${from + index}`, 0] as const),
    });
    expect(joinRemovals(many(200), many(300, 200)).beyond).toBeUndefined();
    // Even where nothing is to be deleted in them, they are to be looked at.
    expect(joinRemovals(many(300), many(300, 300)).beyond).toBe(0);
  });
});
