import { expect } from 'vitest';
import { pinLeaseId } from '../../../lib/snapshots/pin-lease.ts';
import { pinPoint, unpinPoint } from '../../../lib/target/pin-point.ts';
import { FIRST_JOB, type VirtualWorld } from './virtual-world.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** The pins of the first job, made and ended the way a person does. */
export class PinsMade {
  readonly #world: VirtualWorld;
  /** By run: when the pin ends; undefined for never. */
  #until = new Map<string, Date | undefined>();

  constructor(world: VirtualWorld) {
    this.#world = world;
  }

  async pin(number: number, days: number | undefined): Promise<void> {
    const { pairs } = this.#world.standing(FIRST_JOB);
    const pair = pairs[number % pairs.length];
    // Both halves leased by others cannot be pinned.
    if (pair === undefined || (pair.source.leased && pair.target.leased && !this.#until.has(pair.run)))
      return;
    const until = days === undefined ? undefined : this.#endAfter(days);
    await pinPoint(this.#of(pair.run), {
      reason: 'simulated',
      by: 'ada',
      at: this.#world.now.toISOString(),
      ...(until === undefined ? {} : { until: until.toISOString() }),
    });
    this.#until.set(pair.run, until);
  }

  async unpin(number: number): Promise<void> {
    const runs = [...this.#until.keys()];
    const run = runs[number % runs.length];
    if (run === undefined) return;
    this.#until.delete(run);
    const isThere = this.#world.standing(FIRST_JOB).pairs.some((pair) => pair.run === run);
    if (isThere) await unpinPoint(this.#of(run));
  }

  /** Whether a pin holds a recovery point: one is over when both clocks say so. */
  holds(run: string): boolean {
    if (!this.#until.has(run)) return false;
    const until = this.#until.get(run);
    return until === undefined || until > this.#world.now || until > this.#world.serviceNow;
  }

  /** When they end was written down in the folder alone, so that they end no more by themselves. */
  forgetEnds(): void {
    for (const run of this.#until.keys()) this.#until.set(run, undefined);
  }

  /** Of a recovery point that somebody has destroyed. */
  forget(run: string): void {
    this.#until.delete(run);
  }

  /** Expects both snapshots of every pinned recovery point to be there, under the lease of the pin. */
  expectHeld(told: string): void {
    const { pairs } = this.#world.standing(FIRST_JOB);
    for (const run of [...this.#until.keys()]) {
      const pair = pairs.find((each) => each.run === run);
      const leases = [
        pair && this.#world.source.snapshot(pair.source.id).lease?.id,
        pair && this.#world.target(FIRST_JOB)?.snapshot(pair.target.id).lease?.id,
      ];
      const isPinned = leases.includes(pinLeaseId(run));
      if (this.holds(run))
        expect(isPinned, `${told}: the pin of ${run}, whose leases are ${leases}`).toBe(true);
      else if (!isPinned) this.#until.delete(run);
    }
  }

  /** Between two minutes: whatever happens begins with one, so that no run is under way when a pin ends. */
  #endAfter(days: number): Date {
    const minute = Math.floor(this.#world.now.getTime() / MINUTE_MS) * MINUTE_MS;
    return new Date(minute + days * DAY_MS + MINUTE_MS / 2);
  }

  #of(point: string) {
    return { configuration: this.#world.configuration, job: FIRST_JOB, point };
  }
}
