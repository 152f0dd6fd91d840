import { describe, expect, it } from 'vitest';
import type { VerificationLevel } from '../../../lib/report/events.ts';
import { type JobFacts, statusOf, worstVerdict } from '../../../lib/report/status.ts';

const now = new Date('2026-11-21T12:00:00Z');
const room = { ours: 1, foreign: 2, budget: 180, limit: 200 };

function point(time: string, level: VerificationLevel = 'listing-verified') {
  return {
    id: `${time.replaceAll(/[-:]/g, '').replace('Z', '')}Z-0001`,
    time,
    sourceSnapshot: time.replace('Z', '.1234567Z'),
    level,
  };
}

function facts(
  given: Partial<JobFacts> & { readonly rpo?: string; readonly schedule?: string } = {},
): JobFacts {
  const { rpo, schedule, ...others } = given;
  return {
    job: {
      name: 'finance',
      timeZone: 'Europe/Berlin',
      ...(rpo === undefined ? {} : { rpo }),
      ...(schedule === undefined ? {} : { schedule }),
    },
    points: [],
    running: undefined,
    runInProgress: undefined,
    budget: { source: room, target: room },
    lastVerification: undefined,
    lastRun: undefined,
    warnings: [],
    ...others,
  };
}

describe('the status of a job', () => {
  it('is good while the newest complete recovery point is within the rpo, to the second', () => {
    const points = [point('2026-11-21T08:00:00Z')];
    const inTime = statusOf(facts({ rpo: 'PT4H', points }), new Date('2026-11-21T12:00:00.123Z'));
    expect(inTime).toMatchObject({ verdict: 'good', reasons: [], rpo: { duration: 'PT4H', isMet: true } });
    expect(inTime.lastPoint).toEqual({
      id: points[0]?.id,
      level: 'listing-verified',
      takenAt: '2026-11-21T08:00:00.1234567Z',
      ageSeconds: 14_400,
    });
    const late = statusOf(facts({ rpo: 'PT4H', points }), new Date('2026-11-21T12:00:00.124Z'));
    expect(late).toMatchObject({ verdict: 'late', rpo: { isMet: false } });
    expect(late.reasons).toEqual(['the newest complete recovery point is older than the rpo of PT4H']);
  });

  it('counts the months of an rpo by the calendar', () => {
    const points = [point('2026-10-21T12:00:01Z')];
    expect(statusOf(facts({ rpo: 'P1M', points }), now).verdict).toBe('good');
    expect(statusOf(facts({ rpo: 'P30D', points }), now).verdict).toBe('late');
  });

  it('is never late by age without an rpo, and always without any recovery point', () => {
    expect(statusOf(facts({ points: [point('2020-01-01T00:00:00Z')] }), now).verdict).toBe('good');
    expect(statusOf(facts(), now)).toMatchObject({
      verdict: 'late',
      lastPoint: null,
      reasons: ['there is no complete recovery point'],
    });
  });

  it('takes no recovery point for complete that differs, and says so even when a newer one is good', () => {
    const bad = point('2026-11-21T11:00:00Z', 'differs');
    const good = point('2026-11-21T10:00:00Z', 'copied');
    const newest = statusOf(facts({ rpo: 'PT1H', points: [good, bad] }), now);
    expect(newest).toMatchObject({ verdict: 'differs', lastPoint: { id: good.id }, differing: [bad.id] });
    expect(newest.reasons).toHaveLength(2);
    const older = statusOf(facts({ points: [bad, point('2026-11-21T11:30:00Z')] }), now);
    expect(older).toMatchObject({ verdict: 'differs', differing: [bad.id] });
  });

  it('tells the next run in UTC and on the clock of the job', () => {
    const points = [point('2026-11-21T11:00:05Z')];
    const { nextRun } = statusOf(facts({ schedule: '0 0 */4 * * *', points }), now);
    expect(nextRun).toEqual({
      at: '2026-11-21T15:00:00Z',
      local: '2026-11-21T16:00:00+01:00',
      isDue: false,
    });
    expect(statusOf(facts({ points }), now).nextRun).toBeNull();
  });

  it('tells since when a run is due that has not begun', () => {
    const points = [point('2026-11-21T06:59:00Z')];
    expect(statusOf(facts({ schedule: '0 0 */4 * * *', points }), now).nextRun).toMatchObject({
      at: '2026-11-21T11:00:00Z',
      isDue: true,
    });
  });

  it('tells how the last run ended, in one sentence, and waits for the next occurrence after a guard', () => {
    const lastRun = {
      run: '20261121T110001Z-0001',
      outcome: 'guard',
      message:
        '5 entries would be deleted, more than 1.5 % of 20; nothing was deleted. Look at them with --dry-run.',
      startedAt: '2026-11-21T11:00:01Z',
      endedAt: '2026-11-21T11:01:00Z',
    } as const;
    const points = [point('2026-11-21T06:59:00Z')];
    const schedule = '0 0 */4 * * *';
    const stopped = statusOf(facts({ schedule, points, lastRun }), now);
    expect(stopped.lastRun).toEqual({
      ...lastRun,
      message: '5 entries would be deleted, more than 1.5 % of 20; nothing was deleted',
    });
    expect(stopped.nextRun).toMatchObject({ at: '2026-11-21T15:00:00Z', isDue: false });
    const failed = statusOf(facts({ schedule, points, lastRun: { ...lastRun, outcome: 'failed' } }), now);
    expect(failed.nextRun).toMatchObject({ at: '2026-11-21T11:00:00Z', isDue: true });
    expect(statusOf(facts({ points }), now).lastRun).toBeNull();
  });

  it('does not vouch for an rpo by a clock that is far behind that of the service', () => {
    const points = [point('2026-11-21T12:16:00Z')];
    const status = statusOf(facts({ rpo: 'PT1H', points }), now);
    expect(status).toMatchObject({ verdict: 'late', rpo: { isMet: false } });
    expect(status.reasons[0]).toContain('the clock of this machine');
    expect(statusOf(facts({ points }), now).verdict).toBe('good');
  });

  it('says that it does not know where nothing could be read', () => {
    const unread = statusOf(facts({ warnings: ['the source could not be read'] }), now);
    expect(unread).toMatchObject({
      verdict: 'failed',
      reasons: ['the source could not be read'],
      lastPoint: null,
    });
    const points = [point('2026-11-21T11:59:00Z')];
    expect(statusOf(facts({ points, warnings: ['something'] }), now).verdict).toBe('good');
  });

  it('is not ahead of its time when the clock of the service is', () => {
    const { lastPoint, verdict } = statusOf(
      facts({ rpo: 'PT1H', points: [point('2026-11-21T12:05:00Z')] }),
      now,
    );
    expect({ verdict, age: lastPoint?.ageSeconds }).toEqual({ verdict: 'good', age: 0 });
  });
});

it('takes the worst verdict of all jobs', () => {
  expect(worstVerdict([])).toBe('good');
  expect(worstVerdict(['good', 'late'])).toBe('late');
  expect(worstVerdict(['late', 'differs', 'good'])).toBe('differs');
  expect(worstVerdict(['differs', 'failed'])).toBe('failed');
});
