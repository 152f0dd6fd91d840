import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entry, EntryKind } from '../../../lib/files/entry.ts';
import { baseName, parentPath } from '../../../lib/files/paths.ts';
import { entryFilter } from '../../../lib/mirror/entry-filter.ts';
import { type FilterRules, NO_FILTER } from '../../../lib/mirror/filter-rules.ts';
import { filteredPairs } from '../../../lib/mirror/filtered-pairs.ts';
import type { EntryPair } from '../../../lib/mirror/pair-entries.ts';
import { entry } from '../../support/entries.ts';
import { anyGlob, anyKind, anyPath, directoriesAbove, mayNameBelow, namesEntry } from './filter-globs.ts';

const filterOf = (rules: Partial<FilterRules>) => entryFilter({ ...NO_FILTER, ...rules });
const anyRules = fc.record({
  include: fc.array(anyGlob, { maxLength: 3 }),
  exclude: fc.array(anyGlob, { maxLength: 3 }),
});

function includes(rules: Partial<FilterRules>, path: string, kind: EntryKind = 'file'): boolean {
  return filterOf(rules).includes(path, entry(baseName(path), {}, kind));
}

describe('path rules', () => {
  it.each<[rules: Partial<FilterRules>, files: readonly string[], not: readonly string[]]>([
    [{ exclude: ['*.tmp'] }, ['a', 'd/a.txt'], ['a.tmp', 'd/e/B.TMP']],
    [{ exclude: ['cache/'] }, ['cache', 'd/cache'], ['cache/a', 'd/Cache/e/a']],
    [{ exclude: ['/scratch'] }, ['d/scratch', 'scratches/a'], ['scratch', 'scratch/a/b']],
    [{ include: ['*.docx'] }, ['a.docx', 'd/e/A.DOCX'], ['a.txt', 'd/a.docx2']],
    [{ include: ['/projects'] }, ['projects/a', 'projects/x/y'], ['a', 'x/projects/a']],
    [{ include: ['projects/*/docs'] }, ['projects/x/docs/a/b'], ['projects/x/a', 'projects/docs/a']],
    [{ include: ['*.docx'], exclude: ['old/'] }, ['a.docx'], ['old/a.docx', 'd/old/e/a.docx']],
    [{ include: ['docs'], exclude: ['*.tmp'] }, ['docs/a', 'x/docs/y/a'], ['docs/a.tmp', 'a']],
    [{}, ['a', 'd/e/f'], []],
  ])('%j', (rules, files, not) => {
    expect(files.filter((path) => !includes(rules, path))).toEqual([]);
    expect(not.filter((path) => includes(rules, path))).toEqual([]);
  });

  it('include a directory when something below it may be', () => {
    const rules = { include: ['projects/*/docs'] };
    const directories = [
      'projects',
      'projects/x',
      'projects/x/docs',
      'projects/x/docs/y',
      'projects/x/y',
      'd',
    ];
    expect(directories.filter((path) => includes(rules, path, 'directory'))).toEqual(directories.slice(0, 4));
  });

  it('include every directory where include globs name files only', () => {
    expect(includes({ include: ['*.docx'] }, 'any/where', 'directory')).toBe(true);
  });

  it('leave the directory itself where only what is below it is excluded', () => {
    const rules = { exclude: ['cache/**'] };
    expect([includes(rules, 'cache', 'directory'), includes(rules, 'cache/a', 'directory')]).toEqual([
      true,
      false,
    ]);
  });

  it('always include the root directory', () => {
    expect(includes({ exclude: ['**'] }, '', 'directory')).toBe(true);
  });

  it('are those of a slow model', () => {
    fc.assert(
      fc.property(anyRules, anyPath, anyKind, ({ include, exclude }, path, kind) => {
        const names = (globs: readonly string[]) =>
          globs.some(
            (glob) =>
              namesEntry(glob, path, kind) ||
              directoriesAbove(path).some((above) => namesEntry(glob, above, 'directory')),
          );
        const mayHold = kind === 'directory' && include.some((glob) => mayNameBelow(glob, path));
        const expected = !names(exclude) && (include.length === 0 || names(include) || mayHold);
        expect(includes({ include, exclude }, path, kind)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('include nothing below an excluded directory, and every directory above what is included', () => {
    fc.assert(
      fc.property(anyRules, anyPath, anyKind, (rules, path, kind) => {
        if (!includes(rules, path, kind)) return;
        expect(directoriesAbove(path).filter((above) => !includes(rules, above, 'directory'))).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it('do not see letter case', () => {
    fc.assert(
      fc.property(anyRules, anyPath, anyKind, (rules, path, kind) => {
        const upper = { include: rules.include.map(upperCase), exclude: rules.exclude.map(upperCase) };
        expect(includes(rules, path.toUpperCase(), kind)).toBe(includes(rules, path.toLowerCase(), kind));
        expect(includes(upper, path, kind)).toBe(includes(rules, path, kind));
      }),
    );
  });

  it('judge alike below directories of which they say so', () => {
    fc.assert(
      fc.property(anyRules, anyPath, anyPath, anyPath, anyKind, (rules, one, other, below, kind) => {
        if (!filterOf(rules).judgesAlike(one, other)) return;
        expect(includes(rules, `${one}/${below}`, kind)).toBe(includes(rules, `${other}/${below}`, kind));
      }),
      { numRuns: 2000 },
    );
  });

  it('judge alike wherever globs are on names only, and not where they are on paths', () => {
    expect(filterOf({ exclude: ['*.tmp'] }).judgesAlike('a/b', 'c')).toBe(true);
    expect(filterOf({ exclude: ['/a/cache'] }).judgesAlike('a', 'b')).toBe(false);
    expect(filterOf({ exclude: ['/a/cache'] }).judgesAlike('b', 'c/d')).toBe(true);
  });
});

const upperCase = (glob: string) => glob.toUpperCase();

describe('rules on files', () => {
  const at = (lastWriteTime: string) => entry('a', { lastWriteTime });

  it.each<[name: string, rules: Partial<FilterRules>, file: Entry, included: boolean]>([
    [
      'an excluded attribute',
      attributes([], ['Temporary']),
      entry('a', { attributes: 'Archive|Temporary' }),
      false,
    ],
    [
      'other attributes',
      attributes([], ['Temporary']),
      entry('a', { attributes: 'Archive|NotTemporary' }),
      true,
    ],
    ['no attribute', attributes(['Archive', 'System'], []), entry('a', { attributes: '' }), false],
    [
      'one of two attributes',
      attributes(['Archive', 'System'], []),
      entry('a', { attributes: 'System' }),
      true,
    ],
    ['a smaller size', { size: { min: 10, max: null } }, entry('a', { size: 9 }), false],
    ['the smallest size', { size: { min: 10, max: null } }, entry('a', { size: 10 }), true],
    ['the largest size', { size: { min: null, max: 10 } }, entry('a', { size: 10 }), true],
    ['a larger size', { size: { min: null, max: 10 } }, entry('a', { size: 11 }), false],
    [
      'an earlier write',
      lastWrite('2026-01-01T00:00:00.0000001Z', null),
      at('2026-01-01T00:00:00.0000000Z'),
      false,
    ],
    [
      'a write at the first time',
      lastWrite('2026-01-01T00:00:00.0000001Z', null),
      at('2026-01-01T00:00:00.0000001Z'),
      true,
    ],
    [
      'a write at the last time',
      lastWrite(null, '2026-01-01T00:00:00.0000001Z'),
      at('2026-01-01T00:00:00.0000001Z'),
      false,
    ],
    [
      'a write just before',
      lastWrite(null, '2026-01-01T00:00:00.0000001Z'),
      at('2026-01-01T00:00:00.0000000Z'),
      true,
    ],
  ])('judge a file with %s', (_name, rules, file, included) => {
    const filter = filterOf(rules);
    expect(filter.includes('d/a', file)).toBe(included);
    expect(filter.isEverything).toBe(false);
    expect(filter.alwaysIncludes('d/a', 'file')).toBe(false);
  });

  it('do not judge directories', () => {
    const rules = { ...attributes(['Archive'], ['Hidden']), size: { min: 1, max: 2 } };
    const directory = entry('d', { attributes: 'Hidden', size: 0 }, 'directory');
    expect(filterOf(rules).includes('d', directory)).toBe(true);
    expect(filterOf(rules).alwaysIncludes('d', 'directory')).toBe(true);
  });

  it('leave it to the path alone where there are none', () => {
    const filter = filterOf({ exclude: ['*.tmp'] });
    expect(filter.alwaysIncludes('d/a', 'file')).toBe(true);
    expect(filter.alwaysIncludes('d/a.tmp', 'file')).toBe(false);
    expect(filter.alwaysIncludes('', 'directory')).toBe(true);
  });
});

function attributes(include: readonly string[], exclude: readonly string[]): Partial<FilterRules> {
  return { attributes: { include, exclude } };
}

function lastWrite(from: string | null, before: string | null): Partial<FilterRules> {
  return { lastWrite: { from, before } };
}

describe('two entries of one name', () => {
  const small = entry('a', { size: 5 });
  const large = entry('a', { size: 50 });
  const excluded = entry('a.tmp');
  const directory = entry('a', {}, 'directory');
  const rules: Partial<FilterRules> = { exclude: ['*.tmp'], size: { min: null, max: 10 } };
  const seen = (pair: EntryPair) => filterOf(rules).within('').judge(pair);
  const seenWhenDeleting = (pair: EntryPair) =>
    filterOf({ ...rules, deleteExcluded: true })
      .within('')
      .judge(pair);

  it.each<[name: string, source: Entry | undefined, target: Entry | undefined]>([
    ['a new file', small, undefined],
    ['a changed file', small, large],
    ['a file that the source lacks', undefined, small],
    ['a file turned directory', directory, small],
    ['a file turned directory, the file beyond the limit', directory, large],
  ])('are mirrored: %s', (_name, source, target) => {
    expect(seen({ source, target })).toEqual({ source, target });
  });

  it.each<[name: string, source: Entry | undefined, target: Entry | undefined]>([
    ['excluded by path, on both sides', excluded, excluded],
    ['excluded by path, in the source only', excluded, undefined],
    ['excluded by path, in the target only', undefined, excluded],
    ['a file that has grown beyond the limit', large, small],
    ['a file beyond the limit that the source lacks', undefined, large],
    ['an excluded file in place of a directory', large, directory],
  ])('are left alone: %s', (_name, source, target) => {
    expect(seen({ source, target })).toBeUndefined();
    expect(seenWhenDeleting({ source, target })).toEqual(
      target === undefined ? undefined : { source: undefined, target },
    );
  });

  it('keep every excluded target entry, and are all that the mirror sees when it deletes', () => {
    const anyEntry = fc.record({ name: fc.constantFrom('a', 'a.tmp'), size: fc.nat(20), kind: anyKind });
    const toEntry = ({ name, size, kind }: { name: string; size: number; kind: EntryKind }) =>
      entry(name, { size }, kind);
    const option = fc.option(anyEntry.map(toEntry), { nil: undefined });
    fc.assert(
      fc.property(option, option, (source, written) => {
        const target = written && { ...written, name: source?.name ?? written.name };
        const { includes: isIncluded } = filterOf(rules).within('');
        const pair = seen({ source, target });
        if (source !== undefined) expect(pair !== undefined).toBe(isIncluded(source));
        else if (target !== undefined) expect(pair !== undefined).toBe(isIncluded(target));
        const whenDeleting = seenWhenDeleting({ source, target });
        expect(whenDeleting?.source).toEqual(source && isIncluded(source) ? source : undefined);
        expect(whenDeleting?.target).toEqual(target);
      }),
    );
  });

  it('come in their order, without those that are left alone', async () => {
    const all: EntryPair[] = [
      { source: small, target: undefined },
      { source: large, target: small },
      { source: undefined, target: excluded },
      { source: undefined, target: small },
    ];
    const pairs: EntryPair[] = [];
    for await (const pair of filteredPairs(inTurn(all), filterOf(rules).within('d'))) pairs.push(pair);
    expect(pairs).toEqual([all[0], all[3]]);
  });

  it('are not to be deleted inside of a surplus directory when they are excluded', () => {
    const filter = filterOf(rules).within('surplus');
    expect([small, large, excluded, directory].map((target) => filter.mayDelete(target, undefined))).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  it('make way for another kind unless the path of what is there is excluded', () => {
    const filter = filterOf({ exclude: ['a/'], size: { min: null, max: 10 } }).within('');
    expect(filter.mayDelete(directory, small)).toBe(false);
    expect(filter.mayDelete(large, directory)).toBe(true);
  });

  it('are all left alone in an excluded directory', () => {
    const filter = filterOf({ exclude: ['d/'] }).within(parentPath('d/e/a'));
    expect(filter.judge({ source: small, target: small })).toBeUndefined();
    expect(filter.mayDelete(small, undefined)).toBe(false);
  });
});

async function* inTurn<T>(values: readonly T[]): AsyncGenerator<T> {
  yield* values;
}

describe('no filter', () => {
  it('is everything', () => {
    const filter = entryFilter(NO_FILTER);
    expect(filter.isEverything).toBe(true);
    expect(filter.judgesAlike('a', 'b/c')).toBe(true);
    expect(filter.alwaysIncludes('a', 'file')).toBe(true);
  });

  it.each([{ include: ['a'] }, { exclude: ['a'] }, { size: { min: 1, max: null } }])('is not %j', (rules) => {
    expect(filterOf(rules).isEverything).toBe(false);
  });
});
