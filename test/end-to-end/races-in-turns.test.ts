import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Share } from '../../emulator/state/index.ts';
import type { Configuration } from '../../lib/jobs/configuration.ts';
import type { EndEvent } from '../../lib/report/events.ts';
import type { Actor } from '../support/actor.ts';
import { describeGated, writes } from '../support/gate.ts';
import {
  type Deed,
  faultsAt,
  ORDERS,
  RACE_TIMEOUT_MS,
  stepsOf,
  whileHeld,
} from '../support/interleavings.ts';
import { RaceWorld, recoveryPoints, unpairedRuns } from '../support/race-world.ts';
import { comparable, readTree } from '../support/tree.ts';
import { Turns } from '../support/turns.ts';
import { JOB } from '../support/world.ts';

const timeout = RACE_TIMEOUT_MS;
const OTHER = 'other';
const OTHER_SHARE = 'other-copy';
/** What two jobs have in the source that they share, at most. */
const ROOMY = 8;

/** Whose turn it is to send a request. Long stretches of one actor are as likely as fair shares. */
const orders = fc
  .array(fc.tuple(fc.nat(1), fc.integer({ min: 1, max: 40 })), { minLength: 1, maxLength: 12 })
  .map((stretches) => stretches.flatMap(([actor, length]) => new Array<number>(length).fill(actor)));

describe('two backups of one job that begin at the same instant', () => {
  it('work one at a time, whatever the order of their requests', { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(orders, async (order) => {
        const race = await RaceWorld.start();
        try {
          const actors = [await race.enter(), await race.enter()];
          const turns = new Turns(actors, order);
          const ends = await inTurn(turns, actors, (actor) => actor.backup());
          expect(ends.map(({ outcome }) => outcome)).toContain('complete');
          for (const { outcome, message } of ends) expect(['complete', 'locked'], message).toContain(outcome);
          expectOneAtATime(turns);
          await race.expectSettled();
        } finally {
          await race.close();
        }
      }),
      { numRuns: ORDERS },
    );
  });
});

describe('two jobs with one source and a target each, at once', () => {
  it('both complete, and leave each other’s snapshots alone, wherever one is held', { timeout }, async () => {
    const backUp: Deed<EndEvent> = (actor) => actor.backup();
    const play = async (
      race: RaceWorld,
      step: { readonly at: number; readonly side: 'before' | 'after' },
    ) => {
      const jobs = withOther(race.configuration);
      const [first, second] = [await race.enter(jobs), await race.enter(jobs)];
      expect(await second.backup({ job: OTHER })).toMatchObject({ outcome: 'complete' });
      const held = await whileHeld(race, { actor: first, step, deed: backUp }, async () => {
        const end = await second.backup({ job: OTHER });
        expect(end, end.message).toMatchObject({ outcome: 'complete' });
        race.expectTrue();
        expectOther(race, end);
      });
      expect(held).toMatchObject({ status: 'fulfilled', value: { outcome: 'complete' } });
      await race.expectSettled();
      expectOther(race, await second.backup({ job: OTHER }));
      race.expectTrue();
    };
    expect(await faultsAt(await stepsOf(backUp, 3), play, ROOMY)).toEqual([]);
  });

  it('both complete, whatever the order of their requests', { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(orders, async (order) => {
        const race = await RaceWorld.start(ROOMY);
        try {
          const jobs = withOther(race.configuration);
          const actors = [await race.enter(jobs), await race.enter(jobs)];
          const names = [JOB, OTHER];
          const turns = new Turns(actors, order);
          const ends = await inTurn(turns, actors, (actor) => {
            return actor.backup({ job: names[actors.indexOf(actor)] ?? JOB });
          });
          for (const end of ends) expect(end, end.message).toMatchObject({ outcome: 'complete' });
          const [, other] = ends;
          if (other !== undefined) expectOther(race, other);
          await race.expectSettled();
        } finally {
          await race.close();
        }
      }),
      { numRuns: ORDERS },
    );
  });
});

function inTurn<T>(turns: Turns, actors: readonly Actor[], deed: (actor: Actor) => Promise<T>): Promise<T[]> {
  return Promise.all(actors.map((actor, index) => deed(actor).finally(() => turns.end(index))));
}

/** Nobody writes but who has the lock, and nobody is granted it while another has it. */
function expectOneAtATime({ carriedOut }: Turns): void {
  let holder: number | undefined;
  for (const { actor, request } of carriedOut) {
    const { leaseAction, status = 0, target } = request;
    const isGranted = status < 300 && !target.includes('sharesnapshot');
    if (leaseAction === 'acquire' && isGranted) {
      expect(holder).toBeUndefined();
      holder = actor;
    }
    if (leaseAction === 'release' && isGranted) holder = undefined;
    if (writes(request)) expect(holder, describeGated(request)).toBe(actor);
  }
  expect(holder).toBeUndefined();
}

function withOther(configuration: Configuration): Configuration {
  const job = configuration.jobs[JOB];
  if (job === undefined) throw new Error('no job');
  const other = { ...job, name: OTHER, target: { account: job.target.account, share: OTHER_SHARE } };
  return { ...configuration, jobs: { ...configuration.jobs, [OTHER]: other } };
}

/** Expects the other job to have the one recovery point that it keeps, the one that it made last. */
function expectOther({ world }: RaceWorld, end: EndEvent): void {
  const target = otherTarget(world.emulator.state.findAccount('dracct')?.getShare(OTHER_SHARE));
  const [point, ...rest] = recoveryPoints(world.source, target, OTHER);
  expect(rest).toEqual([]);
  expect(point).toMatchObject({ run: end.run, isProven: true });
  const promised = comparable(readTree(world.source, point?.sourceSnapshot));
  expect(comparable(readTree(target, point?.targetSnapshot))).toEqual(promised);
  expect(unpairedRuns(world.source, target, OTHER)).toEqual([]);
}

function otherTarget(share: Share | undefined): Share {
  if (share === undefined) throw new Error('the other job has no target');
  return share;
}
