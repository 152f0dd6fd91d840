import { describe, expect, it } from 'vitest';
import { beginOfWithin } from '../../../../lib/snapshots/retention/within.ts';

describe('beginOfWithin', () => {
  it.each([
    ['a day of 23 hours', 'P1D', '2026-03-29T10:00:00.0000000Z', '2026-03-28T11:00:00.0000000Z'],
    ['a day of 25 hours', 'P1D', '2026-10-25T11:00:00.0000000Z', '2026-10-24T10:00:00.0000000Z'],
    ['24 hours all the same', 'PT24H', '2026-03-29T10:00:00.0000000Z', '2026-03-28T10:00:00.0000000Z'],
    ['a month that is shorter', 'P1M', '2026-03-31T10:00:00.0000000Z', '2026-02-28T11:00:00.0000000Z'],
    ['weeks', 'P2W', '2026-11-21T10:00:00.0000000Z', '2026-11-07T10:00:00.0000000Z'],
    ['digits below the millisecond', 'PT1S', '2026-11-21T10:00:01.1234567Z', '2026-11-21T10:00:00.1234567Z'],
  ])('goes back %s', (_name, within, time, begin) => {
    expect(beginOfWithin(within, time, 'Europe/Berlin')).toBe(begin);
  });

  it.each(['', '30 days', 'P'])('refuses %j', (within) => {
    expect(() => beginOfWithin(within, '2026-11-21T10:00:00.0000000Z', 'UTC')).toThrow(RangeError);
  });
});
