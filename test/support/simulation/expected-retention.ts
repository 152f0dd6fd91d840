import type { RetainablePoint, RetentionContext } from '../../../lib/snapshots/retain.ts';
import { modelKeeps } from '../../lib/snapshots/retention/slow-model.ts';
import type { Bystanders } from './bystanders.ts';
import type { OwnSnapshot, Pair, Standing } from './own-snapshots.ts';
import type { PinsMade } from './pins-made.ts';
import { FIRST_JOB, type JobName, type VirtualWorld } from './virtual-world.ts';

/** What the policy of one job keeps of what it has, by a slow model and by what is known of pins and leases. */
export class ExpectedRetention {
  readonly #world: VirtualWorld;
  readonly #job: JobName;
  readonly #bystanders: Bystanders;
  readonly #pins: PinsMade;

  constructor(world: VirtualWorld, job: JobName, bystanders: Bystanders, pins: PinsMade) {
    this.#world = world;
    this.#job = job;
    this.#bystanders = bystanders;
    this.#pins = pins;
  }

  /** The runs whose recovery points stay. */
  keptOf(
    { pairs, levels }: Standing,
    given: Pick<RetentionContext, 'runInProgress' | 'forRoom'> = {},
  ): ReadonlySet<string> {
    const newest = Math.max(0, ...pairs.map(({ target }) => Date.parse(target.id)));
    const points = pairs.map((pair) => this.#pointOf(pair, levels));
    return modelKeeps(points, this.#world.policyOf(this.#job), {
      timeZone: this.#world.scenario.timeZone,
      now: new Date(Math.max(this.#world.now.getTime(), newest + 1)),
      ...given,
    });
  }

  /** The runs whose recovery points may go where room is needed, oldest first. */
  spareOf(standing: Standing): readonly string[] {
    const kept = this.keptOf(standing, { forRoom: true });
    return standing.pairs.map(({ run }) => run).filter((run) => !kept.has(run));
  }

  /** Whether the policy would keep a lone snapshot, were it a recovery point among the others. */
  isWorthKeeping(own: OwnSnapshot, { pairs, alone, levels }: Standing): boolean {
    const isTwin = (other: OwnSnapshot) =>
      other.side === own.side && other.run === own.run && other.id < own.id;
    const isPaired = (run: string) => pairs.some((pair) => pair.run === run);
    if (isPaired(own.run) || alone.some(isTwin)) return false;
    const isNewer = (pair: Pair) => levels.get(pair.run) !== 'differs' && pair[own.side].id > own.id;
    if (!pairs.some(isNewer)) return true;
    const rivals = alone.filter(({ side, run }) => side === own.side && run !== own.run && !isPaired(run));
    const lone = [own, ...withoutTwins(rivals)];
    const all = [...pairs, ...lone.map(asPair)].sort((one, other) =>
      one.target.id < other.target.id ? -1 : 1,
    );
    const known = new Map([...levels, ...lone.map((each) => levelAlone(each, levels))]);
    return this.keptOf({ pairs: all, alone: [], levels: known }).has(own.id);
  }

  #pointOf({ run, source, target }: Pair, levels: Standing['levels']): RetainablePoint {
    const isOfOthers = [source, target].some((own) => this.#bystanders.hasLeased(own));
    return {
      id: run,
      time: target.id,
      sourceTime: source.id,
      level: levels.get(run) ?? 'copied',
      pinned: isOfOthers || (this.#job === FIRST_JOB && this.#pins.holds(run)),
    };
  }
}

/** The oldest of each run. */
function withoutTwins(snapshots: readonly OwnSnapshot[]): OwnSnapshot[] {
  return [...Map.groupBy(snapshots, ({ run }) => run).values()].flatMap(([oldest]) => oldest ?? []);
}

/** Under the id of the snapshot. A target snapshot is of the time of its partner, also when that is gone. */
function asPair(own: OwnSnapshot): Pair {
  const id = own.side === 'target' ? (own.partner ?? own.id) : own.id;
  return { run: own.id, source: { ...own, id }, target: own };
}

/** What was proven of a recovery point holds for its target snapshot, which is what it can be restored from. */
function levelAlone(
  { id, side, run }: OwnSnapshot,
  levels: Standing['levels'],
): [id: string, level: RetainablePoint['level']] {
  return [id, side === 'source' ? 'copied' : (levels.get(run) ?? 'copied')];
}
