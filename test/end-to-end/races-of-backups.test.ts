import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EndEvent } from '../../lib/report/events.ts';
import type { Actor } from '../support/actor.ts';
import { describeGated, type GatedRequest, makesSnapshot, writes } from '../support/gate.ts';
import {
  type Deed,
  faultsAt,
  ORDERS,
  RACE_TIMEOUT_MS,
  stepsOf,
  whileHeld,
} from '../support/interleavings.ts';
import { MovedClock } from '../support/moved-clock.ts';
import { type RaceWorld, unpairedRuns } from '../support/race-world.ts';
import { ShareBuilder } from '../support/share-builder.ts';

const LEASE_MS = 61_000;
const timeout = RACE_TIMEOUT_MS;
const backUp: Deed<EndEvent> = (actor) => actor.backup();

describe('two backups of one job at once', () => {
  it('work one at a time, and who comes too late says who works and changes nothing', {
    timeout,
  }, async () => {
    const faults = await faultsAt(await stepsOf(backUp, 6), async (race, step) => {
      const [actor, late] = [await race.enter(), await race.enter()];
      let refused: string | undefined;
      let isAnnounced = false;
      const first = await whileHeld(race, { actor, step, deed: backUp }, async () => {
        const { holdsLock } = actor;
        isAnnounced = hasAnnounced(actor);
        const second = await late.backup();
        expect(second).toMatchObject({ outcome: holdsLock ? 'locked' : 'complete' });
        if (holdsLock) {
          refused = second.message;
          expect(late.gate.requests.filter(writes)).toEqual([]);
          expect(second).toMatchObject({ point: null, pruned: [] });
        }
        race.expectTrue();
      });
      const end = endOf(first);
      expect(end, end.message).toMatchObject({ outcome: 'complete' });
      if (refused !== undefined) {
        expect(refused).toMatch(isAnnounced ? / since 20.*Z\)/ : /another run/);
        if (isAnnounced) expect(refused).toContain(end.run);
      }
      await race.expectSettled();
    });
    expect(faults).toEqual([]);
  });
});

describe('a backup that stood still for longer than its lease lasts, while another one ran', () => {
  let clock: MovedClock;

  beforeEach(() => {
    clock = new MovedClock();
  });

  afterEach(() => clock.putBack());

  it('writes nothing more, says so, and takes nothing from the other one', { timeout }, async () => {
    const faults = await faultsAt(await stepsOf(backUp, 10), async (race, step) => {
      const [actor, other] = [await race.enter(), await race.enter()];
      let sent = 0;
      let underWay: readonly GatedRequest[] = [];
      let hasAsked = false;
      const first = await whileHeld(race, { actor, step, deed: backUp }, async () => {
        clock.moveOn(LEASE_MS);
        sent = actor.gate.requests.length;
        underWay = actor.gate.requests.filter(({ status }) => status === undefined);
        hasAsked = actor.gate.requests.some(({ leaseAction }) => leaseAction === 'acquire');
        const second = await other.backup();
        expect(second, second.message).toMatchObject({ outcome: 'complete' });
        race.expectTrue();
        // What the first one has under way is by then older than what the target holds.
        changeAgain(race);
        const third = await other.backup();
        expect(third, third.message).toMatchObject({ outcome: 'complete' });
        race.expectTrue();
      });
      const end = endOf(first);
      race.expectTrue();
      if (hasAsked) {
        const after = actor.gate.requests.slice(sent);
        expect(after.filter(writes).map(describeGated)).toEqual([]);
        expect(after.flatMap(({ leaseAction }) => leaseAction ?? [])).not.toContain('acquire');
        // Where only the journal was left to be written, or the lock to be given back, the run was complete.
        if (end.outcome === 'complete') expect(end.point).not.toBeNull();
        else
          expect(end).toMatchObject({
            outcome: 'failed',
            message: expect.stringMatching(
              /lease .* was lost|the recovery point is good; but the prune failed/,
            ),
          });
      } else {
        expect(end, end.message).toMatchObject({ outcome: 'complete' });
      }
      const last = await race.backup();
      expect(last, last.message).toMatchObject({ outcome: 'complete' });
      const mayHaveTwin = underWay.some(makesSnapshot);
      if (!mayHaveTwin) expect(unpairedRuns(race.world.source, race.world.target)).toEqual([]);
      await race.expectSettled({ twins: mayHaveTwin });
    });
    expect(faults).toEqual([]);
  });

  it('does no harm either where it goes on in the midst of the other one', { timeout }, async () => {
    const steps = await stepsOf(backUp, Number.POSITIVE_INFINITY);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...steps), fc.constantFrom(...steps), async (step, otherStep) => {
        const play = async (race: RaceWorld) => {
          const [actor, other] = [await race.enter(), await race.enter()];
          const pause = actor.pauseAt(step.at, step.side);
          const first = actor.backup();
          await Promise.race([pause.arrived, first]);
          clock.moveOn(LEASE_MS);
          const underWay = actor.gate.requests.filter(({ status }) => status === undefined);
          race.late = underWay.filter(makesSnapshot).length;
          const second = await whileHeld(race, { actor: other, step: otherStep, deed: backUp }, async () => {
            pause.end();
            await first;
            race.expectTrue();
          });
          race.told = `${underWay.map(describeGated).join()} came late; the other was ${race.told}`;
          race.expectTrue();
          expect(['complete', 'differs', 'incomplete', 'failed']).toContain(endOf(second).outcome);
          // What came late may have spoilt the mirror of the next one, too, which then says so.
          await race.backup();
          race.expectTrue();
          await race.expectSettled({ twins: race.late > 0 });
        };
        expect(await faultsAt([step], play)).toEqual([]);
      }),
      { numRuns: ORDERS },
    );
  });
});

function changeAgain({ world }: RaceWorld): void {
  new ShareBuilder(world.source)
    .file('edited', 'later')
    .file('kept', 'no longer kept')
    .rename('moved', 'new/moved')
    .remove('new/c')
    .permission('new/moved', 9)
    .file('doomed/a', 'back again');
}

/** Whether it is written down at that moment who has the lock: from the renaming of the record to its deletion. */
function hasAnnounced({ gate }: Actor): boolean {
  const last = gate.requests.findLast(
    ({ target, status }) => status !== undefined && /\/lock\.json(\?comp=rename)?$/.test(target),
  );
  return last?.method === 'PUT';
}

function endOf(result: PromiseSettledResult<EndEvent>): EndEvent {
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}
