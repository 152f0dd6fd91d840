import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  Clock,
  formatEtag,
  formatHttpDate,
  formatTicks,
  millisecondsOf,
  parseTicks,
  ticksOfMilliseconds,
} from '../../../emulator/state/index.ts';

test('ticks keep seven fractional digits through text and back', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 3_155_378_975_999_999_999n), (ticks) => {
      const text = formatTicks(ticks);
      expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/);
      expect(parseTicks(text)).toBe(ticks);
    }),
  );
});

test('ticks are ordered as their texts are', () => {
  const tick = fc.bigInt(0n, 3_155_378_975_999_999_999n);
  fc.assert(
    fc.property(tick, tick, (a, b) => {
      expect(formatTicks(a) < formatTicks(b)).toBe(a < b);
    }),
  );
});

test('a time is read with no or few fractional digits', () => {
  expect(formatTicks(parseTicks('2026-11-21T05:30:00Z') ?? 0n)).toBe('2026-11-21T05:30:00.0000000Z');
  expect(formatTicks(parseTicks('2026-11-21T05:30:00.12Z') ?? 0n)).toBe('2026-11-21T05:30:00.1200000Z');
});

test.each([
  '',
  'now',
  '2026-11-21',
  '2026-02-30T00:00:00Z',
  '2026-11-21T25:00:00Z',
  '2026-11-21T05:30:00.12345678Z',
  '2026-11-21T05:30:00+01:00',
])('%j is no time', (text) => {
  expect(parseTicks(text)).toBeUndefined();
});

test('an ETag is the count of ticks since the year 1 in hexadecimal', () => {
  expect(formatEtag(0x8daa71ef033e71bn)).toBe('"0x8DAA71EF033E71B"');
  expect(formatHttpDate(0x8daa71ef033e71bn)).toBe('Wed, 05 Oct 2022 22:14:14 GMT');
});

test('milliseconds go to ticks and back', () => {
  const now = Date.UTC(2026, 10, 21, 5, 30, 0, 123);
  expect(formatTicks(ticksOfMilliseconds(now))).toBe('2026-11-21T05:30:00.1230000Z');
  expect(millisecondsOf(ticksOfMilliseconds(now))).toBe(now);
});

test('stamps rise strictly though the clock stands still or is set back', () => {
  const clock = new Clock();
  clock.freeze(1_000_000);
  const stamps = [clock.stamp(), clock.stamp()];
  clock.advance(-5000);
  stamps.push(clock.stamp());
  clock.resume();
  clock.set(2_000_000);
  stamps.push(clock.stamp());
  expect(stamps).toEqual([...new Set(stamps)].sort((a, b) => (a < b ? -1 : 1)));
});

test('a frozen clock moves only as told, and goes on from where it stands', () => {
  const clock = new Clock();
  clock.freeze(1_000_000);
  clock.advance(1500);
  expect(clock.milliseconds()).toBe(1_001_500);
  expect(formatTicks(clock.now())).toBe('1970-01-01T00:16:41.5000000Z');
  clock.resume();
  expect(clock.frozen).toBe(false);
  expect(clock.milliseconds()).toBeGreaterThanOrEqual(1_001_500);
  expect(clock.milliseconds()).toBeLessThan(1_101_500);
});
