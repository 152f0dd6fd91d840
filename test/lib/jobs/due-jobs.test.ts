import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JobConfiguration } from '../../../lib/jobs/configuration.ts';
import { budgetShare, startReason } from '../../../lib/jobs/due-jobs.ts';

const EVERY_FOUR_HOURS: JobConfiguration = {
  name: 'finance',
  source: { account: 'prod', share: 'finance' },
  target: { account: 'dr', share: 'finance' },
  schedule: '0 0 */4 * * *',
  timeZone: 'UTC',
  retention: { last: 30 },
  budget: { snapshots: 180 },
  compare: { mode: 'times' },
  guards: {},
};

function reasonAt(now: string, lastStart: string | undefined, job = EVERY_FOUR_HOURS) {
  const last = lastStart === undefined ? undefined : new Date(lastStart);
  return startReason({ job, runInProgress: false, lastStart: last }, new Date(now));
}

describe('startReason', () => {
  it.each([
    ['a job that never ran', '2026-11-21T05:30:00Z', undefined],
    ['an occurrence that has just passed', '2026-11-21T08:00:00Z', '2026-11-21T04:00:03Z'],
    ['occurrences that were missed for days', '2026-11-21T05:30:00Z', '2026-11-17T20:00:01Z'],
  ])('starts %s', (_, now, lastStart) => {
    expect(reasonAt(now, lastStart)).toBe('schedule');
  });

  it.each([
    ['the occurrence it ran for', '2026-11-21T07:59:59Z', '2026-11-21T04:00:00Z'],
    ['one run for all that were missed', '2026-11-21T05:35:00Z', '2026-11-21T05:30:00Z'],
  ])('does not start a job again after %s', (_, now, lastStart) => {
    expect(reasonAt(now, lastStart)).toBeUndefined();
  });

  it('never starts a job without a schedule', () => {
    const { schedule: _, ...byHand } = EVERY_FOUR_HOURS;
    expect(reasonAt('2026-11-21T05:30:00Z', undefined, byHand)).toBeUndefined();
  });

  it('reads the schedule on the clock of the job’s time zone', () => {
    const nightly = { ...EVERY_FOUR_HOURS, schedule: '0 0 2 * * *', timeZone: 'Europe/Berlin' };
    expect(reasonAt('2026-11-21T00:59:59Z', '2026-11-20T01:00:00Z', nightly)).toBeUndefined();
    expect(reasonAt('2026-11-21T01:00:00Z', '2026-11-20T01:00:00Z', nightly)).toBe('schedule');
  });

  it.each([
    ['due', EVERY_FOUR_HOURS, undefined],
    ['not due', EVERY_FOUR_HOURS, new Date('2026-11-21T05:00:00Z')],
  ])('carries a run in progress on when the job is %s', (_, job, lastStart) => {
    const standing = { job, runInProgress: true, lastStart };
    expect(startReason(standing, new Date('2026-11-21T05:30:00Z'))).toBe('carry-on');
  });
});

describe('budgetShare', () => {
  it('gives the whole budget to jobs that all run at once', () => {
    expect(budgetShare(270_000, 4, 4)).toBe(270_000);
  });

  it('gives nothing once nothing is left', () => {
    expect(budgetShare(-5, 1, 4)).toBe(0);
  });

  it('lets every job have an equal part and keeps to the budget when each uses up its part', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 540_000 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 8 }),
        (budget, jobs, atOnce) => {
          const rounds = Math.ceil(jobs / atOnce);
          const freeAt = new Array<number>(atOnce).fill(0);
          for (let waiting = jobs; waiting > 0; waiting -= 1) {
            const start = Math.min(...freeAt);
            const share = budgetShare(budget - start, waiting, atOnce);
            expect(share).toBeGreaterThanOrEqual(Math.floor(budget / rounds) - rounds);
            freeAt[freeAt.indexOf(start)] = start + share;
          }
          expect(Math.max(...freeAt)).toBeLessThanOrEqual(budget);
        },
      ),
    );
  });
});
