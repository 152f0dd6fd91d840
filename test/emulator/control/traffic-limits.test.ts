import { describe, expect, it } from 'vitest';
import type { ShareLimits } from '../../../emulator/control/share-limits.ts';
import { TrafficLimits, type TrafficUse } from '../../../emulator/control/traffic-limits.ts';
import { VirtualTimer } from '../../support/virtual-timer.ts';

const MIB = 1024 * 1024;

/** Limits of one share, by a clock that stands still, and what a request to it has to wait. */
function limited(shareLimits: ShareLimits) {
  const timer = new VirtualTimer();
  const limits = new TrafficLimits(timer);
  limits.set('a', 's', shareLimits);
  const take = (use: Partial<TrafficUse> = {}) =>
    limits.take({ account: 'a', share: 's', path: '', kind: 'metadata', bytes: 0, ...use }, 0);
  const admitted = (use: Partial<TrafficUse> = {}) => take(use) !== undefined;
  return { timer, limits, take, admitted };
}

describe('the limits of a share', () => {
  it("let one second's worth of requests through at once and the rest as time passes", () => {
    const { timer, admitted } = limited({ requestsPerSecond: 3 });
    expect([admitted(), admitted(), admitted(), admitted()]).toEqual([true, true, true, false]);
    timer.advance(334);
    expect([admitted(), admitted()]).toEqual([true, false]);
    timer.advance(60_000);
    expect([admitted(), admitted(), admitted(), admitted()]).toEqual([true, true, true, false]);
  });

  it('hold back bytes until the debt of a large request is paid', () => {
    const { timer, admitted } = limited({ mibPerSecond: 1 });
    expect(admitted({ bytes: 3 * MIB })).toBe(true);
    expect(admitted({ bytes: 1 })).toBe(false);
    expect(admitted({ bytes: 0 })).toBe(true);
    timer.advance(1900);
    expect(admitted({ bytes: 1 })).toBe(false);
    timer.advance(200);
    expect(admitted({ bytes: 1 })).toBe(true);
  });

  it('concern that share alone, and can be lifted', () => {
    const { limits, admitted } = limited({ requestsPerSecond: 1 });
    expect([admitted(), admitted(), admitted({ share: 't' })]).toEqual([true, false, true]);
    limits.set('a', 's', undefined);
    expect(admitted()).toBe(true);
  });

  it('refuse without taking anything', () => {
    const { timer, admitted } = limited({ requestsPerSecond: 2, metadataRequestsPerSecond: 1 });
    expect([admitted(), admitted(), admitted()]).toEqual([true, false, false]);
    expect(admitted({ kind: 'read' })).toBe(true);
    expect(admitted({ kind: 'read' })).toBe(false);
    timer.advance(500);
    expect([admitted(), admitted({ kind: 'read' })]).toEqual([false, true]);
  });

  it('let requests wait for their turn, one after the other, and refuse after half a minute', () => {
    const { timer, take } = limited({ requestsPerSecond: 2, overload: 'wait' });
    expect([take(), take(), take(), take(), take()]).toEqual([0, 0, 500, 1000, 1500]);
    timer.advance(1000);
    expect(take()).toBe(1000);
    for (let wait = 1500; wait <= 30_000; wait += 500) expect(take()).toBe(wait);
    expect(take()).toBeUndefined();
    timer.advance(500);
    expect(take()).toBe(30_000);
  });

  it('pass a long stream of waiting requests at exactly the rate', () => {
    const { timer, take } = limited({ mibPerSecond: 100, overload: 'wait' });
    let waited = 0;
    for (let request = 0; request < 1000; request++) {
      const wait = take({ kind: 'write', path: 'f', bytes: 4 * MIB }) ?? Number.NaN;
      timer.advance(wait);
      waited += wait;
    }
    // The first second's worth passes at once, and one request may be owed.
    expect(waited / 1000).toBeGreaterThan(38);
    expect(waited / 1000).toBeLessThan(40);
  });

  it('give credits for bursts, which fill up again while the share rests', () => {
    const { timer, admitted } = limited({
      requestsPerSecond: 10,
      burstRequestsPerSecond: 30,
      burstCredits: 40,
    });
    const passed = () => {
      let count = 0;
      while (admitted()) count++;
      return count;
    };
    const seconds = (count: number) =>
      Array.from({ length: count }, () => {
        const passing = passed();
        timer.advance(1000);
        return passing;
      });
    // 30 a second while the 40 credits last, which is for little more than a second; then what comes in.
    expect(seconds(4)).toEqual([30, 30, 10, 10]);
    timer.advance(3000);
    expect(seconds(2)).toEqual([30, 20]);
  });

  it('hold for each file by itself, reading and writing apart', () => {
    const { timer, admitted } = limited({
      fileRequestsPerSecond: 3,
      fileReadMibPerSecond: 2,
      fileWriteMibPerSecond: 1,
    });
    const read = { kind: 'read', path: 'd/File', bytes: 2 * MIB } as const;
    expect(admitted(read)).toBe(true);
    expect(admitted({ ...read, path: 'D/fILE' })).toBe(false);
    expect(admitted({ ...read, path: 'd/other' })).toBe(true);
    expect(admitted({ ...read, kind: 'write', bytes: MIB })).toBe(true);
    expect(admitted({ ...read, kind: 'write', bytes: 1 })).toBe(false);
    expect([admitted({ path: 'd/file' }), admitted({ path: 'd/file' })]).toEqual([true, false]);
    expect([admitted(), admitted(), admitted(), admitted()]).toEqual([true, true, true, true]);
    timer.advance(1001);
    expect(admitted(read)).toBe(true);
  });

  it('count what was only known afterwards', () => {
    const { limits, timer, admitted } = limited({ mibPerSecond: 1 });
    limits.charge({ account: 'a', share: 's', path: 'f', kind: 'write', bytes: 5 * MIB });
    limits.charge({ account: 'a', share: 'unlimited', path: 'f', kind: 'write', bytes: 5 * MIB });
    timer.advance(3999);
    expect(admitted({ bytes: 1 })).toBe(false);
    timer.advance(2);
    expect(admitted({ bytes: 1 })).toBe(true);
  });

  it('add their latency to every wait', () => {
    const { limits, take } = limited({
      requestsPerSecond: 1,
      latencyMs: 7,
      latencyJitterMs: 4,
      overload: 'wait',
    });
    expect([take(), take()]).toEqual([7, 1007]);
    expect(limits.take({ account: 'a', share: 's', path: '', kind: 'read', bytes: 0 }, 0.5)).toBe(2009);
  });

  it('forget files that have recovered, and no others', () => {
    const { timer, admitted } = limited({ fileRequestsPerSecond: 1 });
    for (let file = 0; file < 9999; file++) admitted({ path: `early-${file}` });
    timer.advance(1000);
    expect(admitted({ path: 'busy' })).toBe(true);
    for (let file = 0; file < 5000; file++) admitted({ path: `late-${file}` });
    expect(admitted({ path: 'busy' })).toBe(false);
    expect(admitted({ path: 'early-1' })).toBe(true);
  });
});

