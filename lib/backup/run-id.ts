import { randomInt } from 'node:crypto';

/** How many values of the last four hexadecimal digits fall into one millisecond. */
const PER_MILLISECOND = 65;

/** An id that sorts by the time at which the run began: `20261121T053000Z-7f3a`, to the millisecond. */
export function newRunId(now: Date): string {
  const seconds = now
    .toISOString()
    .replace(/[-:]/g, '')
    .replace(/\.\d{3}/, '');
  const withinSecond = now.getUTCMilliseconds() * PER_MILLISECOND + randomInt(PER_MILLISECOND);
  return `${seconds}-${withinSecond.toString(16).padStart(4, '0')}`;
}
