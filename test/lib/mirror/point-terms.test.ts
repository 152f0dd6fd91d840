import { describe, expect, it } from 'vitest';
import { entryFilter } from '../../../lib/mirror/entry-filter.ts';
import { type FilterRules, NO_FILTER } from '../../../lib/mirror/filter-rules.ts';
import {
  letsMove,
  type Move,
  type PointTerms,
  provesMoved,
  tookPart,
  wasMirrored,
} from '../../../lib/mirror/point-terms.ts';
import { entry } from '../../support/entries.ts';

const SNAPSHOT = '2026-11-21T05:30:07.7654321Z';
const SECOND = Date.parse('2026-11-21T05:30:07Z');

const filterOf = (rules: Partial<FilterRules>) => entryFilter({ ...NO_FILTER, ...rules });

function terms(rules: Partial<FilterRules>, tolerated: readonly string[] = []): PointTerms {
  return { sourceSnapshot: SNAPSHOT, filter: filterOf(rules), tolerated };
}

describe('what the run of a recovery point had mirrored', () => {
  const small = { size: { min: null, max: 10 } };
  const changed = (milliseconds: number, size = 10) =>
    entry('a', { size, lastModified: SECOND + milliseconds });

  it.each<[string, PointTerms, ReturnType<typeof entry>, boolean]>([
    ['everything without a filter', terms({}), changed(5000), true],
    ['what its path includes, whenever it changed', terms({ exclude: ['b'] }), changed(5000), true],
    ['not what its path excludes', terms({ exclude: ['d/'] }), changed(-5000), false],
    ['what is included as it was then', terms(small), changed(-1000), true],
    ['not what is excluded as it was then', terms(small), changed(-1000, 11), false],
    ['not what has changed since, which may have been anything', terms(small), changed(1000), false],
    ['not what may have changed since, within the same second', terms(small), changed(0), false],
    ['not what it had failed at', terms({}, ['d/a']), changed(-5000), false],
    ['not what it had failed at under another spelling', terms({}, ['D/A']), changed(-5000), false],
    ['what is beside something that it had failed at', terms({}, ['d/b']), changed(-5000), true],
  ])('is %s', (_, given, source, expected) => {
    expect(wasMirrored(given, 'd/a', source)).toBe(expected);
  });

  it('is told exactly of an entry of its source snapshot', () => {
    expect(tookPart(terms(small), 'd/a', changed(5000))).toBe(true);
    expect(tookPart(terms(small), 'd/a', changed(5000, 11))).toBe(false);
    expect(tookPart(terms({}, ['d/a']), 'd/a', changed(0))).toBe(false);
  });
});

describe('a move', () => {
  const file = entry('a');
  const directory = entry('a', {}, 'directory');
  const of = (moved: typeof file, from: string, to: string): Move => ({
    from,
    to,
    target: moved,
    source: moved,
  });

  it.each<[string, Partial<FilterRules>, Move, boolean]>([
    ['of anything without a filter', {}, of(directory, 'x/a', 'y/a'), true],
    ['within what is judged alike', { exclude: ['*.tmp'] }, of(directory, 'x/a', 'y/a'), true],
    ['to where something below is excluded', { exclude: ['/y/a/b'] }, of(directory, 'x/a', 'y/a'), false],
    ['from where something below is excluded', { exclude: ['/x/a/b'] }, of(directory, 'x/a', 'y/a'), false],
    ['of a file between two such places', { exclude: ['/x/a/b'] }, of(file, 'x/a', 'y/a'), true],
    ['of a file from where it is excluded', { exclude: ['/x/a'] }, of(file, 'x/a', 'y/a'), false],
    ['of a file to where it is excluded', { exclude: ['/y/a'] }, of(file, 'x/a', 'y/a'), false],
  ])('%s', (_, rules, move, expected) => {
    expect(letsMove(filterOf(rules), move)).toBe(expected);
    expect(provesMoved(terms(rules), move)).toBe(expected);
  });

  it('of a target entry that the filter keeps where it is, by what it is', () => {
    const move = { ...of(file, 'x/a', 'y/a'), target: entry('a', { size: 11 }) };
    expect(letsMove(filterOf({ size: { min: null, max: 10 } }), move)).toBe(false);
    const deleting = filterOf({ size: { min: null, max: 10 }, deleteExcluded: true });
    expect(letsMove(deleting, move)).toBe(true);
  });

  it.each(['x/a', 'X/a/deep/b'])('of what holds %s, at which the recovery point had failed', (failed) => {
    expect(provesMoved(terms({}, [failed]), of(directory, 'x/a', 'y/a'))).toBe(false);
  });

  it('beside something at which the recovery point had failed', () => {
    expect(provesMoved(terms({}, ['x/ab', 'x']), of(directory, 'x/a', 'y/a'))).toBe(true);
  });
});
