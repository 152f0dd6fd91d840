import type { Outcome } from '../lib/report/events.ts';

const WORST_FIRST: readonly Outcome[] = ['failed', 'differs', 'guard', 'incomplete', 'locked', 'complete'];

/** The outcome that a command over several jobs ends with. Complete when there is none. */
export function worstOutcome(outcomes: readonly Outcome[]): Outcome {
  return WORST_FIRST.find((outcome) => outcomes.includes(outcome)) ?? 'complete';
}
