import type { Timer } from '../../emulator/control/modelled-time.ts';

/** A clock that moves only as told, or by whoever sleeps. */
export class VirtualTimer implements Timer {
  #now = 0;
  readonly now = (): number => this.#now;

  readonly sleep = async (ms: number): Promise<void> => {
    this.#now += ms;
  };

  advance(ms: number): void {
    this.#now += ms;
  }
}
