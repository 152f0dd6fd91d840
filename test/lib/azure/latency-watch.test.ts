import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kindOfAttempt, LatencyWatch } from '../../../lib/azure/latency-watch.ts';

/** Whether any of so many attempts, one a millisecond, tells a rise. */
function rises(watch: LatencyWatch, kind: string, milliseconds: number, count: number, from = 0): boolean {
  let hasRisen = false;
  for (let index = 0; index < count; index += 1) {
    hasRisen = watch.hasRisen(kind, milliseconds, from + index) || hasRisen;
  }
  return hasRisen;
}

describe('LatencyWatch', () => {
  it('tells when a kind takes much longer than it did', () => {
    const watch = new LatencyWatch();
    expect(rises(watch, 'ListFiles', 20, 50)).toBe(false);
    expect(rises(watch, 'ListFiles', 120, 50, 50)).toBe(true);
  });

  it('compares like with like: what is slow by nature is not slow', () => {
    const watch = new LatencyWatch();
    for (let round = 0; round < 100; round += 1) {
      expect(watch.hasRisen('ListFiles', 5, round)).toBe(false);
      expect(watch.hasRisen('PutRangeFromURL 22', 400, round)).toBe(false);
    }
  });

  it('is not moved by one straggler, nor by noise within a factor of two', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 20, max: 40 }), { minLength: 20, maxLength: 200 }),
        (latencies) => {
          const watch = new LatencyWatch();
          const risen = latencies.filter((milliseconds, now) => watch.hasRisen('GetFile', milliseconds, now));
          expect(risen).toEqual([]);
        },
      ),
    );
    const watch = new LatencyWatch();
    rises(watch, 'GetFile', 20, 50);
    expect(watch.hasRisen('GetFile', 400, 50)).toBe(false);
  });

  it('takes for normal what stays so for a minute', () => {
    const watch = new LatencyWatch();
    rises(watch, 'GetFile', 20, 50);
    let last = true;
    for (let now = 50; now < 70_000; now += 100) last = watch.hasRisen('GetFile', 200, now);
    expect(last).toBe(false);
  });

  it('waits for fresh attempts when told that things have changed', () => {
    const watch = new LatencyWatch();
    rises(watch, 'GetFile', 20, 50);
    expect(rises(watch, 'GetFile', 200, 20, 50)).toBe(true);
    watch.startAnew();
    expect(rises(watch, 'GetFile', 20, 50, 70)).toBe(false);
  });
});

describe('kindOfAttempt', () => {
  it('tells sizes apart by factors of two, small ones not at all', () => {
    expect(kindOfAttempt('CopyFile', 0)).toBe(kindOfAttempt('CopyFile', 64 * 1024));
    expect(kindOfAttempt('CopyFile', 4 * 1024 * 1024)).not.toBe(kindOfAttempt('CopyFile', 9 * 1024 * 1024));
    expect(kindOfAttempt('CopyFile', 5_000_000)).toBe(kindOfAttempt('CopyFile', 7_000_000));
    expect(kindOfAttempt('CopyFile', 1)).not.toBe(kindOfAttempt('GetFile', 1));
  });
});