describe('latency', () => {
  it('is fixed, or spread by its jitter', () => {
    const limits = new TrafficLimits();
    expect(limits.nextDelay()).toBe(0);
    limits.latency = { ms: 5 };
    expect(limits.nextDelay(0.9)).toBe(5);
    limits.latency = { ms: 5, jitterMs: 10 };
    expect(limits.nextDelay(0.5)).toBe(10);
  });
});

describe('scaled time', () => {
  it('lets limits recover and waits pass so many times as fast', async () => {
    const { limits, timer, admitted } = limited({ requestsPerSecond: 1 });
    limits.timeScale = 60;
    expect([admitted(), admitted()]).toEqual([true, false]);
    timer.advance(16);
    expect(admitted()).toBe(false);
    timer.advance(1);
    expect(admitted()).toBe(true);
    const before = timer.now();
    await limits.pause(600);
    expect(timer.now() - before).toBe(10);
  });

  it('is changed without a jump', () => {
    const { limits, timer, admitted } = limited({ requestsPerSecond: 1 });
    expect(admitted()).toBe(true);
    timer.advance(500);
    limits.timeScale = 0.1;
    timer.advance(4900);
    expect(admitted()).toBe(false);
    timer.advance(200);
    expect(admitted()).toBe(true);
  });

  it('waits to a fraction of a millisecond by the clock of the machine', async () => {
    const limits = new TrafficLimits();
    limits.timeScale = 10;
    for (const ms of [1, 5, 40]) {
      const start = performance.now();
      await limits.pause(ms);
      expect(performance.now() - start).toBeGreaterThanOrEqual(ms / 10);
    }
  });
});
