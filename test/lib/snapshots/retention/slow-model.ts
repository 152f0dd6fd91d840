import type { RetentionPolicy } from '../../../../lib/jobs/configuration.ts';
import type { RetainablePoint, RetentionContext } from '../../../../lib/snapshots/retain.ts';

/*
 * Retention once more, one question at a time and without luxon: for each recovery point every rule word for word.
 * All times have seven digits here.
 */

const PERIODS = ['hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;

/** The ids that a policy keeps. `within` is in whole hours here: `PT36H`. */
export function modelKeeps(
  points: readonly RetainablePoint[],
  policy: RetentionPolicy,
  { timeZone, now, runInProgress, forRoom = false }: RetentionContext,
): ReadonlySet<string> {
  const complete = points.filter(({ level }) => level !== 'differs');
  const counted = complete.filter(({ pinned }) => !pinned);
  const kept = new Set<string>();
  for (const point of points) {
    const isNewestOf = (others: readonly RetainablePoint[]) =>
      others.includes(point) && !others.some((other) => isNewer(other, point));
    const ofPolicy = counted.includes(point) && ruleKeeps(point, counted, complete, policy, timeZone);
    if (
      point.pinned ||
      point.id === runInProgress ||
      isNewestOf(complete) ||
      isNewestOf(points.filter(isProven)) ||
      (!complete.some((other) => other === point || isNewer(other, point)) &&
        (!forRoom || isNewestOf(points))) ||
      ticks(point.time) > BigInt(now.getTime()) * 10_000n ||
      ofPolicy
    ) {
      kept.add(point.id);
    }
  }
  for (
    let left = (policy.minimum ?? 0) - counted.filter(({ id }) => kept.has(id)).length;
    left > 0;
    left -= 1
  ) {
    const spare = counted.filter(({ id }) => !kept.has(id));
    const newest = spare.find((point) => !spare.some((other) => isNewer(other, point)));
    if (newest !== undefined) kept.add(newest.id);
  }
  return kept;
}

function ruleKeeps(
  point: RetainablePoint,
  counted: readonly RetainablePoint[],
  complete: readonly RetainablePoint[],
  policy: RetentionPolicy,
  timeZone: string,
): boolean {
  if (counted.filter((other) => isNewer(other, point)).length < (policy.last ?? 0)) return true;
  if (policy.within !== undefined) {
    const hours = BigInt(/^PT(\d+)H$/.exec(policy.within)?.[1] ?? '');
    const newest = complete.find((candidate) => !complete.some((other) => isNewer(other, candidate)));
    const begin = ticks(newest?.sourceTime ?? '') - hours * 36_000_000_000n;
    if (ticks(point.sourceTime) > begin) return true;
  }
  return PERIODS.some((period) => {
    const nameOf = ({ sourceTime }: RetainablePoint) => slowPeriod(period, sourceTime, timeZone);
    const later = counted.filter(
      (other) => nameOf(other) !== nameOf(point) && ticks(other.sourceTime) > ticks(point.sourceTime),
    );
    const rivals = counted.filter((other) => other !== point && nameOf(other) === nameOf(point));
    return (
      new Set(later.map(nameOf)).size < (policy[period] ?? 0) &&
      !rivals.some((other) => isBetter(other, point))
    );
  });
}

function isBetter(one: RetainablePoint, other: RetainablePoint): boolean {
  if (isProven(one) !== isProven(other)) return isProven(one);
  const difference = ticks(one.sourceTime) - ticks(other.sourceTime);
  return difference === 0n ? isNewer(one, other) : difference > 0n;
}

function isNewer(one: RetainablePoint, other: RetainablePoint): boolean {
  const difference = ticks(one.time) - ticks(other.time);
  return difference === 0n ? one.id > other.id : difference > 0n;
}

function isProven({ level }: RetainablePoint): boolean {
  return level === 'listing-verified' || level === 'content-verified';
}

/** Units of 100 ns since 1970. */
function ticks(time: string): bigint {
  const [, seconds = '', digits = ''] = /^(.*)\.(\d{7})Z$/.exec(time) ?? [];
  return BigInt(Date.parse(`${seconds}Z`)) * 10_000n + BigInt(digits);
}

/** The period by the clock that `Intl` shows, and the week by its Thursday. */
export function slowPeriod(period: (typeof PERIODS)[number], time: string, timeZone: string): string {
  const { year, month, day, hour, offset } = clock(time, timeZone);
  switch (period) {
    case 'yearly':
      return year;
    case 'monthly':
      return `${year}-${month}`;
    case 'daily':
      return `${year}-${month}-${day}`;
    case 'hourly':
      return `${year}-${month}-${day}T${hour}${offset}`;
    case 'weekly': {
      const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
      date.setUTCDate(date.getUTCDate() + 4 - (date.getUTCDay() || 7));
      const days = (date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000;
      return `${date.getUTCFullYear()}-W${String(1 + Math.floor(days / 7)).padStart(2, '0')}`;
    }
  }
}

const formats = new Map<string, Intl.DateTimeFormat>();

function clock(time: string, timeZone: string) {
  const format = formats.get(timeZone) ?? clockFormat(timeZone);
  formats.set(timeZone, format);
  const parts = Object.fromEntries(
    format.formatToParts(new Date(time)).map(({ type, value }) => [type, value]),
  );
  const { year = '', month = '', day = '', hour = '', timeZoneName = '' } = parts;
  return { year, month, day, hour, offset: timeZoneName.replace('GMT', '') || '+00:00' };
}

function clockFormat(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'longOffset',
  });
}
