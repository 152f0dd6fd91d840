import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../lib/files/entry.ts';
import { type EntryPair, type Pages, pairEntries } from '../../../lib/mirror/pair-entries.ts';
import { entry } from '../../support/entries.ts';

async function* pages(names: readonly (readonly string[])[]): Pages & AsyncGenerator {
  for (const page of names) yield { entries: page.map((name) => entry(name)), nextMarker: undefined };
  return undefined;
}

async function pair(
  source: readonly (readonly string[])[],
  target: readonly (readonly string[])[],
): Promise<EntryPair[]> {
  const pairs: EntryPair[] = [];
  for await (const found of pairEntries(pages(source), pages(target))) pairs.push(found);
  return pairs;
}

const names = (pairs: readonly EntryPair[]) => pairs.map((found) => [found.source?.name, found.target?.name]);

describe('pairEntries', () => {
  it('pairs equal names whatever the order and the pages', async () => {
    const pairs = await pair([['b'], ['a', 'c']], [['c', 'a'], ['b']]);
    expect(names(pairs).sort()).toEqual([
      ['a', 'a'],
      ['b', 'b'],
      ['c', 'c'],
    ]);
  });

  it('pairs a name with its other spelling, so that it is renamed rather than deleted', async () => {
    expect(names(await pair([['Plan.txt']], [['plan.TXT']]))).toEqual([['Plan.txt', 'plan.TXT']]);
  });

  it('prefers the equal spelling where there are several', async () => {
    const pairs = await pair([['ß', 'ss']], [['ss', 'ß']]);
    expect(names(pairs).sort()).toEqual([
      ['ss', 'ss'],
      ['ß', 'ß'],
    ]);
  });

  it('reports what only the target has once the source has been listed to its end, and not before', async () => {
    const seen: string[] = [];
    async function* source(): Pages & AsyncGenerator {
      yield* pages([['a'], ['z']]);
      seen.push('end');
      return undefined;
    }
    const target = pages([
      ['m', 'a'],
      ['n', 'z'],
    ]);
    for await (const found of pairEntries(source(), target)) {
      if (found.source === undefined) seen.push(found.target?.name ?? '');
    }
    expect(seen).toEqual(['end', 'm', 'n']);
  });

  it('fails as a whole, without a pair that lacks its source, when a listing breaks off', async () => {
    async function* broken(): Pages & AsyncGenerator {
      yield { entries: [entry('a')], nextMarker: 'more' };
      throw new Error('the second page was refused');
    }
    const seen: EntryPair[] = [];
    const run = async () => {
      for await (const found of pairEntries(broken(), pages([['a', 'b', 'c']]))) seen.push(found);
    };
    await expect(run()).rejects.toThrow('the second page was refused');
    expect(names(seen)).toEqual([['a', 'a']]);
  });

  it('mentions every entry of both sides exactly once', async () => {
    const listing = fc.uniqueArray(fc.constantFrom('a', 'A', 'b', 'B', 'é', 'É', 'ß', 'SS', 'c'), {
      maxLength: 9,
    });
    const paged = fc.tuple(listing, fc.integer({ min: 1, max: 4 })).map(([all, size]) => {
      const result: string[][] = [];
      for (let at = 0; at < all.length; at += size) result.push(all.slice(at, at + size));
      return result;
    });
    await fc.assert(
      fc.asyncProperty(paged, paged, async (source, target) => {
        const pairs = await pair(source, target);
        const of = (side: (found: EntryPair) => Entry | undefined) =>
          pairs.flatMap((found) => side(found)?.name ?? []).sort();
        expect(of((found) => found.source)).toEqual(source.flat().sort());
        expect(of((found) => found.target)).toEqual(target.flat().sort());
      }),
    );
  });
});
