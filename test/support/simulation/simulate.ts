import { expect } from 'vitest';
import { runPrune } from '../../../lib/backup/run-prune.ts';
import { nextOccurrence } from '../../../lib/jobs/schedule.ts';
import { readStatus } from '../../../lib/target/read-status.ts';
import { runVerify } from '../../../lib/verify/run-verify.ts';
import { ShareBuilder } from '../share-builder.ts';
import { tryEdits } from '../share-edits.ts';
import { Bystanders } from './bystanders.ts';
import { PinsMade } from './pins-made.ts';
import type { Course, Happening, Scenario, Side } from './scenario.ts';
import { FIRST_JOB, type JobName, SECOND_JOB, VirtualWorld } from './virtual-world.ts';
import { type History, Watch } from './watch.ts';

const DAY_MS = 86_400_000;

/** How often something came about in a simulation. */
export type Tally = Map<string, number>;

/**
 * Lives through a scenario run by run and judges after each of them that the retention policy holds, the pairs are in
 * step, the budget was never exceeded, nothing of others was touched, and nothing is said that is not so.
 * Returns what came about, so that a test can tell that it met what it is about.
 */
export async function simulate(scenario: Scenario): Promise<Tally> {
  const world = await VirtualWorld.start(scenario);
  try {
    return await new Simulation(world).live();
  } finally {
    await world.close();
  }
}

class Simulation {
  readonly #world: VirtualWorld;
  readonly #bystanders: Bystanders;
  readonly #pins: PinsMade;
  readonly #watches: Readonly<Record<JobName, Watch>>;
  readonly #history: History = { halved: new Set(), twinned: new Set(), folderLostAt: 0 };
  readonly #tally: Tally = new Map();
  #adopt = false;

  constructor(world: VirtualWorld) {
    this.#world = world;
    this.#bystanders = new Bystanders(world);
    this.#pins = new PinsMade(world);
    const others = { bystanders: this.#bystanders, pins: this.#pins, history: this.#history };
    const elsewhere: History = { halved: new Set(), twinned: new Set(), folderLostAt: 0 };
    this.#watches = {
      [FIRST_JOB]: new Watch(world, FIRST_JOB, others),
      [SECOND_JOB]: new Watch(world, SECOND_JOB, { ...others, history: elsewhere }),
    };
  }

