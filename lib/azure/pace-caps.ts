import { DateTime } from 'luxon';

/** Limits that the owner of an account sets; what is absent is not limited. */
export interface PaceCaps {
  readonly requestsPerSecond?: number | undefined;
  /** Of content that requests have the service move. */
  readonly mebibytesPerSecond?: number | undefined;
  /** Requests under way at once. */
  readonly concurrency?: number | undefined;
}

/** Caps for some hours of the week, on the clock of the schedule's time zone. */
export interface PaceWindow extends PaceCaps {
  /** Weekdays on which it begins, 1 for Monday to 7 for Sunday. */
  readonly days: readonly number[];
  /** Minutes after midnight, from 0. */
  readonly fromMinute: number;
  /** Minutes after midnight, up to 1440; before `fromMinute` it is of the day after. The minute is not within. */
  readonly toMinute: number;
}

/** Caps, and what holds instead of them in some hours of the week. */
export interface PaceSchedule extends PaceCaps {
  /** IANA name. */
  readonly timeZone: string;
  readonly windows: readonly PaceWindow[];
}

const CAPS = ['requestsPerSecond', 'mebibytesPerSecond', 'concurrency'] as const;

/**
 * The caps at an instant, in milliseconds since 1970. A window replaces those caps that it names and leaves
 * the others; where windows overlap, the lowest of theirs holds. What counts is what the clock shows: an hour
 * that it shows twice is within twice, and one that it skips is not missed.
 */
export function capsAt(schedule: PaceSchedule, instant: number): PaceCaps {
  const local = DateTime.fromMillis(instant, { zone: schedule.timeZone });
  const minute = local.hour * 60 + local.minute;
  const windows = schedule.windows.filter((window) => holds(window, local.weekday, minute));
  const capOf = (cap: (typeof CAPS)[number]): number | undefined => {
    const named = windows.map((window) => window[cap]).filter((value) => value !== undefined);
    return named.length === 0 ? schedule[cap] : Math.min(...named);
  };
  return {
    requestsPerSecond: capOf('requestsPerSecond'),
    mebibytesPerSecond: capOf('mebibytesPerSecond'),
    concurrency: capOf('concurrency'),
  };
}

function holds({ days, fromMinute, toMinute }: PaceWindow, weekday: number, minute: number): boolean {
  if (fromMinute < toMinute) return days.includes(weekday) && minute >= fromMinute && minute < toMinute;
  const dayBefore = weekday === 1 ? 7 : weekday - 1;
  return (days.includes(weekday) && minute >= fromMinute) || (days.includes(dayBefore) && minute < toMinute);
}
