import type { RetentionPolicy } from '../jobs/configuration.ts';
import { type RetainablePoint, retain } from './retain.ts';

/** Who makes snapshots by a schedule and deletes them by a policy: a job, or Azure Backup. */
export interface SnapshotMaker {
  readonly holder: string;
  /** The shares of which it takes one snapshot each at every occurrence. */
  readonly shares: readonly string[];
  /** The first occurrence after a time; undefined for one that nobody can foresee. */
  readonly next: ((after: Date) => Date) | undefined;
  /** It takes none where a share would have more than this afterwards; undefined for one that asks nobody. */
  readonly limit: number | undefined;
  readonly policy: RetentionPolicy;
  /** IANA name; whose hours, days, weeks, months and years the policy counts. */
  readonly timeZone: string;
  /** What it holds at the begin. */
  readonly points: readonly RetainablePoint[];
}

/** Snapshots that are there and stay: nobody can tell when they go. */
export interface StayingSnapshots {
  readonly share: string;
  readonly holder: string;
  readonly count: number;
}

export interface BudgetOptions {
  readonly shares: readonly string[];
  readonly makers: readonly SnapshotMaker[];
  readonly staying: readonly StayingSnapshots[];
  readonly from: Date;
  readonly until: Date;
}

export interface HolderCount {
  readonly holder: string;
  readonly count: number;
}

export interface ShareForecast {
  readonly share: string;
  /** Snapshots at the begin. */
  readonly now: number;
  /** The most that it has at any time, when that is first so, and who holds them then. */
  readonly most: number;
  readonly mostAt: Date;
  readonly holders: readonly HolderCount[];
  /** The first occurrence that would find no room; from then on the forecast goes on as if there were some. */
  readonly refused: { readonly at: Date; readonly holder: string; readonly count: number } | undefined;
}

export interface BudgetForecast {
  readonly shares: readonly ShareForecast[];
  /** Occurrences that were played out. */
  readonly occurrences: number;
  /** Until when; earlier than asked for where that would take too many occurrences. */
  readonly until: Date;
}

/** A run every half hour for a year, with room for others; more would take minutes. */
const MOST_OCCURRENCES = 20_000;

/**
 * Plays out how many snapshots shares have from one time to another: at each occurrence its maker takes a snapshot
 * of each of its shares, then deletes what its policy does not keep, as a run does. Where there is no room, it
 * deletes first. Everything is assumed to go well: nothing fails, nobody pins or unpins, nothing is made by hand.
 * @throws {RangeError} when a policy or a time is none, as `retain`
 */
export function forecastBudget({ shares, makers, staying, from, until }: BudgetOptions): BudgetForecast {
  const holdings = makers.map((maker) => ({ maker, points: maker.points, next: maker.next?.(from) }));
  const forecasts = shares.map((share) => new ShareLog(share, staying, holdings, from));
  let occurrences = 0;
  for (;;) {
    const due = earliest(holdings);
    const at = due?.next;
    if (due === undefined || at === undefined || at > until) return report(until);
    if (occurrences === MOST_OCCURRENCES) return report(at);
    occurrences += 1;
    const { maker } = due;
    const affected = forecasts.filter(({ share }) => maker.shares.includes(share));
    const hasRoom = ({ count }: ShareLog) => maker.limit === undefined || count < maker.limit;
    if (!affected.every(hasRoom)) due.points = kept(due.points, maker, at);
    for (const forecast of affected) if (!hasRoom(forecast)) forecast.refuse(maker, at);
    due.points = [...due.points, pointOf(maker, occurrences, at)];
    for (const forecast of affected) forecast.look(at);
    due.points = kept(due.points, maker, at);
    due.next = maker.next?.(at);
  }

  function report(end: Date): BudgetForecast {
    return { shares: forecasts.map((forecast) => forecast.report()), occurrences, until: end };
  }
}

/** What a maker holds while time goes by. */
interface Holdings {
  readonly maker: SnapshotMaker;
  points: readonly RetainablePoint[];
  next: Date | undefined;
}

function earliest(holdings: readonly Holdings[]): Holdings | undefined {
  let first: Holdings | undefined;
  for (const each of holdings) {
    if (each.next !== undefined && (first?.next === undefined || each.next < first.next)) first = each;
  }
  return first;
}

function kept(
  points: readonly RetainablePoint[],
  { policy, timeZone }: SnapshotMaker,
  now: Date,
): readonly RetainablePoint[] {
  const { drop } = retain(points, policy, { timeZone, now });
  if (drop.length === 0) return points;
  const dropped = new Set<string>(drop.map(({ id }) => id));
  return points.filter(({ id }) => !dropped.has(id));
}

function pointOf({ holder }: SnapshotMaker, occurrence: number, at: Date): RetainablePoint {
  const time = at.toISOString();
  return { id: `${holder} ${occurrence}`, time, sourceTime: time, level: 'listing-verified', pinned: false };
}

/** What becomes of one share. */
class ShareLog {
  readonly share: string;
  readonly #staying: readonly StayingSnapshots[];
  readonly #holdings: readonly Holdings[];
  readonly #now: number;
  #most: Pick<ShareForecast, 'most' | 'mostAt' | 'holders'>;
  #refused: ShareForecast['refused'];

  constructor(
    share: string,
    staying: readonly StayingSnapshots[],
    holdings: readonly Holdings[],
    from: Date,
  ) {
    this.share = share;
    this.#staying = staying.filter((each) => each.share === share);
    this.#holdings = holdings.filter(({ maker }) => maker.shares.includes(share));
    this.#now = this.count;
    this.#most = { most: this.count, mostAt: from, holders: this.#holders() };
  }

  get count(): number {
    const made = this.#holdings.reduce((sum, { points }) => sum + points.length, 0);
    return this.#staying.reduce((sum, { count }) => sum + count, made);
  }

  look(at: Date): void {
    if (this.count > this.#most.most) {
      this.#most = { most: this.count, mostAt: at, holders: this.#holders() };
    }
  }

  refuse({ holder }: SnapshotMaker, at: Date): void {
    this.#refused ??= { at, holder, count: this.count };
  }

  report(): ShareForecast {
    return { share: this.share, now: this.#now, ...this.#most, refused: this.#refused };
  }

  /** Those with the most first. */
  #holders(): readonly HolderCount[] {
    const counts = new Map<string, number>();
    const add = (holder: string, count: number) => counts.set(holder, (counts.get(holder) ?? 0) + count);
    for (const { maker, points } of this.#holdings) add(maker.holder, points.length);
    for (const { holder, count } of this.#staying) add(holder, count);
    return [...counts]
      .filter(([, count]) => count > 0)
      .map(([holder, count]) => ({ holder, count }))
      .sort((one, other) => other.count - one.count || (one.holder < other.holder ? -1 : 1));
  }
}
