import type { Actor } from './actor.ts';
import { describeGated, type Side } from './gate.ts';
import { RaceWorld } from './race-world.ts';

/**
 * How many times as many races as by default, which is a few for each pair, evenly spread; `all` holds whoever is
 * held at every single step.
 */
const RACES = process.env.SHAREPAIR_TEST_RACES ?? '1';
const FACTOR = RACES === 'all' ? Number.POSITIVE_INFINITY : Number(RACES);
/** How many orders are generated. */
export const ORDERS = 3 * Math.min(FACTOR, 50);
export const RACE_TIMEOUT_MS = RACES === '1' ? 300_000 : 7_200_000;

/** Where an actor is held: at its `at`-th request, before it is carried out, or before its answer arrives. */
export interface Step {
  readonly at: number;
  readonly side: Side;
}

/** What one actor does by itself in a race world. */
export type Deed<T = unknown> = (actor: Actor, race: RaceWorld) => Promise<T>;

const lengths = new Map<Deed, Promise<number>>();

/** The steps of a deed; only so many of them by default, the first of which `offset`, from 0 to 1, moves. */
export async function stepsOf(deed: Deed, sample: number, offset = 0.5): Promise<readonly Step[]> {
  const length = lengths.get(deed) ?? countRequests(deed);
  lengths.set(deed, length);
  const all = Array.from({ length: await length }, (_, index): Step[] => [
    { at: index + 1, side: 'before' },
    { at: index + 1, side: 'after' },
  ]).flat();
  const wanted = sample * FACTOR;
  if (wanted >= all.length) return all;
  const chosen = Array.from({ length: wanted }, (_, index) =>
    Math.floor(((index + offset) * all.length) / wanted),
  );
  return chosen.flatMap((index) => all[index] ?? []);
}

async function countRequests(deed: Deed): Promise<number> {
  const race = await RaceWorld.start();
  try {
    const actor = await race.enter();
    await deed(actor, race);
    return actor.gate.requests.length;
  } finally {
    await race.close();
  }
}

/** Plays a race at each step, each in a world of its own; what went wrong, in words. */
export async function faultsAt(
  steps: readonly Step[],
  play: (race: RaceWorld, step: Step) => Promise<void>,
  budget?: number,
): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const step of steps) {
    const race = await RaceWorld.start(budget);
    try {
      await play(race, step);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      faults.push(`${step.side} request ${step.at}, ${race.told}: ${error.message}`);
    } finally {
      await race.close();
    }
  }
  return faults;
}

/** Lets an actor work up to a step, does something else meanwhile, and lets it go on to its end. */
export async function whileHeld<T>(
  race: RaceWorld,
  { actor, step, deed }: { readonly actor: Actor; readonly step: Step; readonly deed: Deed<T> },
  meanwhile: () => Promise<void>,
): Promise<PromiseSettledResult<T>> {
  const pause = actor.pauseAt(step.at, step.side);
  const ended = Promise.allSettled([deed(actor, race)] as const);
  try {
    const where = await Promise.race([pause.arrived, ended.then(() => undefined)]);
    race.told = where === undefined ? 'not held' : `held at ${describeGated(where)}`;
    await meanwhile();
  } finally {
    pause.end();
  }
  const [result] = await ended;
  return result;
}
