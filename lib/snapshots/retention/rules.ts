import type { RetentionPolicy } from '../../jobs/configuration.ts';
import { isProven } from '../../report/is-proven.ts';
import { compareText, type RetainablePoint } from './ordered-points.ts';
import { COUNTED_PERIODS, type CountedPeriod, periodOf } from './periods.ts';
import type { KeepingRule, RetentionReason } from './reason.ts';
import { beginOfWithin } from './within.ts';

/** Whom a policy is applied to. */
export interface Countable {
  /** The complete recovery points without a pin, newest first. */
  readonly counted: readonly RetainablePoint[];
  /** The newest complete one, pinned or not. */
  readonly newestComplete: RetainablePoint;
  readonly timeZone: string;
}

export type Keep = (point: RetainablePoint, reason: RetentionReason<KeepingRule>) => void;

/**
 * Tells `keep` of every recovery point that a rule of the policy keeps, once for each rule that does.
 * `minimum` is no such rule: it depends on how many are kept by whatever reason.
 */
export function applyPolicy(policy: RetentionPolicy, countable: Countable, keep: Keep): void {
  keepLast(policy.last, countable, keep);
  for (const period of COUNTED_PERIODS) keepOfPeriods(period, policy[period], countable, keep);
  keepWithin(policy.within, countable, keep);
}

function keepLast(last: number | undefined, { counted }: Countable, keep: Keep): void {
  if (last === undefined) return;
  counted.slice(0, last).forEach((point, index) => {
    keep(point, { rule: 'last', text: `last, ${index + 1} of ${last}` });
  });
}

/** Periods without a recovery point take no place, so that a pause in the backups makes none of them fall. */
function keepOfPeriods(
  period: CountedPeriod,
  places: number | undefined,
  { counted, timeZone }: Countable,
  keep: Keep,
): void {
  if (places === undefined) return;
  const latestFirst = counted.toSorted((one, other) => compareText(other.sourceTime, one.sourceTime));
  const byPeriod = Map.groupBy(latestFirst, ({ sourceTime }) => periodOf(period, sourceTime, timeZone));
  [...byPeriod].slice(0, places).forEach(([name, points], index) => {
    const [newest] = points;
    // One that is proven stands for its period before a newer one of which nothing is known.
    const kept = points.find(({ level }) => isProven(level)) ?? newest;
    if (kept === undefined) return;
    const which = kept === newest ? 'newest' : 'newest proven';
    keep(kept, { rule: period, text: `${period}, ${index + 1} of ${places}: ${which} of ${name}` });
  });
}

function keepWithin(
  within: string | undefined,
  { counted, newestComplete, timeZone }: Countable,
  keep: Keep,
): void {
  if (within === undefined) return;
  const begin = beginOfWithin(within, newestComplete.sourceTime, timeZone);
  for (const point of counted) {
    if (point.sourceTime > begin) keep(point, { rule: 'within', text: `within ${within} of the newest` });
  }
}
