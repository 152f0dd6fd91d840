import { expect } from 'vitest';
import { ARCHIVE, READ_ONLY, type Share } from '../../emulator/state/index.ts';
import type { Configuration } from '../../lib/jobs/configuration.ts';
import type { EndEvent } from '../../lib/report/events.ts';
import { pinLeaseId } from '../../lib/snapshots/pin-lease.ts';
import { Actor } from './actor.ts';
import { expectEqualPoint } from './equal-shares.ts';
import { logRequests, writesData } from './request-log.ts';
import { ShareBuilder } from './share-builder.ts';
import { comparable, readTree, type TreeEntry } from './tree.ts';
import { JOB, World } from './world.ts';

/** As many as there are, and one for a run to make: whoever makes another before it has made room shows. */
const BUDGET = 5;
const SIDES = ['source', 'target'] as const;

/**
 * A world with three recovery points, of which one is pinned, and a source that has changed since. Its job keeps
 * one besides, so that a prune drops another one, and a run two.
 */
export class RaceWorld {
  readonly world: World;
  /** Ids of recovery points. */
  readonly pinned: string;
  readonly doomed: string;
  readonly newest: string;
  readonly configuration: Configuration;
  /** How far the race is, for whoever has to look into its failure. */
  told = '';
  /** Snapshots past the budget: those whose requests are under way when their sender loses the lock, which no fence holds. */
  late = 0;
  /** Snapshots that somebody else has made. */
  readonly #foreign: Readonly<Record<(typeof SIDES)[number], string>>;
  readonly #actors: Actor[] = [];
  readonly #budget: number;
  /** What the source held when a snapshot of it was made. */
  readonly #sourceAt = new Map<string, Record<string, TreeEntry>>();
  #mostSnapshots = 0;

