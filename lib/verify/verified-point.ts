import type { PlannedChange } from '../mirror/plan.ts';
import type { VerificationLevel } from '../report/events.ts';
import type { ListedPoint } from '../target/list-points.ts';
import type { ProvenRounds } from './content-rounds.ts';

/** What a verification has found of one recovery point. */
export interface VerifiedPoint {
  readonly point: string;
  /** What is proven of it now; its former level where this comparison did not come to its end. */
  readonly level: VerificationLevel;
  readonly finished: boolean;
  readonly entries: number;
  readonly differences: number;
  /** The first differences of the listings, as the changes that would make the target equal. */
  readonly examples: readonly PlannedChange[];
  /** Files whose bytes differ, the first hundred that were found. */
  readonly different: readonly string[];
  /** Entries that may differ, as the run had failed at them and tolerated it. */
  readonly tolerated: readonly string[];
  readonly filesRead: number;
  readonly bytesRead: number;
  /** Which samples of the files have been read of it, this one included; null where none was to be read. */
  readonly sample: ProvenRounds | null;
  readonly message: string;
}

/** One of which nothing more is proven than before. */
export function unfinished({ id, level }: ListedPoint, message: string): VerifiedPoint {
  return {
    point: id,
    level,
    finished: false,
    entries: 0,
    differences: 0,
    examples: [],
    different: [],
    tolerated: [],
    filesRead: 0,
    bytesRead: 0,
    sample: null,
    message,
  };
}
