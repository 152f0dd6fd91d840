import { describe, expect, it } from 'vitest';
import { NO_FILTER } from '../../../lib/mirror/filter-rules.ts';
import { describeTerms, describeTolerated, parseTerms, pointTerms } from '../../../lib/target/run-terms.ts';

const failed = (path: string) => ({
  path,
  code: 'SharingViolation',
  requestId: null,
  message: 'is open elsewhere',
});

const terms = {
  rules: { ...NO_FILTER, exclude: ['*.tmp'] },
  tolerated: [failed('d/a'), failed('d/b')],
  sample: { rounds: 20, round: 3 },
};

const written = () => JSON.parse(JSON.stringify({ format: 1, ...describeTerms(terms) }));

describe('the terms of a run', () => {
  it('are read as they were written, beside whatever else a manifest says', () => {
    expect(parseTerms(written())).toEqual(terms);
    const without = { ...terms, tolerated: [], sample: undefined };
    expect(parseTerms(JSON.parse(JSON.stringify(describeTerms(without))))).toEqual(without);
  });

  it.each<[string, (manifest: ReturnType<typeof written>) => unknown]>([
    ['there is no manifest', () => undefined],
    ['nothing is said of filters', ({ filter: _, ...rest }) => rest],
    ['nothing is said of what was tolerated', ({ tolerated: _, ...rest }) => rest],
    ['a rule is not known', (manifest) => withRules(manifest, { color: 'red' })],
    ['a rule is missing', (manifest) => withRules(manifest, { size: undefined })],
    ['a glob cannot be read', (manifest) => withRules(manifest, { exclude: ['['] })],
    ['the rules are not those of the digest', (manifest) => withRules(manifest, { exclude: ['*.txt'] })],
  ])('are not known where %s', (_, spoil) => {
    expect(parseTerms(spoil(written()))).toBeUndefined();
  });

  it('tell whoever compares what to leave out and what to accept', () => {
    const { filter, tolerated, sourceSnapshot } = pointTerms(terms, 's');
    expect(filter.alwaysIncludes('d/a.tmp', 'file')).toBe(false);
    expect([tolerated, sourceSnapshot]).toEqual([['d/a', 'd/b'], 's']);
  });

  it('name the first entries that were tolerated', () => {
    expect(describeTolerated([])).toBe('');
    expect(describeTolerated([failed('a')])).toBe(
      ', but for 1 whose failure the run has tolerated: "a" (SharingViolation)',
    );
    expect(describeTolerated(['a', 'b', 'c', 'd'].map(failed))).toMatch(/for 4 .*"c" \(.*\) and others$/);
  });
});

function withRules(manifest: ReturnType<typeof written>, rules: Record<string, unknown>): unknown {
  const spoilt = { ...manifest.filter, rules: { ...manifest.filter.rules, ...rules } };
  return { ...manifest, filter: spoilt };
}
