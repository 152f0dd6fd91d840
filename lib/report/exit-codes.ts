import type { Outcome } from './events.ts';

/** What a process ends with; docs/exit-codes.md says what to do on each. */
export const EXIT_CODES: Readonly<Record<Outcome | 'configuration' | 'late', number>> = {
  complete: 0,
  failed: 1,
  configuration: 2,
  incomplete: 3,
  guard: 4,
  locked: 5,
  differs: 6,
  late: 7,
};
