import { describe, expect, it } from 'vitest';
import { cutoffTime, isAge } from '../../../lib/jobs/age.ts';

const NOW = '2026-03-31T05:30:00.123Z';

describe('cutoffTime', () => {
  it.each([
    ['PT1H', '2026-03-31T04:30:00.1230000Z'],
    ['P1D', '2026-03-30T05:30:00.1230000Z'],
    ['P1M', '2026-02-28T05:30:00.1230000Z'],
    ['P2Y', '2024-03-31T05:30:00.1230000Z'],
    ['2026-01-01', '2026-01-01T00:00:00.0000000Z'],
    ['2026-01-01T00:00:00+01:00', '2025-12-31T23:00:00.0000000Z'],
    ['2026-01-01T00:00:00.1234567Z', '2026-01-01T00:00:00.1234567Z'],
  ])('%s', (age, expected) => {
    expect(cutoffTime(age, NOW)).toBe(expected);
  });

  it('reads a time that the service wrote as the begin of the run', () => {
    expect(cutoffTime('PT1S', '2026-03-31T05:30:00.1234567Z')).toBe('2026-03-31T05:29:59.1230000Z');
  });

  it('is before every time when the age is longer than years are counted', () => {
    expect(cutoffTime('P1000Y', '0500-01-01T00:00:00Z') < '0000-01-01T00:00:00.0000000Z').toBe(true);
  });
});

describe('isAge', () => {
  it.each(['PT1S', 'P1.5D', 'P1000Y', '2026-01', '20260101', '2026-W01', '2026-01-01T10:00'])(
    '%s',
    (text) => {
      expect(isAge(text)).toBe(true);
      expect(cutoffTime(text, NOW)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/);
    },
  );

  it.each([
    '',
    'P',
    'PT0S',
    '-P1D',
    'P-1D',
    'P1001Y',
    '30d',
    '10:00',
    'T10',
    '2026-13-01',
    '2026',
    'yesterday',
  ])('not %j', (text) => {
    expect(isAge(text)).toBe(false);
  });
});
