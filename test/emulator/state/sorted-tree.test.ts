import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SortedTree } from '../../../emulator/state/sorted-tree.ts';

type Item = { readonly key: string; readonly value: number };

const key = fc.integer({ min: 0, max: 400 }).map((number) => `key-${number}`);
const command = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('set' as const), key, value: fc.nat() }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('delete' as const), key }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'copy' as const }) },
);

function sorted(model: ReadonlyMap<string, number>): Item[] {
  return [...model]
    .map(([itemKey, value]) => ({ key: itemKey, value }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

test('a tree and each copy of it stay equal to a sorted list of their own', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 1500, size: 'max' }), (commands) => {
      let token = 1;
      const tree = new SortedTree<Item>();
      const model = new Map<string, number>();
      const copies: { tree: SortedTree<Item>; items: Item[] }[] = [];
      for (const step of commands) {
        if (step.kind === 'set') {
          tree.set({ key: step.key, value: step.value }, token);
          model.set(step.key, step.value);
        } else if (step.kind === 'delete') {
          expect(tree.delete(step.key, token)).toBe(model.delete(step.key));
        } else {
          copies.push({ tree: tree.copy(), items: sorted(model) });
          token++;
        }
        expect(tree.size).toBe(model.size);
      }
      expect([...tree.from()]).toEqual(sorted(model));
      for (const copy of copies) {
        expect([...copy.tree.from()]).toEqual(copy.items);
        expect(copy.tree.size).toBe(copy.items.length);
      }
    }),
    { numRuns: 60 },
  );
});

test('lookups, slices and iterations start anywhere', () => {
  const items = fc.uniqueArray(key, { maxLength: 400, size: 'max' });
  fc.assert(
    fc.property(items, key, fc.nat({ max: 50 }), (keys, start, limit) => {
      const tree = new SortedTree<Item>();
      for (const [value, itemKey] of keys.entries()) tree.set({ key: itemKey, value }, 1);
      const expected = keys.toSorted().filter((itemKey) => itemKey >= start);
      expect([...tree.from(start)].map((item) => item.key)).toEqual(expected);
      expect(tree.slice(start, limit).map((item) => item.key)).toEqual(expected.slice(0, limit));
      expect(tree.get(start)?.key).toBe(keys.includes(start) ? start : undefined);
    }),
  );
});

test('a tree made of sorted values takes changes as any other', () => {
  fc.assert(
    fc.property(fc.nat({ max: 5000 }), fc.array(key, { maxLength: 50 }), (count, extra) => {
      const values = Array.from({ length: count }, (_, value) => ({
        key: `value-${String(value).padStart(5, '0')}`,
        value,
      }));
      const tree = SortedTree.ofSorted<Item>(values, 1);
      expect(tree.size).toBe(count);
      for (const itemKey of extra) tree.set({ key: itemKey, value: -1 }, 2);
      for (const { key: itemKey } of values.filter((_, index) => index % 3 === 0)) tree.delete(itemKey, 2);
      const expected = [...new Set(extra), ...values.filter((_, i) => i % 3 !== 0).map((v) => v.key)];
      expect([...tree.from()].map((item) => item.key)).toEqual(expected.toSorted());
    }),
    { numRuns: 30 },
  );
});

test('whole stretches can be deleted, in any order, while a copy stays', () => {
  const position = fc.nat({ max: 3000 });
  const stretch = fc.record({ from: position, count: fc.nat({ max: 400 }), backwards: fc.boolean() });
  fc.assert(
    fc.property(fc.array(stretch, { minLength: 1, maxLength: 25, size: 'max' }), (stretches) => {
      const keyOf = (value: number) => String(value).padStart(4, '0');
      const values = Array.from({ length: 3000 }, (_, value) => ({ key: keyOf(value), value }));
      const tree = new SortedTree<Item>();
      for (const item of values) tree.set(item, 1);
      const copy = tree.copy();
      const left = new Set(values.map((item) => item.key));
      for (const { from, count, backwards } of stretches) {
        const keys = Array.from({ length: count }, (_, index) => keyOf(from + index));
        for (const each of backwards ? keys.toReversed() : keys) {
          expect(tree.delete(each, 2)).toBe(left.delete(each));
        }
        expect([...tree.from()].map((item) => item.key)).toEqual([...left]);
        for (const each of keys) expect(tree.get(each)).toBeUndefined();
        for (const each of left) if (tree.get(each)?.key !== each) expect.fail(`${each} is not found`);
      }
      expect([...copy.from()]).toEqual(values);
    }),
    { numRuns: 30 },
  );
});

test('trees that share leaves are put together from them again', () => {
  const tree = SortedTree.ofSorted<Item>(
    Array.from({ length: 1000 }, (_, value) => ({ key: String(value).padStart(4, '0'), value })),
    1,
  );
  const copy = tree.copy();
  tree.set({ key: '0500', value: -1 }, 2);
  const shared = copy.leaves().filter((leaf) => tree.leaves().includes(leaf));
  expect(shared.length).toBe(copy.leaves().length - 1);
  const again = SortedTree.ofLeaves(tree.leaves(), 3);
  expect([...again.from()]).toEqual([...tree.from()]);
});
