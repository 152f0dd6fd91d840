import type { OperationName } from '../azure/operations.ts';
import type { PhaseReport } from './phase-log.ts';
import type { Plan } from './plan.ts';

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
  /** Entries per second of late; null until that can be told. */
  readonly rate: number | null;
  /** Seconds until as many entries are met as the previous recovery point has; null where nobody can tell. */
  readonly etaSeconds: number | null;
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

/** What a process of a run has read of the files whose turn it was. */
export interface SampleReport {
  /** In how many runs every file has its turn. */
  readonly rounds: number;
  /** This run's, from 0. */
  readonly round: number;
  readonly filesRead: number;
  /** On each side. */
  readonly bytesRead: number;
  /** Files whose bytes differed, and that were copied again. */
  readonly differences: number;
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
  /** What failed, perhaps in an earlier process of the run, and did not keep it from making its recovery point. */
  readonly tolerated: readonly FailedEntry[];
  /** Which files had their bytes read on both sides although their listings were equal; null for none. */
  readonly sample: SampleReport | null;
  readonly pruned: readonly string[];
  /** Requests sent, repeated ones included, by operation. */
  readonly requests: Readonly<Partial<Record<OperationName, number>>>;
  /** What each phase took, in their order. */
  readonly phases: readonly PhaseReport[];
  readonly startedAt: string;
  readonly seconds: number;
  /** For people: why it ended as it did, and what to do. */
  readonly message: string;
  /** What a dry run found. */
  readonly plan?: Plan;
}

export type RunEvent = StartEvent | PhaseEvent | ProgressEvent | NoteEvent | EndEvent;

export type Observe = (event: RunEvent) => void;
