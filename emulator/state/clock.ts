import { TICKS_PER_MILLISECOND, type Ticks, ticksOfMilliseconds } from './ticks.ts';

/**
 * The time of an emulator: the machine's time plus an offset, or standing still. Milliseconds move only as
 * told; the stamps that the state puts on what it changes are moreover never the same twice.
 */
export class Clock {
  #offset = 0;
  #frozenAt: number | undefined;
  #lastStamp = 0n;
  #lastNow = 0n;

  /** Milliseconds since 1970 by this clock. */
  milliseconds(): number {
    return this.#frozenAt ?? Date.now() + this.#offset;
  }

  /** The time in ticks; may repeat. */
  now(): Ticks {
    if (this.#frozenAt !== undefined) return ticksOfMilliseconds(this.#frozenAt);
    const now = ticksOfMilliseconds(Date.now() + this.#offset) + digitsBelowMilliseconds();
    // The digits below come from another clock, which begins its milliseconds at another instant.
    const stepsBack = now < this.#lastNow && this.#lastNow - now < TICKS_PER_MILLISECOND;
    this.#lastNow = stepsBack ? this.#lastNow : now;
    return this.#lastNow;
  }

  /** The time in ticks, later than every stamp before it, even when the clock stands still or was set back. */
  stamp(): Ticks {
    const now = this.now();
    this.#lastStamp = now > this.#lastStamp ? now : this.#lastStamp + 1n;
    return this.#lastStamp;
  }

  /** Moves the clock; negative values set it back. */
  advance(milliseconds: number): void {
    if (this.#frozenAt === undefined) this.#offset += milliseconds;
    else this.#frozenAt += milliseconds;
  }

  /** Sets the clock, which goes on unless it is frozen. */
  set(milliseconds: number): void {
    if (this.#frozenAt === undefined) this.#offset = milliseconds - Date.now();
    else this.#frozenAt = milliseconds;
  }

  /** Stops the clock, at a given time or where it is. */
  freeze(milliseconds: number = this.milliseconds()): void {
    this.#frozenAt = milliseconds;
  }

  /** Lets a frozen clock go on from where it stands. */
  resume(): void {
    if (this.#frozenAt === undefined) return;
    this.#offset = this.#frozenAt - Date.now();
    this.#frozenAt = undefined;
  }

  get frozen(): boolean {
    return this.#frozenAt !== undefined;
  }

  /** Makes sure that no stamp repeats one from before a restart. */
  resumeAfter(stamp: Ticks): void {
    if (stamp > this.#lastStamp) this.#lastStamp = stamp;
  }

  /** The latest stamp that was given out. */
  get lastStamp(): Ticks {
    return this.#lastStamp;
  }
}

/** The machine's wall clock has milliseconds; four more digits keep clients honest that compare seven. */
function digitsBelowMilliseconds(): Ticks {
  return BigInt(Math.floor((performance.now() % 1) * 10_000));
}
