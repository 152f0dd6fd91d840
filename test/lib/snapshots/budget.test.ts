import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextOccurrence } from '../../../lib/jobs/schedule.ts';
import { type BudgetOptions, forecastBudget, type SnapshotMaker } from '../../../lib/snapshots/budget.ts';
import type { RetainablePoint } from '../../../lib/snapshots/retain.ts';

const FROM = new Date('2026-11-21T00:30:00Z');
const HOUR_MS = 3_600_000;

function maker(last: number, everyHours: number, rest: Partial<SnapshotMaker> = {}): SnapshotMaker {
  return {
    holder: `last ${last}`,
    shares: ['source', 'target'],
    next: (after) => new Date(after.getTime() + everyHours * HOUR_MS),
    limit: 180,
    policy: { last },
    timeZone: 'UTC',
    points: [],
    ...rest,
  };
}

function forecast(makers: readonly SnapshotMaker[], rest: Partial<BudgetOptions> = {}) {
  return forecastBudget({
    shares: ['source', 'target'],
    makers,
    staying: [],
    from: FROM,
    until: new Date('2027-01-20T00:30:00Z'),
    ...rest,
  });
}

function pointsOf(count: number, pinned = false): RetainablePoint[] {
  return [...Array(count).keys()].map((index) => {
    const time = new Date(FROM.getTime() - (index + 1) * HOUR_MS).toISOString();
    return { id: `there ${index} ${pinned}`, time, sourceTime: time, level: 'copied', pinned };
  });
}

describe('a forecast', () => {
  it('has one more than the policy keeps, as a run prunes after it', () => {
    const { shares, occurrences } = forecast([maker(10, 24)]);
    const share = { now: 0, most: 11, holders: [{ holder: 'last 10', count: 11 }], refused: undefined };
    const mostAt = new Date('2026-12-02T00:30:00Z');
    expect(shares).toEqual([
      { share: 'source', mostAt, ...share },
      { share: 'target', mostAt, ...share },
    ]);
    expect(occurrences).toBe(60);
  });

  it('begins with what is there, and lets it grow old', () => {
    const [source] = forecast([maker(10, 24, { points: pointsOf(30) })]).shares;
    expect(source).toMatchObject({ now: 30, most: 31 });
    expect(source?.mostAt).toEqual(new Date('2026-11-22T00:30:00Z'));
  });

  it('keeps what is pinned besides', () => {
    const pinned = pointsOf(5, true);
    expect(forecast([maker(10, 24, { points: pinned })]).shares[0]).toMatchObject({ now: 5, most: 16 });
  });

  it('adds what jobs make on a share of theirs, and not on others', () => {
    const { shares } = forecast([maker(10, 24), maker(20, 6, { shares: ['source'] })]);
    expect(shares).toMatchObject([
      { most: 31, holders: [{ holder: 'last 20' }, { holder: 'last 10' }] },
      { most: 11, holders: [{ holder: 'last 10' }] },
    ]);
  });

  it('makes room for a run before it calls it refused', () => {
    const full = maker(10, 24, { points: pointsOf(30), limit: 30 });
    expect(forecast([full]).shares[0]).toMatchObject({ now: 30, refused: undefined });
  });

  it('tells the first run that finds no room, and in which share', () => {
    const staying = [{ share: 'source', holder: 'others', count: 170 }];
    const { shares } = forecast([maker(30, 24)], { staying });
    expect(shares).toMatchObject([
      {
        now: 170,
        most: 201,
        refused: { at: new Date('2026-12-02T00:30:00Z'), holder: 'last 30', count: 180 },
        holders: [{ holder: 'others', count: 170 }, { count: 31 }],
      },
      { most: 31, refused: undefined },
    ]);
  });

  it('counts a job without a schedule as it is', () => {
    const idle = maker(3, 24, { next: undefined, points: pointsOf(7) });
    expect(forecast([idle])).toMatchObject({ occurrences: 0, shares: [{ now: 7, most: 7 }, { now: 7 }] });
  });

  it('goes by days, weeks and months of the job’s schedule and zone', () => {
    const every4Hours = maker(1, 1, {
      next: (after) => nextOccurrence('0 0 */4 * * *', 'Europe/Berlin', after),
      policy: { last: 6, daily: 14, weekly: 8, monthly: 12 },
      timeZone: 'Europe/Berlin',
    });
    const [source] = forecast([every4Hours], { until: new Date('2027-11-21T00:00:00Z') }).shares;
    expect(source?.most).toBeGreaterThan(30);
    expect(source?.most).toBeLessThanOrEqual(6 + 14 + 8 + 12 + 1);
  });

  it('ends early rather than after minutes where there are too many runs', () => {
    const until = new Date('2027-11-21T00:00:00Z');
    const result = forecast([maker(2, 1 / 60)], { until });
    expect(result.occurrences).toBe(20_000);
    expect(result.until.getTime()).toBe(FROM.getTime() + 20_001 * 60_000);
  });

  const jobs = fc.array(
    fc.record({ last: fc.integer({ min: 1, max: 40 }), hours: fc.integer({ min: 1, max: 20 }) }),
    {
      minLength: 1,
      maxLength: 4,
    },
  );

  it('is the sum of what all keep, and refuses exactly where that leaves no room', () => {
    fc.assert(
      fc.property(jobs, fc.nat(150), fc.integer({ min: 20, max: 200 }), (made, others, limit) => {
        // With 40 times 20 hours, all are filled in time.
        const makers = made.map(({ last, hours }) => maker(last, hours, { limit }));
        const staying = [{ share: 'source', holder: 'others', count: others }];
        const [source] = forecast(makers, { staying }).shares;
        const kept = others + made.reduce((sum, { last }) => sum + last, 0);
        expect(source?.most).toBe(kept + 1);
        expect(source?.holders.reduce((sum, { count }) => sum + count, 0)).toBe(source?.most);
        expect(source?.refused !== undefined).toBe(kept >= limit);
      }),
      { numRuns: 30 },
    );
  });
});
