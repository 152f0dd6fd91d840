import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capsAt, type PaceSchedule, type PaceWindow } from '../../../lib/azure/pace-caps.ts';

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
const hours = (from: number, to: number, caps: Partial<PaceWindow> = {}): PaceWindow => ({
  days: EVERY_DAY,
  fromMinute: from * 60,
  toMinute: to * 60,
  requestsPerSecond: 10,
  ...caps,
});

function capAt(schedule: Partial<PaceSchedule>, time: string): number | undefined {
  const complete = { timeZone: 'Europe/Berlin', windows: [], ...schedule };
  return capsAt(complete, Date.parse(time)).requestsPerSecond;
}

describe('capsAt', () => {
  it('has the caps outside of windows where there is none', () => {
    const schedule = { timeZone: 'UTC', requestsPerSecond: 5, concurrency: 2, windows: [] };
    expect(capsAt(schedule, 0)).toEqual({
      requestsPerSecond: 5,
      mebibytesPerSecond: undefined,
      concurrency: 2,
    });
  });

  it('holds from the first minute to the last, on the clock of the time zone', () => {
    const windows = [hours(8, 18)];
    expect(capAt({ windows }, '2026-01-15T06:59:59Z')).toBeUndefined();
    expect(capAt({ windows }, '2026-01-15T07:00:00Z')).toBe(10);
    expect(capAt({ windows }, '2026-01-15T16:59:59Z')).toBe(10);
    expect(capAt({ windows }, '2026-01-15T17:00:00Z')).toBeUndefined();
  });

  it('follows daylight-saving time', () => {
    const windows = [hours(8, 18)];
    expect(capAt({ windows }, '2026-07-15T05:59:00Z')).toBeUndefined();
    expect(capAt({ windows }, '2026-07-15T06:00:00Z')).toBe(10);
    expect(capAt({ windows }, '2026-07-15T16:00:00Z')).toBeUndefined();
  });

  it('holds twice in an hour that the clock shows twice', () => {
    const windows = [hours(2, 3)];
    expect(capAt({ windows }, '2026-10-24T23:59:00Z')).toBeUndefined();
    expect(capAt({ windows }, '2026-10-25T00:30:00Z')).toBe(10);
    expect(capAt({ windows }, '2026-10-25T01:30:00Z')).toBe(10);
    expect(capAt({ windows }, '2026-10-25T02:00:00Z')).toBeUndefined();
  });

  it('ends on the clock although the clock has skipped its begin', () => {
    const windows = [hours(2, 4)];
    expect(capAt({ windows }, '2026-03-29T00:59:00Z')).toBeUndefined();
    expect(capAt({ windows }, '2026-03-29T01:00:00Z')).toBe(10);
    expect(capAt({ windows }, '2026-03-29T02:00:00Z')).toBeUndefined();
    const skipped = [hours(2, 3)];
    expect(capAt({ windows: skipped }, '2026-03-29T01:00:00Z')).toBeUndefined();
  });

  it('belongs to the day on which it begins when it lasts past midnight', () => {
    const windows = [hours(22, 6, { days: [5] })];
    const at = (time: string) => capAt({ timeZone: 'UTC', windows }, time);
    expect(at('2026-01-16T05:00:00Z')).toBeUndefined();
    expect(at('2026-01-16T22:00:00Z')).toBe(10);
    expect(at('2026-01-17T05:59:00Z')).toBe(10);
    expect(at('2026-01-17T06:00:00Z')).toBeUndefined();
    expect(at('2026-01-17T22:00:00Z')).toBeUndefined();
  });

  it('lasts from Sunday into Monday', () => {
    const windows = [hours(22, 6, { days: [7] })];
    expect(capAt({ timeZone: 'UTC', windows }, '2026-01-19T03:00:00Z')).toBe(10);
  });

  it('takes a whole day as from 0 to 24', () => {
    const windows = [hours(0, 24, { days: [6] })];
    const at = (time: string) => capAt({ timeZone: 'UTC', windows }, time);
    expect(at('2026-01-16T23:59:59Z')).toBeUndefined();
    expect(at('2026-01-17T00:00:00Z')).toBe(10);
    expect(at('2026-01-17T23:59:59Z')).toBe(10);
    expect(at('2026-01-18T00:00:00Z')).toBeUndefined();
  });

  it('replaces the caps that it names, up or down, and leaves the others', () => {
    const schedule: PaceSchedule = {
      timeZone: 'UTC',
      requestsPerSecond: 5,
      mebibytesPerSecond: 7,
      windows: [hours(0, 12, { requestsPerSecond: 50 })],
    };
    expect(capsAt(schedule, 0)).toMatchObject({ requestsPerSecond: 50, mebibytesPerSecond: 7 });
  });

  it('has the lowest of each where windows overlap, in whatever order they are', () => {
    const window = fc.record({
      days: fc.subarray(EVERY_DAY, { minLength: 1 }),
      fromMinute: fc.integer({ min: 0, max: 1439 }),
      toMinute: fc.integer({ min: 0, max: 1440 }),
      requestsPerSecond: fc.option(fc.integer({ min: 1, max: 50 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(window, { maxLength: 6 }), fc.nat(4_000_000), (windows, minute) => {
        const instant = minute * 60_000;
        const at = (some: readonly PaceWindow[]) =>
          capsAt({ timeZone: 'Europe/Berlin', windows: some }, instant).requestsPerSecond;
        const each = windows.map((one) => at([one])).filter((cap) => cap !== undefined);
        expect(at(windows)).toBe(each.length === 0 ? undefined : Math.min(...each));
        expect(at(windows.toReversed())).toBe(at(windows));
      }),
    );
  });
});
