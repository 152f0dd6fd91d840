import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { foldName } from '../../../lib/files/paths.ts';
import { type EntryPair, type Pages, pairEntries } from '../../../lib/mirror/pair-entries.ts';
import { entry } from '../../support/entries.ts';

type Names = readonly string[];
type Paged = readonly Names[];

let temporary = '';
beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'pairs-'));
  vi.stubEnv('TMPDIR', temporary);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(temporary, { recursive: true, force: true });
});

const name = fc.oneof(
  fc.constantFrom(
    'a',
    'A',
    'b',
    'B',
    'ab',
    'AB',
    'Ab',
    'aB',
    'é',
    'É',
    'ß',
    'SS',
    'ss',
    '_',
    'ſ',
    's',
    'S',
    '\u2028',
    '\ud800',
  ),
  fc.nat(60).map((number) => `file-${number}`),
);
const listing = fc.uniqueArray(name, { maxLength: 40 });
const paged: fc.Arbitrary<Paged> = fc
  .tuple(listing, fc.array(fc.nat(6), { minLength: 1, maxLength: 5 }), fc.boolean())
  .map(([names, sizes, sorted]) => inPages(sorted ? [...names].sort() : names, sizes));
const limit = fc.oneof(fc.nat(8), fc.constant(1000));

