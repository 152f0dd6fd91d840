import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDuration, parsePort, parseSeconds } from '../../cli/options.ts';

describe('a duration', () => {
  it.each([
    ['250ms', 250],
    ['90s', 90_000],
    ['15m', 900_000],
    ['1.5h', 5_400_000],
    ['2d', 172_800_000],
    ['PT1H30M', 5_400_000],
    ['PT45S', 45_000],
  ])('%s is %d milliseconds', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each(['', '5', '0s', '-5s', 's', '5 minutes', 'PT', 'P1X', '1e3s', 'PT-5M'])('is not "%s"', (text) => {
    expect(() => parseDuration(text)).toThrow('It must be a duration');
  });

  it('is read back as written, whatever the unit', () => {
    const unit = fc.constantFrom(['s', 1000] as const, ['m', 60_000] as const, ['h', 3_600_000] as const);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), unit, (amount, [name, milliseconds]) => {
        expect(parseDuration(`${amount}${name}`)).toBe(amount * milliseconds);
      }),
    );
  });
});

it('seconds may be fractions, and are never less than none', () => {
  expect(parseSeconds('0')).toBe(0);
  expect(parseSeconds('1.5')).toBe(1500);
  for (const text of ['', ' ', '-1', 'ten', 'Infinity']) expect(() => parseSeconds(text)).toThrow();
});

it('a port is a whole number up to 65535', () => {
  expect(parsePort('0')).toBe(0);
  expect(parsePort('65535')).toBe(65_535);
  for (const text of ['', '-1', '65536', '80.5', '0x50', 'http']) expect(() => parsePort(text)).toThrow();
});