  private constructor(world: World, runs: readonly string[], budget: number) {
    const [pinned = '', doomed = '', newest = ''] = runs;
    this.world = world;
    this.pinned = pinned;
    this.doomed = doomed;
    this.newest = newest;
    const job = world.configuration.jobs[JOB];
    if (job === undefined) throw new Error('no job');
    const racing = { ...job, retention: { last: 1 }, budget: { snapshots: budget } };
    this.#budget = budget;
    this.configuration = { ...world.configuration, jobs: { [JOB]: racing } };
    this.#foreign = {
      source: world.source.createSnapshot({ made: 'by hand' }).id,
      target: world.target.createSnapshot({ made: 'by hand' }).id,
    };
    world.emulator.onRequest(({ phase }) => {
      if (phase !== 'after') return;
      const known = this.#sourceAt;
      const made = world.source.snapshotIds().filter((id) => !known.has(id));
      for (const id of made) known.set(id, comparable(readTree(world.source)));
      const counts = SIDES.map((side) => world[side].snapshotIds().length);
      this.#mostSnapshots = Math.max(this.#mostSnapshots, ...counts);
    });
  }

  static async start(budget = BUDGET): Promise<RaceWorld> {
    const world = await World.start({ concurrency: 2, job: { retention: { last: 10 } } });
    const source = new ShareBuilder(world.source)
      .file('kept', 'kept')
      .file('edited', 'before')
      .file('doomed/a', 'a')
      .file('folder/inner/b', 'b');
    const runs: string[] = [];
    for (const content of ['first', 'second', 'third']) {
      source.file('counted', content);
      const end = await world.backup();
      expect(end).toMatchObject({ outcome: 'complete' });
      runs.push(end.run);
    }
    const made = new RaceWorld(world, runs, budget);
    const actor = await made.enter();
    await actor.pin(made.pinned);
    source
      .file('edited', 'and after')
      .remove('doomed')
      .rename('folder', 'moved')
      .permission('kept', 7)
      .file('new/c', 'c', { attributes: ARCHIVE | READ_ONLY });
    return made;
  }

  async enter(configuration: Configuration = this.configuration): Promise<Actor> {
    const actor = await Actor.enter(this.world, configuration.jobs);
    this.#actors.push(actor);
    return actor;
  }

  backup(): Promise<EndEvent> {
    return this.world.backup({ configuration: this.configuration });
  }

  async close(): Promise<void> {
    await Promise.all(this.#actors.map((actor) => actor.leave()));
    await this.world.close();
  }

  /** Expects what must hold at every instant: what is proven is true, and what must not go is there. */
  expectTrue(pins: readonly string[] = [this.pinned]): void {
    const { world } = this;
    const points = recoveryPoints(world.source, world.target);
    for (const { run, sourceSnapshot, targetSnapshot, isProven } of points) {
      if (!isProven) continue;
      const promised = comparable(readTree(world.source, sourceSnapshot));
      const kept = comparable(readTree(world.target, targetSnapshot));
      expect(claimed(kept), `recovery point ${run}`).toEqual(claimed(promised));
      if (run > this.newest) expect(promised).toEqual(this.#sourceAt.get(sourceSnapshot));
    }
    expect(points.filter(({ isProven }) => isProven).at(-1)?.run ?? '').toSatisfy(
      (run) => run >= this.newest,
    );
    expect(points.map(({ run }) => run)).toEqual(expect.arrayContaining([...pins]));
    for (const side of SIDES) expect(world[side].snapshotIds()).toContain(this.#foreign[side]);
    expect(this.#mostSnapshots).toBeLessThanOrEqual(this.#budget + this.late);
  }

  /** On which sides a snapshot of that recovery point bears the lease of its pin, by the service's own account. */
  sidesPinned(run: string): readonly string[] {
    return SIDES.filter((side) => {
      const share = this.world[side];
      const ofRun = share
        .snapshotIds()
        .filter((snapshot) => share.properties({ snapshot }).metadata.sharepair_run === run);
      return ofRun.some((snapshot) => isLeasedBy(share, snapshot, pinLeaseId(run)));
    });
  }

  /** Expects a backup to complete and another one to find nothing to do, with nothing left behind by the race. */
  async expectSettled({ pins = [this.pinned], twins = false }: Settling = {}): Promise<void> {
    const { world } = this;
    this.expectTrue(pins);
    expectEqualPoint(world, await this.backup(), 'the backup after the race:');
    this.expectTrue(pins);
    const log = logRequests(world.emulator);
    const end = await this.backup();
    log.stop();
    expectEqualPoint(world, end, 'the idle backup:');
    expect(end, end.message).toMatchObject({ changed: 0, deleted: 0, bytes: 0 });
    expect(log.requests.filter(writesData)).toEqual([]);
    this.expectTrue(pins);
    if (!twins) expect(unpairedRuns(world.source, world.target)).toEqual([]);
    expect(
      recoveryPoints(world.source, world.target)
        .map(({ run }) => run)
        .sort(),
    ).toEqual([...pins, end.run].sort());
    this.#expectLeases(pins);
  }

  #expectLeases(pins: readonly string[]): void {
    for (const run of pins) expect(this.sidesPinned(run)).toEqual(SIDES);
    for (const side of SIDES) {
      const share = this.world[side];
      expect(share.properties().lease.status).toBe('unlocked');
      for (const snapshot of share.snapshotIds()) {
        const { lease, metadata } = share.properties({ snapshot });
        const run = metadata.sharepair_run ?? '';
        expect(lease, `${side} snapshot of ${run}`).toMatchObject(
          pins.includes(run) ? { status: 'locked', duration: 'infinite' } : { status: 'unlocked' },
        );
      }
    }
  }
}

/** The times of a share's root directory are no part of what is proven (docs/recovery-points.md). */
function claimed({ '': root, ...below }: Record<string, TreeEntry>): unknown {
  const { creationTime, lastWriteTime, changeTime, ...rest } = root ?? {};
  return { ...below, '': rest };
}

interface Settling {
  /** Runs that are pinned by then. */
  readonly pins?: readonly string[];
  /** Whether a snapshot that was made too late may be left alone for its days of grace. */
  readonly twins?: boolean;
}

function isLeasedBy(share: Share, snapshot: string, leaseId: string): boolean {
  try {
    return share.properties({ snapshot, leaseId }).lease.status === 'locked';
  } catch {
    return false;
  }
}

interface StandingPoint {
  readonly run: string;
  readonly sourceSnapshot: string;
  readonly targetSnapshot: string;
  /** Whether a record beside it says so. */
  readonly isProven: boolean;
}

interface TaggedSnapshot {
  readonly id: string;
  readonly run: string;
  readonly partner: string | undefined;
}

/** The pairs of snapshots, past everything that is under test; in the order of their runs. */
export function recoveryPoints(source: Share, target: Share, job = JOB): readonly StandingPoint[] {
  const records = new ShareBuilder(target).names('.sharepair/records');
  const isProven = (run: string) =>
    !records.includes(`${run}.differs.json`) && records.some((name) => name.startsWith(`${run}.`));
  const sources = new Map(tagged(source, job, 'source').map((snapshot) => [snapshot.id, snapshot]));
  return tagged(target, job, 'target')
    .flatMap(({ id, run, partner = '' }) =>
      sources.get(partner)?.run === run
        ? [{ run, sourceSnapshot: partner, targetSnapshot: id, isProven: isProven(run) }]
        : [],
    )
    .sort((a, b) => (a.run < b.run ? -1 : 1));
}

/** The runs with a snapshot on one side that has no other half; a second one of a run that is whole is none. */
export function unpairedRuns(source: Share, target: Share, job = JOB): readonly string[] {
  const whole = new Set(recoveryPoints(source, target, job).map(({ run }) => run));
  const all = [...tagged(source, job, 'source'), ...tagged(target, job, 'target')];
  return all.flatMap(({ run }) => (whole.has(run) ? [] : [run]));
}

function tagged(share: Share, job: string, role: string): readonly TaggedSnapshot[] {
  return share.snapshotIds().flatMap((id) => {
    const { metadata } = share.properties({ snapshot: id });
    const run = metadata.sharepair_run;
    if (run === undefined || metadata.sharepair_job !== job || metadata.sharepair_role !== role) return [];
    return [{ id, run, partner: metadata.sharepair_partner }];
  });
}
