import type { VerificationLevel } from './events.ts';

/** Whether a level says that the two snapshots were compared and found equal. */
export function isProven(level: VerificationLevel): boolean {
  return level === 'listing-verified' || level === 'content-verified';
}
