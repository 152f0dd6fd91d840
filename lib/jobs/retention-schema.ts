import { Duration } from 'luxon';
import type { z } from 'zod';
import { settings, text, wholeNumber } from './schema-parts.ts';

/** A share takes 200 snapshots (storage-files-scale-targets), and a run makes its own before it prunes. */
export const MOST_RECOVERY_POINTS = 199;

const count = (description: string) => wholeNumber(1, MOST_RECOVERY_POINTS, description).optional();

const newestOf = (period: string) =>
  count(`Of how many ${period} that have recovery points to keep the newest. ${PROVEN_FIRST}`);

const PROVEN_FIRST = 'One that is proven comes before a newer one that is not.';

const rules = {
  last: count('How many of the newest complete recovery points to keep.'),
  hourly: newestOf('hours'),
  daily: newestOf('days'),
  weekly: newestOf('weeks, of ISO 8601,'),
  monthly: newestOf('months'),
  yearly: newestOf('years'),
  within: text(
    'an ISO 8601 duration of at most 100 years such as "P30D" or "PT36H"',
    (value) => !isDuration(value),
    'Keeps all that are less than this older than the newest complete recovery point, as an ISO 8601 duration.',
  ).optional(),
  minimum: count('How many to keep at least: where the other rules keep fewer, the newest others are kept.'),
};

const RETENTION_RULES = Object.keys(rules);

/** The rules by which recovery points are kept. What they keep together must fit into a share. */
export const retentionSchema = settings(
  rules,
  'Which recovery points to keep: those that at least one rule keeps, and pinned ones besides. A run that completes deletes the others. Hours, days, weeks, months and years are those of the time zone of the job.',
)
  .superRefine((policy, context) => {
    if (Object.values(policy).every((value) => value === undefined)) {
      context.addIssue({ code: 'custom', message: `at least one of ${RETENTION_RULES.join(', ')}` });
    }
    const sum = countOfRules(policy);
    // A number that is too large by itself is told by itself.
    const isEachInRange = Object.values(numbersOf(policy)).every(
      (value) => (value ?? 0) <= MOST_RECOVERY_POINTS,
    );
    if (sum <= MOST_RECOVERY_POINTS || !isEachInRange) return;
    context.addIssue({
      code: 'custom',
      message: `rules that keep at most ${MOST_RECOVERY_POINTS} recovery points together, as a share has at most 200 snapshots`,
      params: { found: `${namedCounts(policy)}, together ${sum}` },
    });
  })
  // Without this, editors would take an object without a rule.
  .meta({ minProperties: 1 });

type WrittenRetention = z.output<ReturnType<typeof settings<typeof rules>>>;

/** The most recovery points that the rules with a number keep together; `minimum` adds none to what others keep. */
export function countOfRules(policy: WrittenRetention): number {
  const { minimum = 0, ...counts } = numbersOf(policy);
  const sum = Object.values(counts).reduce<number>((total, value) => total + (value ?? 0), 0);
  return Math.max(sum, minimum);
}

function numbersOf({ within, ...numbers }: WrittenRetention) {
  return numbers;
}

function namedCounts(policy: WrittenRetention): string {
  const { minimum, ...counts } = numbersOf(policy);
  return Object.entries(counts)
    .flatMap(([rule, value]) => (value === undefined ? [] : [`${rule} ${value}`]))
    .join(', ');
}

const MOST_MILLISECONDS = Duration.fromISO('P100Y').toMillis();

function isDuration(value: string): boolean {
  const duration = Duration.fromISO(value);
  const length = duration.toMillis();
  return (
    length > 0 && length <= MOST_MILLISECONDS && Object.values(duration.toObject()).every((part) => part >= 0)
  );
}
