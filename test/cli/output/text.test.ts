import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byteCount, count, counted, duration, endOf, printable } from '../../../cli/output/text.ts';

it.each([
  [0, '0 B'],
  [1023, '1,023 B'],
  [1024, '1 KiB'],
  [1536, '1.5 KiB'],
  [6 * 2 ** 30, '6 GiB'],
  [2 ** 50, '1 PiB'],
  [undefined, '-'],
])('%s bytes are shown as %s', (bytes, text) => {
  expect(byteCount(bytes)).toBe(text);
});

it.each([
  [0, '0 s'],
  [0.44, '0.4 s'],
  [12.4, '12 s'],
  [59.4, '59 s'],
  [200, '3 min 20 s'],
  [3599, '59 min 59 s'],
  [7500, '2 h 5 min'],
])('%d seconds are shown as %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

it('numbers are grouped, and nouns agree with them', () => {
  expect(count(5012)).toBe('5,012');
  expect(count(undefined)).toBe('-');
  expect(counted(1, 'entry', 'entries')).toBe('1 entry');
  expect(counted(5012, 'entry', 'entries')).toBe('5,012 entries');
});

describe('a path', () => {
  it('keeps its end when it is cut', () => {
    expect(endOf('Ledgers/2025/Q4', 9)).toBe('…/2025/Q4');
    expect(endOf('short', 9)).toBe('short');
  });

  it('never takes more room than there is', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(40), (path, width) => {
        expect(endOf(path, width).length).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('gives a terminal no orders', () => {
    expect(printable('a\u001b[2Jb\nc\u202e')).toBe('a\\u{1b}[2Jb\\u{a}c\\u{202e}');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(printable(name)).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }),
    );
  });
});
