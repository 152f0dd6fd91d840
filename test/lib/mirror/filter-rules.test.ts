import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FilterConfiguration } from '../../../lib/jobs/configuration.ts';
import { filterDigest, filterRules, NO_FILTER, parseFilterRules } from '../../../lib/mirror/filter-rules.ts';
import { anyGlob } from './filter-globs.ts';

const STARTED = '2026-11-21T05:30:00.123Z';

const configured: FilterConfiguration = {
  include: ['docs', '*.txt', 'docs'],
  exclude: [],
  attributes: { include: [], exclude: ['Temporary', 'Offline'] },
  size: { min: undefined, max: 1024 },
  age: { olderThan: 'PT1H', newerThan: '2026-01-01' },
  deleteExcluded: true,
};

describe('filterRules', () => {
  it('counts ages from the begin of the run', () => {
    expect(filterRules(configured, STARTED)).toEqual({
      include: ['*.txt', 'docs'],
      exclude: [],
      attributes: { include: [], exclude: ['Offline', 'Temporary'] },
      size: { min: null, max: 1024 },
      lastWrite: { from: '2026-01-01T00:00:00.0000000Z', before: '2026-11-21T04:30:00.1230000Z' },
      deleteExcluded: true,
    });
  });

  it('leaves nothing out where nothing is configured', () => {
    expect(filterRules(undefined, STARTED)).toEqual(NO_FILTER);
  });
});

describe('a manifest', () => {
  it('gives back the rules that were written into it', () => {
    fc.assert(
      fc.property(fc.array(anyGlob), fc.array(anyGlob), (include, exclude) => {
        const rules = filterRules({ ...configured, include, exclude }, STARTED);
        const read = parseFilterRules(JSON.parse(JSON.stringify(rules)));
        expect(read).toEqual(rules);
        expect(read && filterDigest(read)).toBe(filterDigest(rules));
      }),
    );
  });

  it.each([
    undefined,
    null,
    {},
    { ...NO_FILTER, include: ['[a'] },
    { ...NO_FILTER, owner: ['ann'] },
    { ...NO_FILTER, size: { min: null, max: '1 MiB' } },
  ])('is not trusted with %j', (value) => {
    expect(parseFilterRules(value)).toBeUndefined();
  });
});

describe('filterDigest', () => {
  it('does not depend on the order or on repetition', () => {
    fc.assert(
      fc.property(fc.array(anyGlob), (globs) => {
        const digest = filterDigest({ ...NO_FILTER, exclude: globs });
        expect(filterDigest({ ...NO_FILTER, exclude: [...globs, ...globs].reverse() })).toBe(digest);
      }),
    );
  });

  it('tells all rules apart', () => {
    const different = [
      NO_FILTER,
      { ...NO_FILTER, include: ['a'] },
      { ...NO_FILTER, exclude: ['a'] },
      { ...NO_FILTER, attributes: { include: ['Hidden'], exclude: [] } },
      { ...NO_FILTER, attributes: { include: [], exclude: ['Hidden'] } },
      { ...NO_FILTER, size: { min: 1, max: null } },
      { ...NO_FILTER, size: { min: null, max: 1 } },
      { ...NO_FILTER, lastWrite: { from: STARTED, before: null } },
      { ...NO_FILTER, lastWrite: { from: null, before: STARTED } },
      { ...NO_FILTER, deleteExcluded: true },
    ];
    expect(new Set(different.map(filterDigest)).size).toBe(different.length);
  });
});
