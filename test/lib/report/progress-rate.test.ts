import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { etaSeconds, ProgressRate } from '../../../lib/report/progress-rate.ts';

describe('the rate of a run', () => {
  it('is not told from less than a second', () => {
    const rate = new ProgressRate(30_000);
    expect(rate.perSecond).toBeNull();
    rate.add(0, 0);
    rate.add(999, 500);
    expect(rate.perSecond).toBeNull();
    rate.add(1000, 500);
    expect(rate.perSecond).toBe(500);
  });

  it('forgets what lies before the window', () => {
    const rate = new ProgressRate(10_000);
    for (let second = 0; second <= 60; second += 1) rate.add(second * 1000, second * 1000);
    for (let second = 61; second <= 80; second += 1) rate.add(second * 1000, 60_000 + (second - 60));
    expect(rate.perSecond).toBe(1);
  });

  it('falls to nothing while nothing gets on', () => {
    const rate = new ProgressRate(10_000);
    rate.add(0, 0);
    rate.add(1000, 100);
    rate.add(11_000, 100);
    expect(rate.perSecond).toBe(0);
  });

  it('begins anew after a restart', () => {
    const rate = new ProgressRate(10_000);
    rate.add(0, 0);
    rate.add(5000, 5000);
    rate.restart();
    rate.add(6000, 0);
    expect(rate.perSecond).toBeNull();
    rate.add(8000, 10);
    expect(rate.perSecond).toBe(5);
  });

  it('lies between the slowest and the fastest step of its window', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 5000 }), fc.nat(1000)), { minLength: 2 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1000, max: 60_000 }), (walked, window) => {
        const rate = new ProgressRate(window);
        let at = 0;
        let entries = 0;
        rate.add(at, entries);
        const speeds: number[] = [];
        for (const [milliseconds, met] of walked) {
          at += milliseconds;
          entries += met;
          speeds.push((met * 1000) / milliseconds);
          rate.add(at, entries);
        }
        if (rate.perSecond === null) return;
        expect(rate.perSecond).toBeGreaterThanOrEqual(Math.min(...speeds) - 1e-6);
        expect(rate.perSecond).toBeLessThanOrEqual(Math.max(...speeds) + 1e-6);
      }),
    );
  });
});

describe('the time that is left', () => {
  it.each([
    [100, 10, 10],
    [101, 10, 11],
    [null, 10, null],
    [0, 10, null],
    [100, null, null],
    [100, 0, null],
  ])('of %s entries at %s per second is %s', (remaining, rate, expected) => {
    expect(etaSeconds(remaining, rate)).toBe(expected);
  });
});
