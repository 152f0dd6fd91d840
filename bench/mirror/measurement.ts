import type { Prepared, Traffic } from './emulator/bench-emulator.ts';

/** What a tool took for a piece of work, and what it left. */
export type Measurement = Traffic & {
  readonly seconds: number;
  /** Null where the machine does not tell. */
  readonly peakBytes: number | null;
  /** Whether the tool said that it had done all of it. */
  readonly complete: boolean;
  /** How it ended, in words. */
  readonly ended: string;
};

/** A piece of work with what each tool took for it. */
export type ScenarioResult = {
  readonly name: string;
  readonly title: string;
  readonly latencyMs: number;
  readonly prepared: Prepared;
  /** Or why there is none. */
  readonly azCopy: Measurement | { readonly unavailable: string };
  readonly sharepair: Measurement;
};
