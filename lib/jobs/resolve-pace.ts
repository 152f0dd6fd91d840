import type { PaceSchedule } from '../azure/pace-caps.ts';
import { WEEKDAYS, type WrittenPace } from './pace-schema.ts';

/** Caps as the file has them, with days and times as numbers. */
export function resolvePace({ windows, ...written }: WrittenPace): PaceSchedule {
  return {
    ...written,
    windows: windows.map(({ days = WEEKDAYS, from, to, ...caps }) => ({
      ...caps,
      days: days.map((day) => WEEKDAYS.indexOf(day) + 1),
      fromMinute: minuteOf(from),
      toMinute: minuteOf(to),
    })),
  };
}

function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}
