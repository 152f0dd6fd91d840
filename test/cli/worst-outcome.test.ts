import fc from 'fast-check';
import { expect, it } from 'vitest';
import { worstOutcome } from '../../cli/worst-outcome.ts';
import type { Outcome } from '../../lib/report/events.ts';

const ORDER: readonly Outcome[] = ['failed', 'differs', 'guard', 'incomplete', 'locked', 'complete'];

it('is the first in the documented order, however the jobs are ordered', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...ORDER), { minLength: 1 }), (outcomes) => {
      const ranks = outcomes.map((outcome) => ORDER.indexOf(outcome));
      expect(worstOutcome(outcomes)).toBe(ORDER[Math.min(...ranks)]);
    }),
  );
});
