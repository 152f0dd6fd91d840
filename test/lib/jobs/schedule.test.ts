import { describe, expect, it } from 'vitest';
import { isDue, isKnownTimeZone, latestOccurrence, nextOccurrence } from '../../../lib/jobs/schedule.ts';

const at = (time: string) => new Date(time);

/** The occurrences from `from` up to and including `to`. */
function occurrences(schedule: string, timeZone: string, from: string, to: string): string[] {
  const found: string[] = [];
  let next = nextOccurrence(schedule, timeZone, new Date(at(from).getTime() - 1));
  while (next <= at(to)) {
    found.push(next.toISOString().slice(0, 16));
    const following = nextOccurrence(schedule, timeZone, next);
    if (following <= next) throw new Error(`${following.toISOString()} is not after ${next.toISOString()}`);
    next = following;
  }
  return found;
}

describe('latestOccurrence and nextOccurrence', () => {
  it('holds now itself for the latest and not for the next', () => {
    const now = at('2026-11-21T08:00:00Z');
    expect(latestOccurrence('0 0 */4 * * *', 'UTC', now)).toEqual(now);
    expect(nextOccurrence('0 0 */4 * * *', 'UTC', now)).toEqual(at('2026-11-21T12:00:00Z'));
  });

  it('tells milliseconds before and after an occurrence apart', () => {
    expect(latestOccurrence('0 0 */4 * * *', 'UTC', at('2026-11-21T07:59:59.999Z'))).toEqual(
      at('2026-11-21T04:00:00Z'),
    );
    expect(nextOccurrence('0 0 */4 * * *', 'UTC', at('2026-11-21T08:00:00.001Z'))).toEqual(
      at('2026-11-21T12:00:00Z'),
    );
  });

  it('reads the schedule on the clock of the time zone', () => {
    const now = at('2026-11-21T12:00:00Z');
    expect(latestOccurrence('0 30 9 * * *', 'Europe/Berlin', now)).toEqual(at('2026-11-21T08:30:00Z'));
    expect(latestOccurrence('0 30 9 * * *', 'Asia/Kathmandu', now)).toEqual(at('2026-11-21T03:45:00Z'));
    expect(latestOccurrence('30 9 * * *', 'Asia/Kathmandu', now)).toEqual(at('2026-11-21T03:45:00Z'));
  });

  it('wants day and weekday both, as NCRONTAB does and Unix cron does not', () => {
    // The Friday 13ths after November 2026.
    expect(occurrences('0 0 0 13 * FRI', 'UTC', '2026-11-14T00:00:00Z', '2027-12-31T00:00:00Z')).toEqual([
      '2027-08-13T00:00',
    ]);
    expect(latestOccurrence('0 0 0 13 * FRI', 'UTC', at('2027-08-12T23:59:59Z'))).toEqual(
      at('2026-11-13T00:00:00Z'),
    );
  });

  it('finds days that are decades apart', () => {
    const schedule = '0 0 0 29 2 MON';
    expect(nextOccurrence(schedule, 'UTC', at('2026-11-21T00:00:00Z'))).toEqual(at('2044-02-29T00:00:00Z'));
    expect(latestOccurrence(schedule, 'UTC', at('2044-02-28T00:00:00Z'))).toEqual(at('2016-02-29T00:00:00Z'));
  });

  it.each([
    ['every second', '* * * * * *'],
    ['every minute of every weekday', '0 * * * * 0-6'],
    ['a list', '0 5,35 */3 * * *'],
    ['a month by name', '0 0 12 1 January *'],
  ])('has nothing between the latest and the next: %s', (_name, schedule) => {
    const now = at('2026-11-21T09:36:00Z');
    const latest = latestOccurrence(schedule, 'America/New_York', now);
    const next = nextOccurrence(schedule, 'America/New_York', now);
    expect(nextOccurrence(schedule, 'America/New_York', latest)).toEqual(next);
    expect(latestOccurrence(schedule, 'America/New_York', new Date(next.getTime() - 1))).toEqual(latest);
  });

  it('refuses a time zone that does not exist', () => {
    expect(() => nextOccurrence('0 0 0 * * *', 'Europe/Atlantis', new Date(0))).toThrow('Europe/Atlantis');
  });
});