  async live(): Promise<Tally> {
    const { steps, schedule, timeZone, secondJobEvery, from } = this.#world.scenario;
    new ShareBuilder(this.#world.source).file('folder/one', '1').file('folder/two', '2').file('a', 'a');
    for (const [index, { happenings, course }] of steps.entries()) {
      const last = this.#world.now.getTime();
      const next = nextOccurrence(schedule, timeZone, this.#world.now).getTime();
      for (const [order, happening] of happenings.entries()) {
        this.#world.moveTo(new Date(last + ((next - last) * (order + 1)) / (happenings.length + 1)));
        await this.#happen(happening, `${from}, step ${index}, ${happening.do}`);
      }
      this.#world.moveTo(new Date(next));
      await this.#backUp(FIRST_JOB, course, `${from}, step ${index}, ${JSON.stringify(course)}`);
      if (secondJobEvery !== undefined && index % secondJobEvery === 0) {
        await this.#backUp(SECOND_JOB, { kind: 'well' }, `${from}, step ${index}, second job`);
      }
    }
    return this.#tally;
  }

  async #backUp(job: JobName, course: Course, told: string): Promise<void> {
    const watch = this.#watches[job];
    const hasPoints = this.#world.standing(job).pairs.length > 0;
    const end = await watch.over(() =>
      this.#world.backUp(job, course, { adopt: this.#adopt && job === FIRST_JOB }),
    );
    this.#count(`${course.kind}: ${end.outcome}`);
    if (job === FIRST_JOB) this.#adopt = false;
    // With neither its folder nor a snapshot left, nothing shows that the target is the job's: a person has to say so.
    const isBare = job === FIRST_JOB && !hasPoints && this.#history.folderLostAt > 0;
    if (isBare && end.outcome === 'guard' && /adopt/.test(end.message)) {
      this.#adopt = true;
      return;
    }
    watch.judge(end, course, told);
    if (course.kind === 'well' && end.outcome === 'complete') await this.#expectStatus(job, end.run, told);
  }

  /** A job that has just been backed up stands well, unless a recovery point of it differs. */
  async #expectStatus(job: JobName, run: string, told: string): Promise<void> {
    const { levels, pairs } = this.#world.standing(job);
    const status = await readStatus(this.#world.configuration, job, this.#world.now);
    const differing = pairs.filter((pair) => levels.get(pair.run) === 'differs').map((pair) => pair.run);
    expect(status, told).toMatchObject({
      verdict: differing.length > 0 ? 'differs' : 'good',
      // More than the run has proven, where somebody read it to the last byte before the run was carried on.
      lastPoint: { id: run, level: expect.stringMatching(/^(listing|content)-verified$/) },
      running: null,
      differing,
      budget: {
        source: { budget: this.#world.scenario.budget },
        target: { ours: this.#world.standing(job).pairs.length + this.#aloneOn(job, 'target') },
      },
    });
  }

  #aloneOn(job: JobName, side: Side): number {
    return this.#world.standing(job).alone.filter((own) => own.side === side).length;
  }

  async #happen(happening: Happening, told: string): Promise<void> {
    this.#count(happening.do);
    switch (happening.do) {
      case 'edit':
        return tryEdits(new ShareBuilder(this.#world.source), [happening.edit]);
      case 'snapshot-by-hand':
        return this.#bystanders.makeSnapshot(happening.side);
      case 'delete-by-hand':
        return this.#bystanders.deleteSnapshot(happening.side, happening.number);
      case 'azure-backup':
        return this.#bystanders.backUp();
      case 'azure-backup-expires':
        return this.#bystanders.expireBackup();
      case 'lose-snapshot':
        return this.#loseSnapshot(happening.side, happening.number);
      case 'make-twin':
        return this.#makeTwin(happening.side, happening.number);
      case 'pin':
        return this.#pins.pin(happening.number, happening.days);
      case 'unpin':
        return this.#pins.unpin(happening.number);
      case 'lease':
        return this.#bystanders.lease(this.#pick(happening.side, happening.number));
      case 'release':
        return this.#bystanders.release(happening.number);
      case 'lose-system-folder':
        return this.#loseSystemFolder();
      case 'change-policy':
        this.#world.policy = happening.policy;
        return undefined;
      case 'prune':
        return this.#prune(told);
      case 'verify':
        return this.#verify(happening, told);
      case 'pause':
        return this.#world.pass(happening.days * DAY_MS);
    }
  }

  #pick(side: Side, number: number) {
    const { pairs, alone } = this.#world.standing(FIRST_JOB);
    const own = [...pairs.map((pair) => pair[side]), ...alone.filter((each) => each.side === side)];
    return own[number % own.length];
  }

  #loseSnapshot(side: Side, number: number): void {
    const { pairs } = this.#world.standing(FIRST_JOB);
    const chosen = this.#pick(side, number);
    if (chosen === undefined || chosen.leased) return;
    this.#world.share(FIRST_JOB, side)?.deleteSnapshot(chosen.id);
    // Its twin may be half of a recovery point that is whole still.
    if (pairs.some((pair) => pair.run === chosen.run && pair[side].id !== chosen.id)) return;
    this.#history.halved.add(chosen.run);
    this.#pins.forget(chosen.run);
  }

  #makeTwin(side: Side, number: number): void {
    const chosen = this.#pick(side, number);
    const share = this.#world.share(FIRST_JOB, side);
    if (chosen === undefined || share === undefined || share.snapshots.length >= 198) return;
    share.createSnapshot(share.snapshot(chosen.id).settings.metadata);
    this.#history.twinned.add(chosen.run);
  }

  #loseSystemFolder(): void {
    const target = this.#world.target(FIRST_JOB);
    if (target === undefined || !new ShareBuilder(target).exists('.sharepair')) return;
    new ShareBuilder(target).remove('.sharepair');
    this.#pins.forgetEnds();
    this.#history.folderLostAt = this.#world.now.getTime();
  }

  async #prune(told: string): Promise<void> {
    if (this.#world.target(FIRST_JOB) === undefined) return;
    const watch = this.#watches[FIRST_JOB];
    await watch.over(() =>
      runPrune({
        configuration: this.#world.configuration,
        job: FIRST_JOB,
        dryRun: false,
        stop: new AbortController().signal,
        lockWaitMs: 0,
      }),
    );
    watch.judgePrune(told);
  }

  async #verify({ number, content }: { readonly number: number; readonly content: boolean }, told: string) {
    const { pairs, levels } = this.#world.standing(FIRST_JOB);
    const pair = pairs[number % pairs.length];
    if (pair === undefined) return;
    const wasProven = levels.get(pair.run) !== undefined;
    const report = await runVerify({
      configuration: this.#world.configuration,
      job: FIRST_JOB,
      point: pair.run,
      content: { kind: content ? 'whole' : 'none' },
      stop: new AbortController().signal,
      lockWaitMs: 0,
    });
    this.#count(`verify: ${report.outcome}`);
    this.#bystanders.expectUntouched(told);
    this.#pins.expectHeld(told);
    const level = this.#world.standing(FIRST_JOB).levels.get(pair.run);
    if (wasProven) expect(level, `${told}: ${report.outcome}`).toBeDefined();
  }

  #count(what: string): void {
    this.#tally.set(what, (this.#tally.get(what) ?? 0) + 1);
  }
}
