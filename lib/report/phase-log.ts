import type { RunPhase } from './events.ts';
import { type RequestCounts, requestsSince } from './request-tally.ts';

/** What one phase of a run took. */
export interface PhaseReport {
  readonly phase: RunPhase;
  readonly seconds: number;
  /** Requests sent meanwhile, repeated ones included, by operation. */
  readonly requests: RequestCounts;
}

interface Begun {
  readonly phase: RunPhase;
  readonly at: number;
  readonly requests: RequestCounts;
}

/** Keeps what each phase of a run took, in the order of the phases. Reads no clock itself. */
export class PhaseLog {
  readonly #ended: PhaseReport[] = [];
  #current: Begun | undefined;

  /**
   * Ends the phase before, if there was one, and begins another.
   * @param at milliseconds by a steady clock
   * @param sent the requests of the run so far
   */
  begin(phase: RunPhase, at: number, sent: RequestCounts): void {
    this.#ended.push(...this.#report(at, sent));
    this.#current = { phase, at, requests: { ...sent } };
  }

  /** All phases up to now. */
  report(at: number, sent: RequestCounts): readonly PhaseReport[] {
    return [...this.#ended, ...this.#report(at, sent)];
  }

  #report(at: number, sent: RequestCounts): readonly PhaseReport[] {
    if (this.#current === undefined) return [];
    const { phase, at: began, requests } = this.#current;
    const seconds = Math.round((at - began) / 10) / 100;
    return [{ phase, seconds, requests: requestsSince(requests, sent) }];
  }
}
