import type { EmulatorState, SeedOptions, Share } from '../../emulator/state/index.ts';

/** Names of the accounts and of the job in every scenario. */
export const SOURCE = 'source';
export const TARGET = 'target';

/** One piece of work that AzCopy and Sharepair are given in turn. */
export interface Scenario {
  /** What selects it on the command line. */
  readonly name: string;
  /** The work in words, at a scale: "first copy of 20,000 small files". */
  readonly title: (scale: number) => string;
  /** How long the emulator waits before it carries out each request, in milliseconds. */
  readonly latencyMs: number;
  /** What the source holds at first. */
  readonly seeds: (scale: number) => readonly Seed[];
  /** `equal`: the target is an older, complete copy, and Sharepair has made a recovery point of it. */
  readonly targetAtFirst: 'empty' | 'equal';
  /** What happens to the source after that. */
  readonly change?: (share: Share, state: EmulatorState, scale: number) => void;
  /** Seconds after which AzCopy is cut off; `DEFAULT_LIMIT_SECONDS` unless given. */
  readonly azCopyLimitSeconds?: number;
}

/** A synthetic tree; which account and share is the harness's business. */
export type Seed = Omit<SeedOptions, 'account' | 'share'>;

/** Seconds after which any run is cut off; its signatures last an hour. */
export const DEFAULT_LIMIT_SECONDS = 3000;

/** A count at a scale, at least 1. */
export function scaled(count: number, scale: number): number {
  return Math.max(1, Math.round(count * scale));
}

/** A count for people: 20,000. */
export function shownCount(count: number): string {
  return count.toLocaleString('en', { maximumFractionDigits: 0 });
}
