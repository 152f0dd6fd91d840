import { expect } from 'vitest';
import type { EndEvent } from '../../../lib/report/events.ts';
import { comparable, readTree } from '../tree.ts';
import type { Bystanders } from './bystanders.ts';
import { ExpectedRetention } from './expected-retention.ts';
import type { OwnSnapshot, Standing } from './own-snapshots.ts';
import type { PinsMade } from './pins-made.ts';
import type { Course } from './scenario.ts';
import type { JobName, VirtualWorld } from './virtual-world.ts';

const DAY_MS = 86_400_000;
const GRACE_MS = 7 * DAY_MS;

/** What is known of one job besides what its shares show. */
export interface History {
  /** Runs half of whose recovery point somebody has deleted by hand. */
  readonly halved: Set<string>;
  /** Runs of which somebody has made a snapshot twice. */
  readonly twinned: Set<string>;
  /** Milliseconds since 1970; what is older may be explained by what was lost. */
  folderLostAt: number;
}

/** Judges each run of one job by what it did to the two shares, by rules of its own. */
export class Watch {
  readonly #world: VirtualWorld;
  readonly #job: JobName;
  readonly #bystanders: Bystanders;
  readonly #pins: PinsMade;
  readonly #history: History;
  readonly #retention: ExpectedRetention;
  readonly #equal = new Set<string>();
  #before: Standing;
  /** Milliseconds since 1970; a prune judges what is past its grace by a time between this and its end. */
  #began = 0;
  /** As `source 2026-…`: what is on the two shares and not the job's. */
  #foreign: readonly string[] = [];
  #shortage = 0;
  /** As the prune at the end finds it. */
  #made: Standing | undefined;
  #exceeded: string | undefined;

  constructor(
    world: VirtualWorld,
    job: JobName,
    others: { readonly bystanders: Bystanders; readonly pins: PinsMade; readonly history: History },
  ) {
    this.#world = world;
    this.#job = job;
    this.#bystanders = others.bystanders;
    this.#pins = others.pins;
    this.#history = others.history;
    this.#retention = new ExpectedRetention(world, job, others.bystanders, others.pins);
    this.#before = world.standing(job);
  }

