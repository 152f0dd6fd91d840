import { vi } from 'vitest';

/** The time of everything in this process, the emulator's included, while a test moves it on. It never stands still. */
export class MovedClock {
  #ahead = 0;

  constructor() {
    const RealDate = Date;
    const now = () => RealDate.now() + this.#ahead;
    class MovedDate extends RealDate {
      constructor(...given: [] | [number | string | Date]) {
        super(given[0] ?? now());
      }

      static override now(): number {
        return now();
      }
    }
    vi.stubGlobal('Date', MovedDate);
  }

  moveOn(milliseconds: number): void {
    this.#ahead += milliseconds;
  }

  putBack(): void {
    vi.unstubAllGlobals();
  }
}
