import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type ChainLink, continueChain, type ManifestChain } from '../../../lib/target/manifest-chain.ts';

const EMPTY: ManifestChain = { points: [], gone: [] };

function point(id: string, targetSnapshot = `t${id}`) {
  return { id, targetSnapshot };
}

it('begins with nothing to vouch for', () => {
  const chain = continueChain({
    points: [],
    pruned: new Set(),
    levelOf: () => 'copied',
    previous: undefined,
    previousDigest: null,
  });
  expect(chain).toEqual(EMPTY);
});

it('vouches for the previous one by what it is, for older ones by what the previous one says', () => {
  const known: ChainLink = { run: 'a', manifest: 'A', snapshot: 'ta', level: 'copied', digest: 'da' };
  const gone: ChainLink = { ...known, run: 'gone' };
  const pruned: ChainLink = { ...known, run: 'pruned' };
  const chain = continueChain({
    // Another target snapshot of `a` by now.
    points: [point('a', 'replaced'), point('strange'), point('b')],
    pruned: new Set(['pruned']),
    levelOf: (run) => (run === 'a' ? 'content-verified' : 'copied'),
    previous: { sha256: 'B', chain: { points: [gone, known, pruned], gone: [{ run: 'x', pruned: true }] } },
    previousDigest: 'db',
  });
  expect(chain).toEqual({
    points: [
      { run: 'a', manifest: 'A', snapshot: 'ta', level: 'content-verified', digest: 'da' },
      { run: 'strange', manifest: null, snapshot: null, level: 'copied', digest: null },
      { run: 'b', manifest: 'B', snapshot: 'tb', level: 'copied', digest: 'db' },
    ],
    gone: [
      { run: 'gone', pruned: false },
      { run: 'pruned', pruned: true },
    ],
  });
});

it('tells each loss in exactly one manifest, and never one that a prune explains', () => {
  const step = fc.record({ remove: fc.nat(9), by: fc.constantFrom('prune', 'loss', 'nothing') });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let standing: string[] = [];
      let chain = EMPTY;
      const pruned = new Set<string>();
      const lost = new Set<string>();
      const told: string[] = [];
      steps.forEach(({ remove, by }, index) => {
        const run = standing[remove];
        if (run !== undefined && by !== 'nothing') {
          (by === 'prune' ? pruned : lost).add(run);
          standing = standing.filter((other) => other !== run);
        }
        const newest = standing.at(-1);
        // A manifest whose own recovery point was lost takes what it alone knew with it.
        const isChained = newest === undefined || newest === String(index - 1).padStart(3, '0');
        const previous = isChained && newest !== undefined ? { sha256: newest, chain } : undefined;
        chain = continueChain({
          points: standing.map((id) => point(id)),
          pruned,
          levelOf: () => 'copied',
          previous,
          previousDigest: null,
        });
        told.push(...chain.gone.filter((link) => !link.pruned).map((link) => link.run));
        standing.push(String(index).padStart(3, '0'));
      });
      expect(new Set(told).size).toBe(told.length);
      expect(told.filter((run) => !lost.has(run))).toEqual([]);
    }),
  );
});
