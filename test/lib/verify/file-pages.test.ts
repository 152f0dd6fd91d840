import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EVERYTHING } from '../../../lib/mirror/entry-filter.ts';
import { FIRST_PLACE, type FilePage, filePages } from '../../../lib/verify/file-pages.ts';
import { listedShare } from '../../support/listed-share.ts';

const name = fc.constantFrom('a', 'b', 'B', 'ä', '10', '9');
const paths = fc.uniqueArray(
  fc.tuple(fc.array(name, { maxLength: 3 }), fc.constantFrom('1.f', '2.f', '3.f', '4.f')),
  { maxLength: 30, selector: ([directory, file]) => [...directory, file].join('/') },
);

it('gives every file once, and from any place just those that had not been given', async () => {
  await fc.assert(
    fc.asyncProperty(paths, fc.integer({ min: 1, max: 4 }), async (all, pageSize) => {
      const files = all.map(([directory, file]) => [...directory, file].join('/'));
      const share = listedShare(new Map(files.map((path) => [path, Buffer.from(path)])), pageSize);
      const pages: FilePage[] = [];
      for await (const page of filePages(share, EVERYTHING, FIRST_PLACE)) pages.push(page);
      const given = pages.map((page) => page.files.map(({ path }) => path));
      expect(given.flat().sort()).toEqual([...files].sort());
      for (const [index, { next }] of pages.entries()) {
        const rest: string[] = [];
        for await (const page of filePages(share, EVERYTHING, next)) {
          rest.push(...page.files.map(({ path }) => path));
        }
        expect(rest).toEqual(given.slice(index + 1).flat());
      }
    }),
    { numRuns: 60 },
  );
});
