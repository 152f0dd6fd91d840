import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NameWindow } from '../../../lib/mirror/name-window.ts';

it('brings every item once, in the order of names, whatever the order and the size', () => {
  const names = fc.uniqueArray(fc.string({ maxLength: 3 }), { maxLength: 60 });
  fc.assert(
    fc.property(names, fc.integer({ min: 1, max: 20 }), (listed, size) => {
      const met: string[] = [];
      let after: string | undefined;
      do {
        const window = new NameWindow<string>(size, (name) => after === undefined || name > after);
        for (const name of listed) window.add(name, `item ${name}`);
        const { items, last } = window.take();
        expect(items.length).toBeLessThanOrEqual(size);
        met.push(...items);
        after = last;
      } while (after !== undefined);
      expect(met).toEqual([...listed].sort().map((name) => `item ${name}`));
    }),
  );
});
