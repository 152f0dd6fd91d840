import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { VerificationLevel } from '../../../lib/report/events.ts';
import { type PruneOptions, planPrune } from '../../../lib/snapshots/prune.ts';
import { type Catalogue, catalogue } from '../../../lib/snapshots/recovery-points.ts';
import type { Snapshot } from '../../../lib/snapshots/snapshot-store.ts';
import { type SnapshotRole, tagsToMetadata } from '../../../lib/snapshots/tags.ts';

const IDENTITY = { job: 'finance', source: 'prod/finance', target: 'dr/finance' };
const HOUR_MS = 3_600_000;
const BEGIN = Date.parse('2026-11-01T00:00:00Z');
const LEVELS = ['copied', 'listing-verified', 'listing-verified', 'content-verified', 'differs'] as const;

interface World {
  readonly source: readonly Snapshot[];
  readonly target: readonly Snapshot[];
  readonly options: PruneOptions;
}

const runOf = (index: number) => `run-${String(index).padStart(2, '0')}`;

function snapshotId(hour: number, order: number): string {
  return new Date(BEGIN + hour * HOUR_MS).toISOString().replace('Z', `${String(order).padStart(4, '0')}Z`);
}

/** What became of one run: halves that are missing, made twice or leased, and how it is remembered. */
const someRun = fc.record({
  source: fc.constantFrom(0, 1, 1, 1, 1, 2),
  target: fc.constantFrom(0, 1, 1, 1, 1, 2),
  partnerIsYounger: fc.boolean(),
  leased: fc.array(fc.constantFrom<string>('source 0', 'source 1', 'target 0', 'target 1'), { maxLength: 1 }),
  isLeased: fc.constantFrom(false, false, false, true),
  level: fc.constantFrom<VerificationLevel>(...LEVELS),
  abandoned: fc.boolean(),
  released: fc.boolean(),
  isOthers: fc.constantFrom(false, false, false, false, true),
});

const someWorld: fc.Arbitrary<World> = fc
  .record({
    runs: fc.array(someRun, { maxLength: 14 }),
    hoursApart: fc.constantFrom(1, 12, 60),
    inProgress: fc.option(fc.nat(13), { nil: undefined }),
    last: fc.integer({ min: 1, max: 4 }),
    daily: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
    laterHours: fc.constantFrom(-24, 0, 100, 10_000),
  })
  .map(({ runs, hoursApart, inProgress, last, daily, laterHours }) => {
    const source: Snapshot[] = [];
    const target: Snapshot[] = [];
    runs.forEach((run, index) => {
      const make = (role: SnapshotRole, order: number, partner?: string): Snapshot => ({
        id: snapshotId(index * hoursApart, order + (role === 'target' ? 10 : 0)),
        leased: run.isLeased && run.leased.includes(`${role} ${order}`),
        metadata: tagsToMetadata({
          job: run.isOthers ? 'another' : 'finance',
          run: runOf(index),
          role,
          counterpart: role === 'source' ? IDENTITY.target : IDENTITY.source,
          version: '1',
          partner,
        }),
      });
      const partner = snapshotId(index * hoursApart, run.source === 2 && run.partnerIsYounger ? 1 : 0);
      for (let order = 0; order < run.source; order += 1) source.push(make('source', order));
      for (let order = 0; order < run.target; order += 1) target.push(make('target', order, partner));
    });
    const marked = (flag: 'abandoned' | 'released') =>
      new Set(runs.flatMap((run, index) => (run[flag] ? [runOf(index)] : [])));
    return {
      source,
      target,
      options: {
        policy: { last, daily },
        timeZone: 'Europe/Berlin',
        runInProgress: inProgress === undefined ? undefined : runOf(inProgress),
        levelOf: (run) => runs[Number(run.slice('run-'.length))]?.level ?? 'copied',
        abandoned: marked('abandoned'),
        released: marked('released'),
        now: new Date(BEGIN + (runs.length * hoursApart + laterHours) * HOUR_MS),
      },
    };
  });

const read = ({ source, target }: World) => catalogue(IDENTITY, source, target);

/** Every snapshot of a catalogue, as `source ID` or `target ID`. */
function allOf({ points, unpaired, foreign }: Catalogue): string[] {
  return [
    ...points.flatMap((point) => [`source ${point.sourceSnapshot}`, `target ${point.targetSnapshot}`]),
    ...unpaired.map(({ role, snapshot }) => `${role} ${snapshot}`),
    ...foreign.map(({ side, snapshot }) => `${side} ${snapshot}`),
  ];
}

/** What a prune deletes. */
function goneBy({ drop, superseded }: Pick<ReturnType<typeof planPrune>, 'drop' | 'superseded'>): string[] {
  return allOf({ points: drop, unpaired: superseded, foreign: [] });
}

it('a catalogue has every snapshot of both shares once', () => {
  fc.assert(
    fc.property(someWorld, (world) => {
      const made = [
        ...world.source.map(({ id }) => `source ${id}`),
        ...world.target.map(({ id }) => `target ${id}`),
      ];
      expect(allOf(read(world)).sort()).toEqual(made.sort());
    }),
  );
});

it('a prune touches nothing that is foreign, leased, in progress, the newest or a base', () => {
  fc.assert(
    fc.property(someWorld, (world) => {
      const known = read(world);
      const { options } = world;
      const plan = planPrune(known, options);
      const gone = new Set(goneBy(plan));
      for (const { side, snapshot } of known.foreign) expect(gone).not.toContain(`${side} ${snapshot}`);
      for (const { role, snapshot, leased, run } of known.unpaired) {
        if (leased || run === options.runInProgress) expect(gone).not.toContain(`${role} ${snapshot}`);
      }
      const dropped = plan.drop.map(({ id }) => id);
      const newest = known.points.at(-1);
      const complete = known.points.findLast(({ id }) => options.levelOf(id) !== 'differs');
      const proven = known.points.findLast(({ id }) => options.levelOf(id).endsWith('verified'));
      for (const kept of [newest, complete, proven]) expect(dropped).not.toContain(kept?.id);
      for (const { id, pinned } of known.points) {
        if ((pinned && !options.released.has(id)) || id === options.runInProgress)
          expect(dropped).not.toContain(id);
      }
    }),
    { numRuns: 500 },
  );
});

it('a prune leaves the other half of nothing behind, and nothing for a second one', () => {
  fc.assert(
    fc.property(someWorld, (world) => {
      const known = read(world);
      // What is leased is deleted by nobody; a released pin is no lease any more.
      const gone = new Set(goneBy(planPrune(known, world.options)));
      const left = (side: SnapshotRole) =>
        world[side]
          .filter(({ id }) => !gone.has(`${side} ${id}`))
          .map((snapshot) => ({ ...snapshot, leased: snapshot.leased && !isReleased(world, snapshot) }));
      const after = { ...world, source: left('source'), target: left('target') };
      const remaining = read(after);
      const before = new Set(known.unpaired.map(({ role, snapshot }) => `${role} ${snapshot}`));
      for (const { role, snapshot } of remaining.unpaired) expect(before).toContain(`${role} ${snapshot}`);
      expect(goneBy(planPrune(remaining, world.options)).filter((name) => !before.has(name))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

function isReleased({ options }: World, { metadata }: Snapshot): boolean {
  return options.released.has(metadata.sharepair_run ?? '');
}
