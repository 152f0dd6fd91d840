import type { RetentionPolicy } from '../../jobs/configuration.ts';
import { COUNTED_PERIODS } from './periods.ts';

/**
 * Refuses a policy by which nothing may be deleted: one without a rule, or with a number of recovery points that
 * is none. Whether `within` is a duration shows where it is applied.
 * @throws {RangeError}
 */
export function checkPolicy(policy: RetentionPolicy): void {
  const counts = ['last', ...COUNTED_PERIODS, 'minimum'] as const;
  for (const rule of counts) {
    const count = policy[rule];
    if (count !== undefined && (!Number.isInteger(count) || count < 1)) {
      throw new RangeError(`retention has ${rule} ${count}, which is no whole number from 1`);
    }
  }
  if (policy.within === undefined && counts.every((rule) => policy[rule] === undefined)) {
    throw new RangeError('retention has no rule, so it would keep nothing');
  }
}
