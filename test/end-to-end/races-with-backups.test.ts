import { describe, expect, it } from 'vitest';
import { LeasedByOthersError } from '../../lib/target/pin-point.ts';
import { LockedError } from '../../lib/target/take-lock.ts';
import { UnknownPointError } from '../../lib/target/unknown-point-error.ts';
import type { Actor } from '../support/actor.ts';
import { type GatedRequest, makesSnapshot, writes } from '../support/gate.ts';
import { type Deed, faultsAt, RACE_TIMEOUT_MS, stepsOf, whileHeld } from '../support/interleavings.ts';
import type { RaceWorld } from '../support/race-world.ts';

const timeout = RACE_TIMEOUT_MS;

/** Something that may meet with others. */
interface Command {
  readonly name: string;
  readonly deed: Deed;
  /** Whether it is ordered with others by the lock of the target. */
  readonly locks: boolean;
  /** Whether it leases snapshots for a while. */
  readonly leases?: boolean;
  /** Whether it breaks the lock of whoever has it. */
  readonly unlocks?: boolean;
  /** Whose pin it makes or releases. */
  readonly pins?: (race: RaceWorld) => string;
  /** Whether it makes that pin, or releases it. */
  readonly makes?: boolean;
}

const BACKUP: Command = { name: 'a backup', deed: (actor) => actor.backup(), locks: true };
const PRUNE: Command = { name: 'a prune', deed: (actor) => actor.prune(), locks: true };
const VERIFY: Command = {
  name: 'a verification',
  deed: (actor) => actor.verify(),
  locks: true,
  leases: true,
};
const VERIFY_CONTENT: Command = {
  name: 'a verification of contents',
  deed: (actor) => actor.verify('whole'),
  locks: true,
};
const PIN: Command = {
  name: 'the pin of a recovery point that is about to go',
  deed: (actor, { doomed }) => actor.pin(doomed),
  locks: false,
  pins: ({ doomed }) => doomed,
  makes: true,
};
const PIN_AGAIN: Command = {
  name: 'a pin that is made again',
  deed: (actor, { pinned }) => actor.pin(pinned),
  locks: false,
  pins: ({ pinned }) => pinned,
  makes: true,
};
const UNPIN: Command = {
  name: 'the release of a pin',
  deed: (actor, { pinned }) => actor.unpin(pinned),
  locks: false,
  pins: ({ pinned }) => pinned,
  makes: false,
};
const UNPIN_DOOMED: Command = {
  name: 'the release of a pin that is only being made',
  deed: (actor, { doomed }) => actor.unpin(doomed),
  locks: false,
  pins: ({ doomed }) => doomed,
  makes: false,
};
const POINTS: Command = { name: 'a list of recovery points', deed: (actor) => actor.points(), locks: false };
const STATUS: Command = { name: 'a status', deed: (actor) => actor.status(), locks: false };

/** For a person who takes a run for dead that lives: it finds out at its next renewal. */
const UNLOCK: Command = {
  name: 'an unlocking',
  deed: (actor) => actor.unlock(),
  locks: false,
  unlocks: true,
};
const TAKE_OVER: Command = {
  name: 'an unlocking and another backup',
  deed: async (actor) => {
    await actor.unlock();
    return actor.backup();
  },
  locks: false,
  unlocks: true,
};

/** Who is held, who runs meanwhile, and how many steps are tried by default. */
const PAIRS: readonly (readonly [Command, Command, number])[] = [
  [BACKUP, PRUNE, 1],
  [BACKUP, VERIFY, 1],
  [BACKUP, VERIFY_CONTENT, 1],
  [BACKUP, PIN, 2],
  [BACKUP, UNPIN, 1],
  [BACKUP, POINTS, 1],
  [BACKUP, STATUS, 1],
  [BACKUP, UNLOCK, 1],
  [BACKUP, TAKE_OVER, 3],
  [PRUNE, BACKUP, 1],
  [VERIFY, BACKUP, 1],
  [VERIFY_CONTENT, BACKUP, 1],
  [PIN, BACKUP, 2],
  [UNPIN, BACKUP, 1],
  [POINTS, BACKUP, 1],
  [STATUS, BACKUP, 1],
  [PIN, PRUNE, 2],
  [PRUNE, PIN, 2],
  [UNPIN, PRUNE, 1],
  [PRUNE, UNPIN, 1],
  [VERIFY, PRUNE, 1],
  [PRUNE, VERIFY, 1],
  [VERIFY, VERIFY, 1],
  [VERIFY, PIN, 2],
  [PIN, VERIFY, 1],
  [VERIFY, UNPIN, 1],
  [PRUNE, UNLOCK, 1],
  [PRUNE, TAKE_OVER, 1],
  [VERIFY, TAKE_OVER, 1],
  [UNLOCK, BACKUP, 1],
  [PIN, PIN, 1],
  [PIN, UNPIN_DOOMED, 2],
  [UNPIN_DOOMED, PIN, 2],
  [PIN_AGAIN, UNPIN, 2],
  [UNPIN, PIN_AGAIN, 2],
  [UNPIN, UNPIN, 1],
];
const GOLDEN_RATIO = 0.618;