/** In 2026, Berlin's clock goes from 02:00 to 03:00 on 29 March, at 01:00 UTC. */
describe('when the clock is set forward', () => {
  const day = ['2026-03-28T12:00:00Z', '2026-03-29T12:00:00Z'] as const;

  it.each([
    ['an occurrence that is skipped takes place an hour later', '0 30 2 * * *', ['2026-03-29T01:30']],
    ['an occurrence at its very start, too', '0 0 2 * * *', ['2026-03-29T01:00']],
    ['one that falls on another is not repeated', '0 30 2,3 * * *', ['2026-03-29T01:30']],
    ['one before it stays', '0 59 1 * * *', ['2026-03-29T00:59']],
    ['one after it stays', '0 0 3 * * *', ['2026-03-29T01:00']],
    [
      'the order is that of time, not of the clock',
      '0 15,45 2 * * *',
      ['2026-03-29T01:15', '2026-03-29T01:45'],
    ],
  ])('%s', (_name, schedule, expected) => {
    expect(occurrences(schedule, 'Europe/Berlin', ...day)).toEqual(expected);
  });

  it('every half hour goes on every half hour', () => {
    expect(
      occurrences('0 */30 * * * *', 'Europe/Berlin', '2026-03-29T00:00:00Z', '2026-03-29T02:00:00Z'),
    ).toEqual([
      '2026-03-29T00:00',
      '2026-03-29T00:30',
      '2026-03-29T01:00',
      '2026-03-29T01:30',
      '2026-03-29T02:00',
    ]);
  });

  it('a day that a whole country skipped is made up for on the next one', () => {
    // Samoa left out 30 December 2011: the clock went from 29 December 24:00 (-10) to 31 December 00:00 (+14).
    expect(
      occurrences('0 0 9 30 12 *', 'Pacific/Apia', '2011-12-28T00:00:00Z', '2012-01-02T00:00:00Z'),
    ).toEqual(['2011-12-30T19:00']);
  });
});

/** In 2026, Berlin's clock goes from 03:00 back to 02:00 on 25 October, at 01:00 UTC. */
describe('when the clock is set back', () => {
  const night = ['2026-10-24T23:00:00Z', '2026-10-25T03:00:00Z'] as const;

  it.each([
    ['an hour that is named counts once', '0 30 2 * * *', ['2026-10-25T00:30']],
    [
      'also with its neighbours',
      '0 0 1-3 * * *',
      ['2026-10-24T23:00', '2026-10-25T00:00', '2026-10-25T02:00'],
    ],
    [
      'every hour counts at both times',
      '0 0 * * * *',
      ['2026-10-24T23:00', '2026-10-25T00:00', '2026-10-25T01:00', '2026-10-25T02:00', '2026-10-25T03:00'],
    ],
  ])('%s', (_name, schedule, expected) => {
    expect(occurrences(schedule, 'Europe/Berlin', ...night)).toEqual(expected);
  });

  it('the latest occurrence during the second hour is still that of the first', () => {
    expect(latestOccurrence('0 30 2 * * *', 'Europe/Berlin', at('2026-10-25T01:45:00Z'))).toEqual(
      at('2026-10-25T00:30:00Z'),
    );
  });
});

describe('isDue', () => {
  const job = { schedule: '0 0 */4 * * *', timeZone: 'UTC' };
  const now = at('2026-11-21T09:00:00Z');

  it.each([
    ['a job that never ran', undefined, true],
    ['a run just before the latest occurrence', at('2026-11-21T07:59:59.999Z'), true],
    ['a run at the latest occurrence', at('2026-11-21T08:00:00Z'), false],
    ['a run after it', at('2026-11-21T08:30:00Z'), false],
    ['a run that seems to start later than now', at('2026-11-21T09:30:00Z'), false],
  ])('%s', (_name, lastStart, expected) => {
    expect(isDue(job, lastStart, now)).toBe(expected);
  });

  it('is never true without a schedule', () => {
    expect(isDue({ timeZone: 'UTC' }, undefined, now)).toBe(false);
  });

  it('catches up any number of missed occurrences with one run', () => {
    const started: Date[] = [];
    let lastStart: Date | undefined = at('2026-11-10T00:00:00Z');
    for (const tick of ['09:00', '09:05', '09:10', '12:00', '12:05']) {
      const time = at(`2026-11-21T${tick}:00Z`);
      if (!isDue(job, lastStart, time)) continue;
      lastStart = time;
      started.push(time);
    }
    expect(started).toEqual([at('2026-11-21T09:00:00Z'), at('2026-11-21T12:00:00Z')]);
  });

  it('starts a nightly job once in the nights of both clock changes', () => {
    for (const night of ['2026-03-28T20:00:00Z', '2026-10-24T20:00:00Z']) {
      let lastStart = at(night);
      let starts = 0;
      for (let minute = 0; minute < 12 * 60; minute += 5) {
        const time = new Date(at(night).getTime() + minute * 60_000);
        if (!isDue({ schedule: '0 30 2 * * *', timeZone: 'Europe/Berlin' }, lastStart, time)) continue;
        lastStart = time;
        starts += 1;
      }
      expect(starts).toBe(1);
    }
  });
});

describe('isKnownTimeZone', () => {
  it.each([
    ['Europe/Berlin', true],
    ['UTC', true],
    ['Europe/Atlantis', false],
    ['W. Europe Standard Time', false],
    ['+02:00', false],
    ['', false],
  ])('%j: %s', (name, expected) => {
    expect(isKnownTimeZone(name)).toBe(expected);
  });
});