  /** Watches what `act` does; a run of this job, and nothing of others meanwhile. */
  async over<T>(act: () => Promise<T>): Promise<T> {
    this.#before = this.#world.standing(this.#job);
    this.#began = this.#world.now.getTime();
    this.#foreign = this.#foreignNow();
    this.#shortage = this.#shortageNow();
    this.#made = undefined;
    this.#exceeded = undefined;
    const forget = this.#world.emulator.onRequest(({ phase, operation, status, share }) => {
      if (phase !== 'after' || operation !== 'SnapshotShare' || status !== 201) return;
      const isTarget = share === this.#world.target(this.#job)?.name;
      if (isTarget) this.#made = this.#world.standing(this.#job);
      this.#countAfterCreation(isTarget ? 'target' : 'source');
    });
    try {
      return await act();
    } finally {
      forget();
    }
  }

  /** Judges a run that has ended. */
  judge(end: EndEvent, course: Course, told: string): void {
    const after = this.#world.standing(this.#job);
    expect(this.#exceeded, told).toBeUndefined();
    this.#expectForeign(told);
    this.#pins.expectHeld(told);
    this.#expectTrueClaims(after, told);
    this.#expectJustified(this.#made ?? after, course, told);
    if (this.#made !== undefined) this.#expectFewest(this.#before, this.#made, told);
    this.#expectGrace(after, end.run, told);
    if (course.kind === 'well') this.#expectGoodEnd(end, told);
    if (course.kind === 'tampered' && this.#made !== undefined) {
      expect(end.outcome, `${told}: ${end.message}`).toBe('differs');
    }
    if (end.outcome !== 'complete') return;
    expect(end.point?.level, told).toBe('listing-verified');
    expect(
      after.pairs.map(({ run }) => run),
      told,
    ).toContain(end.run);
    // Told that it has no records of pins, a run knows of no pin's end, keeps what is leased, and judges what is lone
    // by that; the next run is judged by it.
    const isMisled = course.kind === 'error' && course.status === 404;
    this.#expectPolicy(this.#made ?? this.#before, after, { runInProgress: end.run, isMisled }, told);
    if (!isMisled) this.#expectInStep(after, told);
    if (course.kind !== 'well') return;
    const lease = this.#world.target(this.#job)?.properties().lease;
    expect(lease?.status, `${told}: the lock`).toBe('unlocked');
  }

  /** Judges a prune that a person asked for. */
  judgePrune(told: string): void {
    const after = this.#world.standing(this.#job);
    this.#expectForeign(told);
    this.#pins.expectHeld(told);
    this.#expectPolicy(this.#before, after, { runInProgress: undefined, isMisled: false }, told);
    this.#expectGrace(after, undefined, told);
  }

  #expectForeign(told: string): void {
    this.#bystanders.expectUntouched(told);
    expect(this.#foreignNow(), `${told}: snapshots of others`).toEqual(this.#foreign);
  }

  #foreignNow(): readonly string[] {
    const { pairs, alone } = this.#world.standing(this.#job);
    const own = new Set([...alone, ...pairs.flatMap(({ source, target }) => [source, target])].map(nameOf));
    return (['source', 'target'] as const).flatMap((side) => {
      const ids = this.#world.share(this.#job, side)?.snapshotIds() ?? [];
      return ids.map((id) => nameOf({ side, id })).filter((name) => !own.has(name));
    });
  }

  #countAfterCreation(side: 'source' | 'target'): void {
    const count = this.#world.share(this.#job, side)?.snapshots.length ?? 0;
    const { budget } = this.#world.scenario;
    if (count > budget) this.#exceeded = `a run brought the ${side} to ${count} snapshots, of ${budget}`;
  }

  /** Whatever is said to be proven is true, of every recovery point; snapshots never change, so once is enough. */
  #expectTrueClaims({ pairs, levels }: Standing, told: string): void {
    const target = this.#world.target(this.#job);
    for (const { run, source, target: copy } of pairs) {
      const level = levels.get(run);
      const pair = `${source.id} ${copy.id}`;
      if (target === undefined || level === undefined || level === 'differs' || this.#equal.has(pair))
        continue;
      const promised = comparable(readTree(this.#world.source, source.id));
      expect(comparable(readTree(target, copy.id)), `${told}: ${run} is said to be ${level}`).toEqual(
        promised,
      );
      this.#equal.add(pair);
    }
  }

  /** What a run deletes before it makes its own snapshots is the oldest that can be spared. */
  #expectJustified(after: Standing, course: Course, told: string): void {
    const left = new Set(after.pairs.map(({ run }) => run));
    const gone = this.#before.pairs.filter(({ run }) => !left.has(run)).map(({ run }) => run);
    if (gone.length === 0) return;
    // A run that finishes the recovery point of one that was cut off proves it before it prunes.
    const levels = new Map([...this.#before.levels, ...after.levels]);
    const spare = this.#retention.spareOf({ ...this.#before, levels });
    // In the stead of one that could not be deleted, the next oldest goes.
    const expected = course.kind === 'error' ? expect.arrayContaining(gone) : spare.slice(0, gone.length);
    const found = course.kind === 'error' ? spare : gone;
    expect(found, `${told}: deleted ${gone}, and could spare ${spare}`).toEqual(expected);
  }

  #expectFewest(before: Standing, made: Standing, told: string): void {
    const left = new Set(made.pairs.map(({ run }) => run));
    const gone = before.pairs.filter(({ run }) => !left.has(run));
    expect(gone.length, `${told}: deleted for room`).toBeLessThanOrEqual(this.#shortage);
  }

  /** How many snapshots are in the way of another one on either side. */
  #shortageNow(): number {
    const counts = (['source', 'target'] as const).map(
      (side) => this.#world.share(this.#job, side)?.snapshots.length ?? 0,
    );
    return Math.max(0, Math.max(...counts) + 1 - this.#world.scenario.budget);
  }

  /** A run that nobody disturbed ends well, or is refused where nothing can be spared. */
  #expectGoodEnd(end: EndEvent, told: string): void {
    if (end.outcome === 'guard') {
      expect(end.message, told).toMatch(/budget of job/);
      const standing = this.#world.standing(this.#job);
      const { budget } = this.#world.scenario;
      const full = (['source', 'target'] as const).filter(
        (side) => (this.#world.share(this.#job, side)?.snapshots.length ?? 0) >= budget,
      );
      expect(full, `${told}: refused with room on both sides`).not.toEqual([]);
      expect(this.#retention.spareOf(standing), `${told}: refused, though these could go`).toEqual([]);
      return;
    }
    expect(end.outcome, `${told}: ${end.message}`).toBe('complete');
    expect(end.failures, told).toBe(0);
  }

  #expectPolicy(
    before: Standing,
    after: Standing,
    { runInProgress, isMisled }: { readonly runInProgress: string | undefined; readonly isMisled: boolean },
    told: string,
  ): void {
    const levels = runInProgress === undefined ? before.levels : after.levels;
    const known = { ...before, levels: new Map([...before.levels, ...levels]) };
    const kept = this.#retention.keptOf(known, { runInProgress });
    const expected = before.pairs.map(({ run }) => run).filter((run) => kept.has(run));
    expect(
      after.pairs.map(({ run }) => run),
      `${told}: what the policy ${JSON.stringify(this.#world.policyOf(this.#job))} keeps`,
    ).toEqual(isMisled ? expect.arrayContaining(expected) : expected);
  }

  /** After a complete run, what is there without its other half is explained by what somebody did. */
  #expectInStep(after: Standing, told: string): void {
    const { halved, twinned, folderLostAt } = this.#history;
    for (const own of after.alone) {
      const made = Date.parse(own.id);
      const isExplained = halved.has(own.run) || twinned.has(own.run) || made < folderLostAt;
      expect(
        own.leased || isExplained,
        `${told}: ${own.side} snapshot ${own.id} of run ${own.run} is alone`,
      ).toBe(true);
      const isInGrace = made > this.#began - GRACE_MS;
      if (own.leased || isInGrace) continue;
      expect(
        this.#retention.isWorthKeeping(own, after),
        `${told}: ${own.side} snapshot ${own.id} of run ${own.run} is alone past its grace`,
      ).toBe(true);
    }
  }

  /** What lost its other half by somebody's hand stays for a while, if the policy would keep the whole. */
  #expectGrace(after: Standing, ownRun: string | undefined, told: string): void {
    const left = new Set(
      [...after.alone, ...after.pairs.flatMap(({ source, target }) => [source, target])].map(nameOf),
    );
    for (const own of this.#before.alone) {
      const isInGrace = Date.parse(own.id) > this.#world.now.getTime() - GRACE_MS;
      const { halved, twinned } = this.#history;
      if (left.has(nameOf(own)) || !isInGrace || own.run === ownRun || twinned.has(own.run)) continue;
      const isDue = halved.has(own.run) && this.#retention.isWorthKeeping(own, this.#before);
      expect(
        isDue,
        `${told}: ${own.side} snapshot ${own.id} of run ${own.run} is gone within its grace`,
      ).toBe(false);
    }
  }
}

function nameOf({ side, id }: Pick<OwnSnapshot, 'side' | 'id'>): string {
  return `${side} ${id}`;
}
