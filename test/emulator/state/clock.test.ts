import { describe, expect, it } from 'vitest';
import { Clock, millisecondsOf } from '../../../emulator/state/index.ts';

describe('Clock', () => {
  it('never steps back, not even below the millisecond', () => {
    const clock = new Clock();
    let last = clock.now();
    for (let index = 0; index < 200_000; index += 1) {
      const now = clock.now();
      expect(now >= last).toBe(true);
      last = now;
    }
  });

  it('agrees with the wall clock', () => {
    const clock = new Clock();
    expect(Math.abs(clock.milliseconds() - Date.now())).toBeLessThan(1000);
    expect(Math.abs(millisecondsOf(clock.now()) - clock.milliseconds())).toBeLessThan(1000);
  });

  it('moves as told, and stands still when frozen', () => {
    const clock = new Clock();
    clock.freeze(1_800_000_000_000);
    expect(clock.milliseconds()).toBe(1_800_000_000_000);
    expect(clock.now()).toBe(clock.now());
    expect(clock.stamp()).not.toBe(clock.stamp());
    clock.advance(1500);
    expect(clock.milliseconds()).toBe(1_800_000_001_500);
  });
});
