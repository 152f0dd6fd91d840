import { DateTime, Duration } from 'luxon';
import { budgetSchema } from './budget-schema.ts';
import { InvalidScheduleError } from './ncrontab.ts';
import { countOfRules, retentionSchema } from './retention-schema.ts';
import { isKnownTimeZone, nextOccurrence } from './schedule.ts';
import type { PathProblem } from './schema-problems.ts';

/** What tells how many recovery points a job makes and keeps, as it is written, right or wrong. */
export interface WrittenRetentionOfJob {
  readonly name: string;
  readonly schedule: unknown;
  readonly timeZone: unknown;
  readonly retention: unknown;
  readonly budget: unknown;
}

/**
 * Jobs whose retention keeps more recovery points than their budget has room for besides the one that a run
 * makes before it prunes: by its numbers, or by what the schedule makes `within` its duration, those of the other
 * rules counted in. Jobs that are wrong otherwise are passed over; their mistakes are told by the schema. A job
 * without a schedule is started by hand, nobody knows how often.
 */
export function retentionProblems(jobs: readonly WrittenRetentionOfJob[]): PathProblem[] {
  return jobs.flatMap(({ name, schedule, timeZone = 'UTC', retention, budget = {} }) => {
    const policy = retentionSchema.safeParse(retention).data;
    const snapshots = budgetSchema.safeParse(budget).data?.snapshots;
    if (policy === undefined || snapshots === undefined) return [];
    const room = snapshots - 1;
    const why = `as the budget of the job is ${snapshots} snapshots in each share`;
    const sum = countOfRules(policy);
    if (sum > room) {
      const expected = `rules that keep at most ${room} recovery points together, ${why}`;
      return [{ path: ['jobs', name, 'retention'], expected, found: `rules that keep up to ${sum}` }];
    }
    if (policy.within === undefined || typeof schedule !== 'string' || typeof timeZone !== 'string')
      return [];
    // The last ones are among those within, or these among them; the sum with `last` is the schema's to check.
    const { last, minimum, ...others } = policy;
    const rest = countOfRules(others);
    const most = room - rest;
    const made = occurrencesWithin(policy.within, schedule, timeZone, most + 1);
    if (made === undefined || made <= most) return [];
    const besides = rest === 0 ? '' : ` besides the ${rest} that the other rules keep`;
    return [
      {
        path: ['jobs', name, 'retention', 'within'],
        expected: `a duration in which the schedule makes at most ${most} recovery points${besides}, ${why}`,
        found: `${JSON.stringify(policy.within)}, in which it makes more`,
      },
    ];
  });
}

/** A Monday, so that what repeats by the week is met where it is densest; any other would do as well. */
const BEGIN = DateTime.fromISO('2026-01-05T00:00:00Z');

/** How often a schedule occurs in a duration that begins with an occurrence, counted up to a limit. */
function occurrencesWithin(
  within: string,
  schedule: string,
  timeZone: string,
  limit: number,
): number | undefined {
  if (!isKnownTimeZone(timeZone)) return undefined;
  try {
    let occurrence = nextOccurrence(schedule, timeZone, BEGIN.minus(1).toJSDate());
    const end = DateTime.fromJSDate(occurrence, { zone: timeZone }).plus(Duration.fromISO(within)).toMillis();
    let count = 1;
    while (count < limit) {
      occurrence = nextOccurrence(schedule, timeZone, occurrence);
      if (occurrence.getTime() >= end) break;
      count += 1;
    }
    return count;
  } catch (error) {
    if (error instanceof InvalidScheduleError) return undefined;
    throw error;
  }
}
