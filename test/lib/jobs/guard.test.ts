import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GuardLimit } from '../../../lib/jobs/configuration.ts';
import { describeLimit, ENTRIES, isWithinGuard, RECOVERY_POINTS } from '../../../lib/jobs/guard.ts';

const count = (value: number): GuardLimit => ({ kind: 'count', count: value });
const percent = (value: number): GuardLimit => ({ kind: 'percent', percent: value });

describe('isWithinGuard', () => {
  it.each<[limit: GuardLimit | undefined, affected: number, held: number, within: boolean]>([
    [undefined, 0, 0, true],
    [undefined, 1000, 1000, true],
    [undefined, 1001, 2001, false],
    [undefined, 1001, 2002, true],
    [count(0), 0, 10, true],
    [count(0), 1, 10, false],
    [count(5), 5, 5, true],
    [count(5), 6, 1000, false],
    [percent(10), 10, 100, true],
    [percent(10), 11, 100, false],
    [percent(10), 10, 99, false],
    [percent(0), 1, 1_000_000, false],
    [percent(100), 100, 100, true],
  ])('%j: %d of %d', (limit, affected, held, within) => {
    expect(isWithinGuard({ limit, counts: ENTRIES }, affected, held)).toBe(within);
  });

  it.each<[affected: number, held: number, within: boolean]>([
    [3, 4, true],
    [4, 7, false],
    [4, 8, true],
    [100, 199, false],
  ])('%d of %d recovery points, without a limit', (affected, held, within) => {
    expect(isWithinGuard({ limit: undefined, counts: RECOVERY_POINTS }, affected, held)).toBe(within);
  });

  it('lets nothing pass of which it stops less', () => {
    const limits = fc.oneof(
      fc.constant(undefined),
      fc.nat(5000).map(count),
      fc.integer({ min: 0, max: 100 }).map(percent),
    );
    fc.assert(
      fc.property(limits, fc.nat(5000), fc.nat(5000), fc.nat(5000), (limit, affected, more, held) => {
        const guard = { limit, counts: ENTRIES };
        if (!isWithinGuard(guard, affected, held)) {
          expect(isWithinGuard(guard, affected + more, held)).toBe(false);
        }
        expect(isWithinGuard(guard, 0, held)).toBe(true);
      }),
    );
  });
});

describe('describeLimit', () => {
  it.each<[limit: GuardLimit | undefined, text: string]>([
    [
      undefined,
      'the default guard allows, which is 1,000 entries or 50 % of 2,001 entries, whichever is more',
    ],
    [count(1), 'the guard of the job allows, 1 entry'],
    [percent(10), 'the guard of the job allows, 10 % of 2,001 entries'],
  ])('%j', (limit, text) => {
    expect(describeLimit({ limit, counts: ENTRIES }, 2001)).toBe(text);
  });
});
