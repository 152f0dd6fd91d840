import { formatTicks, type Share } from '../../../emulator/state/index.ts';
import type { RetainablePoint } from '../../../lib/snapshots/retain.ts';
import { ShareBuilder } from '../share-builder.ts';
import type { Side } from './scenario.ts';

/** A snapshot of a job, read past everything that is under test. */
export interface OwnSnapshot {
  readonly side: Side;
  readonly id: string;
  readonly run: string;
  readonly partner: string | undefined;
  readonly leased: boolean;
}

/** The two snapshots of a run. */
export interface Pair {
  readonly run: string;
  readonly source: OwnSnapshot;
  readonly target: OwnSnapshot;
}

/** What a job has in its two shares. */
export interface Standing {
  /** Oldest first. */
  readonly pairs: readonly Pair[];
  readonly alone: readonly OwnSnapshot[];
  /** By run, as the names of the records tell. */
  readonly levels: ReadonlyMap<string, RetainablePoint['level']>;
}

export function standingOf(job: string, source: Share, target: Share | undefined): Standing {
  const sources = snapshotsOf(job, 'source', source, target);
  const targets = target === undefined ? [] : snapshotsOf(job, 'target', target, source);
  const pairs: Pair[] = [];
  for (const own of targets) {
    const partner = sources.find(({ id, run }) => id === own.partner && run === own.run);
    const isTwin = pairs.some(({ run }) => run === own.run);
    if (partner !== undefined && !isTwin) pairs.push({ run: own.run, source: partner, target: own });
  }
  const paired = new Set<OwnSnapshot>(pairs.flatMap((pair) => [pair.source, pair.target]));
  return {
    pairs,
    alone: [...sources, ...targets].filter((own) => !paired.has(own)),
    levels: target === undefined ? new Map() : levelsIn(target, targets),
  };
}

/** Those of one share that bear the job's tags. */
function snapshotsOf(job: string, side: Side, share: Share, other: Share | undefined): OwnSnapshot[] {
  return share.snapshots.flatMap(({ id, settings: { metadata } }) => {
    const isOwn =
      metadata.sharepair_job === job &&
      metadata.sharepair_role === side &&
      metadata.sharepair_counterpart?.endsWith(`/${other?.name}`);
    const run = metadata.sharepair_run;
    if (!isOwn || run === undefined) return [];
    const { lease } = share.properties({ snapshot: id });
    return [{ side, id, run, partner: metadata.sharepair_partner, leased: lease.status === 'locked' }];
  });
}

/** A record that is older than the target snapshot is about another one, which somebody has deleted since. */
function levelsIn(target: Share, snapshots: readonly OwnSnapshot[]): Standing['levels'] {
  const files = new ShareBuilder(target);
  if (!files.exists('.sharepair/records')) return new Map();
  const levels = new Map<string, RetainablePoint['level']>();
  for (const name of files.names('.sharepair/records')) {
    const [run = '', level] = name.split('.');
    const made = snapshots.find((own) => own.run === run);
    const { modified } = files.entry(`.sharepair/records/${name}`);
    if (made !== undefined && formatTicks(modified) < made.id) continue;
    const known = levels.get(run);
    if (level === 'differs' || (level === 'content-verified' && known !== 'differs')) levels.set(run, level);
    if (level === 'listing-verified' && known === undefined) levels.set(run, level);
  }
  return levels;
}
