import type { OperationName } from '../azure/operations.ts';
import type { Plan } from '../mirror/plan.ts';

/** How a run ended. Each has an exit code of its own (docs/exit-codes.md). */
export type Outcome = 'complete' | 'incomplete' | 'guard' | 'failed' | 'locked' | 'differs';

/** What has been proven of a recovery point, on its two snapshots. */
export type VerificationLevel = 'copied' | 'listing-verified' | 'content-verified' | 'differs';

export type RunPhase =
  | 'lock'
  | 'compare'
  | 'snapshot-source'
  | 'mirror'
  | 'snapshot-target'
  | 'verify'
  | 'prune';

export interface FailedEntry {
  readonly path: string;
  readonly code: string;
  readonly requestId: string | null;
  readonly message: string;
}

export interface StartEvent {
  readonly event: 'start';
  readonly job: string;
  readonly run: string;
  readonly resumed: boolean;
  readonly dryRun: boolean;
}

export interface PhaseEvent {
  readonly event: 'phase';
  readonly job: string;
  readonly run: string;
  readonly phase: RunPhase;
}

export interface ProgressEvent {
  readonly event: 'progress';
  readonly job: string;
  readonly run: string;
  readonly phase: RunPhase;
  readonly entries: number;
  /** Entries of the previous recovery point, to measure against; null on a first run. */
  readonly expectedEntries: number | null;
  readonly changed: number;
  readonly deleted: number;
  readonly bytes: number;
  readonly requests: number;
  readonly directory: string;
}

export interface NoteEvent {
  readonly event: 'note';
  readonly job: string;
  readonly run: string;
  readonly message: string;
}

export interface PointReference {
  readonly id: string;
  readonly level: VerificationLevel;
  readonly sourceSnapshot: string;
  readonly targetSnapshot: string;
}

/** The report of a run, and the last event of it. */
export interface EndEvent {
  readonly event: 'end';
  readonly outcome: Outcome;
  readonly job: string;
  readonly run: string;
  readonly point: PointReference | null;
  /** Files and directories of the source snapshot that were compared. */
  readonly entries: number;
  readonly changed: number;
  readonly deleted: number;
  /** Bytes that the service copied from share to share. */
  readonly bytes: number;
  /** Bytes of files that had to pass through this program; 0 but for paths whose URL is over 2 KiB. */
  readonly bytesThroughClient: number;
  readonly failed: readonly FailedEntry[];
  /** How many entries failed; more than `failed` holds where there are over a thousand. */
  readonly failures: number;
  readonly pruned: readonly string[];
  /** Requests sent, repeated ones included, by operation. */
  readonly requests: Readonly<Partial<Record<OperationName, number>>>;
  readonly startedAt: string;
  readonly seconds: number;
  /** For people: why it ended as it did, and what to do. */
  readonly message: string;
  /** What a dry run found. */
  readonly plan?: Plan;
}

export type RunEvent = StartEvent | PhaseEvent | ProgressEvent | NoteEvent | EndEvent;

export type Observe = (event: RunEvent) => void;
