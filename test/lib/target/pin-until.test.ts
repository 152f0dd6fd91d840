import { describe, expect, it } from 'vitest';
import { pinUntil } from '../../../lib/target/pin-until.ts';

const NOW = new Date('2026-11-21T10:00:00Z');

describe('until when a pin lasts', () => {
  it.each([
    ['2027-03-31', '2027-03-31T22:00:00.000Z'],
    ['2027-03-31T18:00', '2027-03-31T16:00:00.000Z'],
    ['2027-03-31T18:00Z', '2027-03-31T18:00:00.000Z'],
    ['12h', '2026-11-21T22:00:00.000Z'],
    ['90d', '2027-02-19T10:00:00.000Z'],
    // The day is 25 hours long in between, and the clock shows the same again.
    ['49w', '2027-10-30T09:00:00.000Z'],
    ['P1Y', '2027-11-21T10:00:00.000Z'],
    ['PT90M', '2026-11-21T11:30:00.000Z'],
  ])('%s is %s in Berlin', (text, expected) => {
    expect(pinUntil(text, 'Europe/Berlin', NOW)).toBe(expected);
  });

  it.each(['tomorrow', '2026-11-20', '2026-11-21T10:00Z', '0d', '-P1D', 'P', '18:00', '2027-02-30', '3', ''])(
    'is not %j',
    (text) => {
      expect(() => pinUntil(text, 'Europe/Berlin', NOW)).toThrow(RangeError);
    },
  );

  it('is today until midnight', () => {
    expect(pinUntil('2026-11-21', 'UTC', NOW)).toBe('2026-11-22T00:00:00.000Z');
  });
});
