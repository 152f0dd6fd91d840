import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeLimit, isWithinGuard } from '../../../lib/backup/guard.ts';
import type { EntryLimit } from '../../../lib/jobs/configuration.ts';

const entries = (count: number): EntryLimit => ({ kind: 'entries', entries: count });
const percent = (value: number): EntryLimit => ({ kind: 'percent', percent: value });

describe('isWithinGuard', () => {
  it.each<[limit: EntryLimit | undefined, affected: number, held: number, within: boolean]>([
    [undefined, 0, 0, true],
    [undefined, 1000, 1000, true],
    [undefined, 1001, 2001, false],
    [undefined, 1001, 2002, true],
    [entries(0), 0, 10, true],
    [entries(0), 1, 10, false],
    [entries(5), 5, 5, true],
    [entries(5), 6, 1000, false],
    [percent(10), 10, 100, true],
    [percent(10), 11, 100, false],
    [percent(10), 10, 99, false],
    [percent(0), 1, 1_000_000, false],
    [percent(100), 100, 100, true],
  ])('%j: %d of %d', (limit, affected, held, within) => {
    expect(isWithinGuard(limit, affected, held)).toBe(within);
  });

  it('lets nothing pass of which it stops less', () => {
    const limit = fc.oneof(
      fc.constant(undefined),
      fc.nat(5000).map(entries),
      fc.integer({ min: 0, max: 100 }).map(percent),
    );
    fc.assert(
      fc.property(limit, fc.nat(5000), fc.nat(5000), fc.nat(5000), (guard, affected, more, held) => {
        if (!isWithinGuard(guard, affected, held)) {
          expect(isWithinGuard(guard, affected + more, held)).toBe(false);
        }
        expect(isWithinGuard(guard, 0, held)).toBe(true);
      }),
    );
  });
});

describe('describeLimit', () => {
  it.each<[limit: EntryLimit | undefined, text: string]>([
    [
      undefined,
      'the default guard allows, which is 1,000 entries or 50 % of 2,001 entries, whichever is more',
    ],
    [entries(1), 'the guard of the job allows, 1 entry'],
    [percent(10), 'the guard of the job allows, 10 % of 2,001 entries'],
  ])('%j', (limit, text) => {
    expect(describeLimit(limit, 2001)).toBe(text);
  });
});
