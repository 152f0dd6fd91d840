import fc from 'fast-check';
import { IANAZone } from 'luxon';
import { describe, expect, it } from 'vitest';
import { latestOccurrence, nextOccurrence } from '../../../lib/jobs/schedule.ts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;

/** Clock changes of every kind: by an hour, half an hour, a whole day, and none. */
const changes = [
  ['Europe/Berlin', '2026-03-29T01:00:00Z'],
  ['Europe/Berlin', '2026-10-25T01:00:00Z'],
  ['America/New_York', '2026-11-01T06:00:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
  ['Australia/Lord_Howe', '2026-10-03T15:30:00Z'],
  ['Pacific/Apia', '2011-12-30T10:00:00Z'],
  ['America/Havana', '2026-03-08T05:00:00Z'],
  ['Asia/Kathmandu', '2026-06-01T00:00:00Z'],
] as const;

interface Reading {
  readonly minute: number;
  readonly hour: number;
  readonly weekday: number;
}

/** What the clock shows, minute by minute, around a change; and when it would have shown what it skips. */
function clockAround(zoneName: string, change: string): { reading: number; instants: number[] }[] {
  const zone = IANAZone.create(zoneName);
  const start = new Date(change).getTime() - 4 * DAY_MINUTES * MINUTE_MS;
  const shown = new Map<number, number[]>();
  for (let minute = 0; minute <= 8 * DAY_MINUTES; minute++) {
    const instant = start + minute * MINUTE_MS;
    const reading = instant + zone.offset(instant) * MINUTE_MS;
    shown.set(reading, [...(shown.get(reading) ?? []), instant]);
  }
  const readings = [...shown.keys()].sort((one, other) => one - other);
  return readings.flatMap((reading, index) => {
    const instants = shown.get(reading) ?? [];
    const clock = [{ reading, instants }];
    const following = readings[index + 1] ?? reading;
    const lastInstant = instants.at(-1) ?? 0;
    for (let skipped = reading + MINUTE_MS; skipped < following; skipped += MINUTE_MS) {
      clock.push({ reading: skipped, instants: [lastInstant + skipped - reading] });
    }
    return clock;
  });
}

function occurrencesOf(
  clock: { reading: number; instants: number[] }[],
  everyHour: boolean,
  matches: (reading: Reading) => boolean,
): number[] {
  const occurrences = clock.flatMap(({ reading, instants }) => {
    const date = new Date(reading);
    const fields = { minute: date.getUTCMinutes(), hour: date.getUTCHours(), weekday: date.getUTCDay() };
    if (!matches(fields)) return [];
    return everyHour ? instants : instants.slice(0, 1);
  });
  return [...new Set(occurrences)].sort((one, other) => one - other);
}

const values = (max: number) => fc.uniqueArray(fc.integer({ min: 0, max }), { minLength: 1, maxLength: 4 });

describe('occurrences around a change of the clock', () => {
  it.each(changes)('equal those of a clock that is read minute by minute: %s, %s', (zoneName, change) => {
    const clock = clockAround(zoneName, change);
    fc.assert(
      fc.property(
        values(59),
        fc.option(fc.oneof(fc.constant<number[]>([0, 1, 2, 3]), values(23)), { nil: undefined }),
        fc.option(values(6), { nil: undefined }),
        fc.integer({ min: -30 * 60, max: 30 * 60 }),
        (minutes, hours, weekdays, minutesFromChange) => {
          const schedule = `0 ${minutes.join(',')} ${hours?.join(',') ?? '*'} * * ${weekdays?.join(',') ?? '*'}`;
          const now = new Date(new Date(change).getTime() + minutesFromChange * MINUTE_MS);
          const occurrences = occurrencesOf(
            clock,
            hours === undefined,
            ({ minute, hour, weekday }) =>
              minutes.includes(minute) &&
              (hours === undefined || hours.includes(hour)) &&
              (weekdays === undefined || weekdays.includes(weekday)),
          );
          // Schedules of few weekdays may have none within the days that the clock was read for.
          const latest = occurrences.filter((time) => time <= now.getTime()).at(-1);
          const next = occurrences.find((time) => time > now.getTime());
          if (latest !== undefined) {
            expect(latestOccurrence(schedule, zoneName, now).getTime()).toBe(latest);
          }
          if (next !== undefined) expect(nextOccurrence(schedule, zoneName, now).getTime()).toBe(next);
        },
      ),
      { numRuns: 150 },
    );
  });
});
