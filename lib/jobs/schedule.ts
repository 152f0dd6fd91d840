import { CronExpressionParser } from 'cron-parser';
import { IANAZone } from 'luxon';
import type { JobConfiguration } from './configuration.ts';
import { parseNcrontab } from './ncrontab.ts';

/**
 * Whether a run should start now: none has started at or after the schedule's latest occurrence. However many
 * occurrences were missed, they are caught up by one run. A job that never ran is due at once; one without a
 * schedule never is.
 */
export function isDue(
  job: Pick<JobConfiguration, 'schedule' | 'timeZone'>,
  lastStart: Date | undefined,
  now: Date,
): boolean {
  if (job.schedule === undefined) return false;
  return lastStart === undefined || lastStart < latestOccurrence(job.schedule, job.timeZone, now);
}

/**
 * The latest occurrence of an NCRONTAB schedule at or before `now`.
 *
 * When the clock is set forward, an occurrence that the clock skips takes place as much later as the clock
 * jumped: 02:30 becomes 03:30. When it is set back, a schedule that names hours occurs at the first of two
 * equal times only, and one of every hour at both, so that its pace stays.
 * @throws {InvalidScheduleError} also for a time zone that is not known
 */
export function latestOccurrence(schedule: string, timeZone: string, now: Date): Date {
  return new Date(nearestOccurrence(schedule, timeZone, now.getTime(), 'backwards'));
}

/** The first occurrence after `now`; what `latestOccurrence` says of the clock holds here, too. */
export function nextOccurrence(schedule: string, timeZone: string, now: Date): Date {
  return new Date(nearestOccurrence(schedule, timeZone, now.getTime(), 'forwards'));
}

type Direction = 'forwards' | 'backwards';

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;

/**
 * Clock readings are handled as if they were UTC and turned into instants one by one. Near a change of the
 * clock the order of instants is not the order of readings; so the walk goes on past the first fit for as
 * long as the change is wide.
 */
function nearestOccurrence(schedule: string, timeZone: string, now: number, direction: Direction): number {
  const zone = knownZone(timeZone);
  const backwards = direction === 'backwards';
  const { everyHour } = parseNcrontab(schedule);
  const offsets = offsetsAround(zone, now);
  const start = now + (backwards ? Math.max(...offsets) + SECOND_MS : Math.min(...offsets) - SECOND_MS);
  let nearest: number | undefined;
  let lastReading = 0;
  for (const reading of clockReadings(schedule, start, direction)) {
    if (nearest !== undefined && (backwards ? reading < lastReading : reading > lastReading)) return nearest;
    const instants = instantsOf(zone, reading, everyHour);
    for (const instant of instants) {
      if (backwards ? instant > now : instant <= now) continue;
      if (nearest !== undefined && (backwards ? instant <= nearest : instant >= nearest)) continue;
      if (nearest === undefined) {
        const around = offsetsAround(zone, instant);
        const width = Math.max(...around) - Math.min(...around);
        lastReading = backwards ? reading - width : reading + width;
      }
      nearest = instant;
    }
  }
  throw new RangeError(`the schedule ${schedule} has no occurrence`);
}

function knownZone(timeZone: string): IANAZone {
  const known = knownZones.get(timeZone);
  if (known !== undefined) return known;
  if (!isKnownTimeZone(timeZone)) throw new RangeError(`${timeZone} is no known time zone`);
  const zone = IANAZone.create(timeZone);
  knownZones.set(timeZone, zone);
  return zone;
}

/** To look for a zone takes longer than all the rest of finding an occurrence. */
const knownZones = new Map<string, IANAZone>();

/** Whether the IANA time zone database has a zone of this name. */
export function isKnownTimeZone(name: string): boolean {
  // Newer JavaScript engines also take bare offsets such as +02:00, which know no daylight-saving time.
  return /^[a-z]/i.test(name) && IANAZone.isValidZone(name);
}

/** The zone's offsets from UTC in milliseconds, a day before and a day after an instant or a reading. */
function offsetsAround(zone: IANAZone, time: number): [before: number, after: number] {
  return [offsetAt(zone, time - DAY_MS), offsetAt(zone, time + DAY_MS)];
}

function offsetAt(zone: IANAZone, instant: number): number {
  return zone.offset(instant) * 60_000;
}

/** The readings that match the schedule, strictly after or before `start` and in that order. */
function* clockReadings(schedule: string, start: number, direction: Direction): Generator<number> {
  const { daysAndTimes, weekdays } = parseNcrontab(schedule);
  const matches = CronExpressionParser.parse(daysAndTimes, { currentDate: new Date(start), tz: 'UTC' });
  while (true) {
    const reading = (direction === 'forwards' ? matches.next() : matches.prev()).getTime();
    if (weekdays.has(new Date(reading).getUTCDay())) {
      yield reading;
    } else {
      const midnight = reading - (reading % DAY_MS);
      matches.reset(new Date(direction === 'forwards' ? midnight + DAY_MS - SECOND_MS : midnight));
    }
  }
}

/** When the clock shows a reading: once as a rule, later when it skips it, twice when it is set back over it. */
function instantsOf(zone: IANAZone, reading: number, everyHour: boolean): number[] {
  const [before, after] = offsetsAround(zone, reading);
  const shown = [before, after]
    .filter((offset) => offsetAt(zone, reading - offset) === offset)
    .map((offset) => reading - offset);
  if (shown.length === 0) return [reading - before];
  const inOrder = [...new Set(shown)].sort((one, other) => one - other);
  return everyHour ? inOrder : inOrder.slice(0, 1);
}
