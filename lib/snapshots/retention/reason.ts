import type { CountedPeriod } from './periods.ts';

/** What keeps a recovery point. */
export type KeepingRule =
  | 'pinned'
  | 'newest-complete'
  | 'base'
  | 'in-progress'
  | 'none-newer'
  | 'future'
  | 'last'
  | CountedPeriod
  | 'within'
  | 'minimum';

/** Why nothing keeps it: `differs` for one that a complete one has superseded. */
export type DroppingRule = 'differs' | 'none';

export interface RetentionReason<Rule extends string = KeepingRule | DroppingRule> {
  readonly rule: Rule;
  /** For people, such as `daily, 3 of 7: newest of 2026-11-18`; no sentence, as several stand in a row. */
  readonly text: string;
}

export interface RetentionDecision<Rule extends string = KeepingRule | DroppingRule> {
  readonly id: string;
  /** At least one. */
  readonly reasons: readonly RetentionReason<Rule>[];
}
