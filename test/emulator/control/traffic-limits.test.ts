import { describe, expect, it } from 'vitest';
import { TrafficLimits } from '../../../emulator/control/traffic-limits.ts';

const MIB = 1024 * 1024;

describe('the limits of a share', () => {
  it("let one second's worth of requests through at once and the rest as time passes", () => {
    let now = 0;
    const limits = new TrafficLimits(() => now);
    limits.set('a', 's', { requestsPerSecond: 3 });
    const admitted = () => limits.admit('a', 's', 0);
    expect([admitted(), admitted(), admitted(), admitted()]).toEqual([true, true, true, false]);
    now += 334;
    expect([admitted(), admitted()]).toEqual([true, false]);
    now += 60_000;
    expect([admitted(), admitted(), admitted(), admitted()]).toEqual([true, true, true, false]);
  });

  it('hold back bytes until the debt of a large request is paid', () => {
    let now = 0;
    const limits = new TrafficLimits(() => now);
    limits.set('a', 's', { mibPerSecond: 1 });
    expect(limits.admit('a', 's', 3 * MIB)).toBe(true);
    expect(limits.admit('a', 's', 1)).toBe(false);
    expect(limits.admit('a', 's', 0)).toBe(true);
    now += 1900;
    expect(limits.admit('a', 's', 1)).toBe(false);
    now += 200;
    expect(limits.admit('a', 's', 1)).toBe(true);
  });

  it('concern that share alone, and can be lifted', () => {
    const limits = new TrafficLimits(() => 0);
    limits.set('a', 's', { requestsPerSecond: 1 });
    expect([limits.admit('a', 's', 0), limits.admit('a', 's', 0), limits.admit('a', 't', 0)]).toEqual([
      true,
      false,
      true,
    ]);
    limits.set('a', 's', undefined);
    expect(limits.admit('a', 's', 0)).toBe(true);
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
