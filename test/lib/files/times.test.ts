import { describe, expect, it } from 'vitest';
import { canonicalTime } from '../../../lib/files/times.ts';

describe('canonicalTime', () => {
  it.each([
    ['2026-11-21T05:30:00.1234567Z', '2026-11-21T05:30:00.1234567Z'],
    ['2026-11-21T05:30:00Z', '2026-11-21T05:30:00.0000000Z'],
    ['2026-11-21T05:30:00.12Z', '2026-11-21T05:30:00.1200000Z'],
  ])('writes %s as %s', (written, canonical) => {
    expect(canonicalTime(written)).toBe(canonical);
  });

  it('leaves alone what it does not know', () => {
    expect(canonicalTime('preserve')).toBe('preserve');
  });
});
