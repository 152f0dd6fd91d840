import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenBucket } from '../../../lib/azure/token-bucket.ts';

describe('TokenBucket', () => {
  it('holds its rate over every span of time, but for a burst and one amount', () => {
    const steps = fc.array(fc.record({ idleMs: fc.nat(3_000), amount: fc.integer({ min: 1, max: 500 }) }), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), steps, (perSecond, wanted) => {
        const bucket = new TokenBucket();
        bucket.setRate(perSecond, 0);
        let now = 0;
        const taken: { readonly at: number; readonly amount: number }[] = [];
        for (const { idleMs, amount } of wanted) {
          now += idleMs;
          now += bucket.waitMs(now);
          bucket.take(amount, now);
          taken.push({ at: now, amount });
        }
        for (const [first, { at: from }] of taken.entries()) {
          let sum = 0;
          for (const { at, amount } of taken.slice(first)) {
            sum += amount;
            const allowed = perSecond * ((at - from) / 1000 + 0.1) + amount;
            expect(sum).toBeLessThanOrEqual(allowed + 1e-6);
          }
        }
      }),
    );
  });

  it('keeps up with its rate', () => {
    const bucket = new TokenBucket();
    bucket.setRate(50, 0);
    let now = 0;
    for (let count = 0; count < 500; count += 1) {
      now += bucket.waitMs(now);
      bucket.take(1, now);
    }
    expect(now).toBeLessThanOrEqual(10_000);
    expect(now).toBeGreaterThan(9_500);
  });

  it('lets an amount pass that is larger than any burst, and has the next one wait for it', () => {
    const bucket = new TokenBucket();
    bucket.setRate(10, 0);
    expect(bucket.waitMs(0)).toBe(0);
    bucket.take(40, 0);
    expect(bucket.waitMs(0)).toBe(4_000);
  });

  it('lets everything pass without a rate, and owes nothing once it was lifted', () => {
    const bucket = new TokenBucket();
    bucket.take(1e9, 0);
    expect(bucket.waitMs(0)).toBe(0);
    bucket.setRate(1, 0);
    bucket.take(60, 0);
    bucket.setRate(2, 0);
    expect(bucket.waitMs(0)).toBe(30_000);
    bucket.setRate(undefined, 0);
    expect(bucket.waitMs(0)).toBe(0);
  });
});