describe('pairEntries', () => {
  it('pairs as the obvious model does, for every order, paging and limit', async () => {
    await fc.assert(
      fc.asyncProperty(paged, paged, limit, async (source, target, unmatchedLimit) => {
        const pairs = await collect(pairEntries(pagesOf(source), pagesOf(target), { unmatchedLimit }));
        expect(namesOf(pairs).sort()).toEqual(model(source.flat(), target.flat()).sort());
      }),
      { numRuns: 200 },
    );
  });

  it('gives entries themselves, spilled or not', async () => {
    const sizes = { name: 'x', size: 4398046511104, etag: '0x8D', permissionKey: '1*2' };
    for (const unmatchedLimit of [0, 1000]) {
      const source = pagesOf([['a'], ['x']], sizes);
      const pairs = await collect(pairEntries(source, pagesOf([[]]), { unmatchedLimit }));
      expect(pairs.map((pair) => pair.source)).toContainEqual(entry('a', { ...sizes, name: 'a' }));
    }
  });

  it('gives no pair without a source when the source fails, at whatever page, and leaves nothing behind', async () => {
    const side = fc.constantFrom<'source' | 'target'>('source', 'target');
    await fc.assert(
      fc.asyncProperty(
        paged,
        paged,
        limit,
        side,
        fc.nat(8),
        async (source, target, unmatchedLimit, fails, at) => {
          const broken = (pages: Paged, which: string) =>
            which === fails ? pagesOf(pages.slice(0, at), {}, new Error(fails)) : pagesOf(pages);
          const pairs: EntryPair[] = [];
          const pairing = pairEntries(broken(source, 'source'), broken(target, 'target'), { unmatchedLimit });
          const run = async () => {
            for await (const pair of pairing) pairs.push(pair);
          };
          await expect(run()).rejects.toThrow(fails);
          if (fails === 'source') expect(pairs.filter((pair) => pair.source === undefined)).toEqual([]);
          expect(await readdir(temporary)).toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('leaves nothing behind when nobody wants more pairs', async () => {
    const before = await openFiles();
    await fc.assert(
      fc.asyncProperty(paged, paged, fc.nat(20), async (source, target, wanted) => {
        const closed: string[] = [];
        const watched = (pages: Paged, side: string) =>
          pagesOf(pages, {}, undefined, () => closed.push(side));
        let seen = 0;
        for await (const _ of pairEntries(watched(source, 's'), watched(target, 't'), {
          unmatchedLimit: 2,
        })) {
          if (seen++ === wanted) break;
        }
        expect(closed.sort()).toEqual(['s', 't']);
        expect(await readdir(temporary)).toEqual([]);
      }),
    );
    expect(await openFiles()).toBe(before);
  });

  it('says what the source failed of when both sides fail', async () => {
    const pairing = pairEntries(
      pagesOf([['b']], {}, new Error('source')),
      pagesOf([['a']], {}, new Error('target')),
    );
    await expect(collect(pairing)).rejects.toThrow('source');
  });

  it('keeps in memory what it may, and uses a temporary file only for more', async () => {
    const nowhere = join(temporary, 'missing');
    vi.stubEnv('TMPDIR', nowhere);
    try {
      const disjoint = () => [pagesOf([['a', 'b', 'c'], ['x']]), pagesOf([['d', 'e', 'f'], ['y']])] as const;
      expect(await collect(pairEntries(...disjoint(), { unmatchedLimit: 8 }))).toHaveLength(8);
      await expect(collect(pairEntries(...disjoint(), { unmatchedLimit: 5 }))).rejects.toThrow(nowhere);
    } finally {
      vi.stubEnv('TMPDIR', temporary);
    }
  });

  it('gives what the other side has nothing for at once when that has ended', async () => {
    const asked: string[] = [];
    const source = pagesOf(inPages(numbered(100), [10]), {}, undefined, () => asked.push('end'));
    const alone: number[] = [];
    for await (const pair of pairEntries(source, pagesOf([['FILE-99']]), { unmatchedLimit: 30 })) {
      alone.push(asked.length);
      if (pair.source?.name === 'file-99') expect(pair.target?.name).toBe('FILE-99');
    }
    expect(alone.filter((ended) => ended === 0).length).toBeGreaterThanOrEqual(80);
  });

  it('reads on where it lags behind, so that little is unmatched where both sides are sorted', async () => {
    const nowhere = join(temporary, 'missing');
    vi.stubEnv('TMPDIR', nowhere);
    try {
      const names = numbered(2000).sort();
      const late = names.slice(1500);
      const pairing = pairEntries(pagesOf(inPages(names, [7])), pagesOf(inPages(late, [50])), {
        unmatchedLimit: 1560,
      });
      expect(await collect(pairing)).toHaveLength(2000);
      const sameNames = pairEntries(pagesOf(inPages(names, [7])), pagesOf(inPages(names, [50])), {
        unmatchedLimit: 60,
      });
      expect(await collect(sameNames)).toHaveLength(2000);
    } finally {
      vi.stubEnv('TMPDIR', temporary);
    }
  });

  it('has the next page of both sides under way while one is worked on, and no more than that', async () => {
    const asked = { source: 0, target: 0 };
    const counted = async function* (side: 'source' | 'target'): Pages & AsyncGenerator {
      for (const name of ['a', 'b', 'c', 'd']) {
        asked[side] += 1;
        yield { entries: [entry(name)], nextMarker: undefined };
      }
      return undefined;
    };
    const pairing = pairEntries(counted('source'), counted('target'));
    await pairing.next();
    expect(asked).toEqual({ source: 2, target: 2 });
    await pairing.return(undefined);
  });

  it('splits what is too much for one part of the file, too', async () => {
    const [left, right] = [numbered(700), numbered(700).map((each) => each.toUpperCase())];
    const pairing = pairEntries(pagesOf([left]), pagesOf([right.reverse()]), { unmatchedLimit: 3 });
    const pairs = namesOf(await collect(pairing));
    expect(pairs.sort()).toEqual(model(left, right).sort());
  });
});

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, number) => `file-${number}`);
}

function inPages(names: Names, sizes: readonly number[]): Paged {
  const pages: Names[] = [];
  let from = 0;
  for (let page = 0; from < names.length; page += 1) {
    // An empty page in the middle is allowed by the protocol.
    const size = page % 2 === 0 ? 1 + (sizes[page % sizes.length] ?? 0) : (sizes[page % sizes.length] ?? 0);
    pages.push(names.slice(from, from + size));
    from += size;
  }
  return pages;
}

async function* pagesOf(
  pages: Paged,
  differing: Parameters<typeof entry>[1] = {},
  failure?: Error,
  onEnd?: () => void,
): Pages & AsyncGenerator {
  try {
    for (const page of pages) {
      yield { entries: page.map((each) => entry(each, { ...differing, name: each })), nextMarker: undefined };
    }
    if (failure !== undefined) throw failure;
    return undefined;
  } finally {
    onEnd?.();
  }
}

async function collect(pairing: AsyncIterable<EntryPair>): Promise<EntryPair[]> {
  const pairs: EntryPair[] = [];
  for await (const pair of pairing) pairs.push(pair);
  return pairs;
}

function namesOf(pairs: readonly EntryPair[]): string[] {
  return pairs.map(({ source, target }) => JSON.stringify([source?.name ?? null, target?.name ?? null]));
}

/** Equal names; of what is left, the first spelling with the first, by folded name; then whatever is alone. */
function model(source: Names, target: Names): string[] {
  const pairs: [string | null, string | null][] = [];
  const equal = source.filter((each) => target.includes(each));
  for (const each of equal) pairs.push([each, each]);
  const left = source.filter((each) => !equal.includes(each)).sort();
  const right = target.filter((each) => !equal.includes(each)).sort();
  for (const each of left) {
    const at = right.findIndex((other) => foldName(other) === foldName(each));
    pairs.push([each, at === -1 ? null : (right.splice(at, 1)[0] ?? null)]);
  }
  for (const each of right) pairs.push([null, each]);
  return pairs.map((pair) => JSON.stringify(pair));
}

async function openFiles(): Promise<number> {
  return process.platform === 'linux' ? (await readdir('/proc/self/fd')).length : 0;
}
