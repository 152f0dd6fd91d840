import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDirectory, createFile, deleteFile, listEntries } from '../../../emulator/state/index.ts';
import { errorOf, newShare } from './fixture.ts';

test('files and directories are listed in one order, without case', () => {
  const { share } = newShare();
  for (const name of ['banana', 'Cherry', 'apple_2', 'Apple1']) createFile(share, [name], { size: 0 });
  for (const name of ['bar', 'CAB']) createDirectory(share, [name]);
  const names = listEntries(share.view(), []).entries.map(({ name }) => name);
  expect(names).toEqual(['Apple1', 'apple_2', 'banana', 'bar', 'CAB', 'Cherry']);
});

test('pages put together are the whole listing, whatever their size and prefix', () => {
  const name = fc.stringMatching(/^[a-cA-C]{1,4}$/);
  fc.assert(
    fc.property(
      fc.array(name, { maxLength: 120 }),
      fc.integer({ min: 1, max: 20 }),
      fc.stringMatching(/^[a-cA-C]{0,2}$/),
      (names, maxResults, prefix) => {
        const { share } = newShare();
        const expected = new Map<string, string>();
        for (const each of names) {
          createFile(share, [each], { size: 0 });
          if (!expected.has(each.toUpperCase())) expected.set(each.toUpperCase(), each);
        }
        const listed: string[] = [];
        let marker: string | undefined;
        do {
          const page = listEntries(share.view(), [], {
            maxResults,
            prefix,
            ...(marker === undefined ? {} : { marker }),
          });
          expect(page.entries.length).toBeLessThanOrEqual(maxResults);
          listed.push(...page.entries.map((entry) => entry.name));
          marker = page.nextMarker;
        } while (marker !== undefined);
        const wanted = [...expected]
          .filter(([key]) => key.startsWith(prefix.toUpperCase()))
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .map(([, each]) => each);
        expect(listed).toEqual(wanted);
      },
    ),
  );
});

test('a listing goes on after an entry that was deleted meanwhile', () => {
  const { share } = newShare();
  for (const name of ['a', 'b', 'c', 'd']) createFile(share, [name], { size: 0 });
  const { nextMarker = '' } = listEntries(share.view(), [], { maxResults: 2 });
  expect(nextMarker).toBe('c');
  deleteFile(share, ['c']);
  expect(listEntries(share.view(), [], { marker: nextMarker }).entries.map(({ name }) => name)).toEqual([
    'd',
  ]);
});

test('a page that ends with the directory has no marker', () => {
  const { share } = newShare();
  for (const name of ['a', 'b']) createFile(share, [name], { size: 0 });
  expect(listEntries(share.view(), [], { maxResults: 2 }).nextMarker).toBeUndefined();
});

test('a listing tells the directory, and errors where there is none', () => {
  const { share } = newShare();
  const { entry } = createDirectory(share, ['d']);
  createFile(share, ['f'], { size: 0 });
  expect(listEntries(share.view(), ['D']).directory.entry.fileId).toBe(entry.fileId);
  expect(errorOf(() => listEntries(share.view(), ['none']))).toBe('404 ResourceNotFound');
  expect(errorOf(() => listEntries(share.view(), ['none', 'x']))).toBe('404 ParentNotFound');
  expect(errorOf(() => listEntries(share.view(), ['f']))).toBe('404 ResourceNotFound');
});