describe.each(
  PAIRS.map(([one, other, sample], index) => [one.name, other.name, { one, other, sample, index }] as const),
)('%s that is held at any step while %s runs to its end', (_one, _other, { one, other, sample, index }) => {
  it('leaves what is proven true, what is pinned there, and nothing behind', { timeout }, async () => {
    const steps = await stepsOf(one.deed, sample, (index * GOLDEN_RATIO) % 1);
    const faults = await faultsAt(steps, async (race, step) => {
      const [first, second] = [await race.enter(), await race.enter()];
      let pins: readonly string[] = [race.pinned];
      let comesAgain = false;
      const answered = new Set<GatedRequest>();
      const held = await whileHeld(race, { actor: first, step, deed: one.deed }, async () => {
        for (const request of first.gate.requests) if (request.status !== undefined) answered.add(request);
        const isLocked = other.locks && first.holdsLock;
        const [ended] = await Promise.allSettled([other.deed(second, race)]);
        comesAgain = isHeldOff(ended) && one.leases === true;
        if (!comesAgain) expectEnd(ended, isLocked);
        if (isLocked) expect(second.gate.requests.filter(writes)).toEqual([]);
        pins = pinsAfter(pins, other.pins?.(race), ended);
        // Who is being pinned, or released, is so once that is told.
        race.expectTrue(pins.filter((run) => run !== one.pins?.(race)));
      });
      if (other.unlocks !== true) expectEnd(held, false);
      pins = pinsAfter(pins, one.pins?.(race), held);
      if (comesAgain) {
        const [again] = await Promise.allSettled([other.deed(second, race)]);
        expectEnd(again, false);
        pins = pinsAfter(pins, other.pins?.(race), again);
      }
      if (one.makes !== undefined && other.makes === !one.makes) {
        pins = await pinsAfterBoth(race, one.pins?.(race) ?? '', second, pins);
      }
      // Held where it has looked for its snapshot and found none, it makes one that the other has made for it.
      const late = first.gate.requests.filter((request) => !answered.has(request));
      const twins = other === TAKE_OVER && late.slice(0, 2).some(makesSnapshot);
      await race.expectSettled({ pins, twins });
    });
    expect(faults).toEqual([]);
  });
});

/** Which recovery points are pinned by what the pin or release of one of them has told. */
function pinsAfter(
  pins: readonly string[],
  run: string | undefined,
  result: PromiseSettledResult<unknown>,
): readonly string[] {
  if (run === undefined || result.status === 'rejected') return pins;
  const { value } = result;
  const state = typeof value === 'object' && value !== null && 'state' in value ? value.state : undefined;
  const others = pins.filter((other) => other !== run);
  if (state === 'foreign') return pins;
  return state === 'whole' ? [...others, run] : others;
}

/**
 * A pin and a release of one recovery point at once end as if one had come after the other, or half-way, which is
 * shown and which either of them ends when it is repeated.
 */
async function pinsAfterBoth(
  race: RaceWorld,
  run: string,
  actor: Actor,
  pins: readonly string[],
): Promise<readonly string[]> {
  const others = pins.filter((other) => other !== run);
  const sides = race.sidesPinned(run);
  if (sides.length === 2) return [...others, run];
  if (sides.length === 1) {
    const listed = (await actor.points()).points.find(({ id }) => id === run);
    expect(listed).toMatchObject({ kept: true, pin: { state: 'half', own: sides } });
    expect(await actor.unpin(run)).toMatchObject({ state: undefined, warnings: [] });
    expect(race.sidesPinned(run)).toEqual([]);
  }
  return others;
}

/** A pin that found a snapshot leased by a verification, which says so and is to be made again. */
function isHeldOff(result: PromiseSettledResult<unknown>): boolean {
  if (result.status === 'rejected') return result.reason instanceof LeasedByOthersError;
  const { value } = result;
  return typeof value === 'object' && value !== null && 'state' in value && value.state === 'half';
}

/** A command ends as if it were alone, unless another has the lock, or has pruned what was to be pinned. */
function expectEnd(result: PromiseSettledResult<unknown>, isLocked: boolean): void {
  if (result.status === 'rejected') {
    if (isLocked) expect(result.reason).toBeInstanceOf(LockedError);
    else expect(result.reason).toBeInstanceOf(UnknownPointError);
    return;
  }
  const { value } = result;
  if (typeof value !== 'object' || value === null) return;
  if ('outcome' in value)
    expect(value, JSON.stringify(value)).toMatchObject({ outcome: isLocked ? 'locked' : 'complete' });
  else expect(isLocked).toBe(false);
  // A release that finds the recovery point leased again says that somebody has done that.
  if ('state' in value && value.state !== 'foreign') expect(value).toMatchObject({ warnings: [] });
}
